/** The Vault behind the gate, as a campaign needs it: the stand-in, whose clock can be moved, or a real server. */
import { setUp } from '../../../server/src/credentials/stores/vault/testing/fixture.ts'
import { database } from '../../../server/src/credentials/stores/vault/testing/engines.ts'

/** A token that was made for a run and lives. */
export interface LivingToken {
  /** What it was made or last extended for, in milliseconds. */
  lastsMs: number
}

export interface Source {
  url: string
  /** The store's own token, which may read `database/creds/lasting` and `…/brief` and make tokens. */
  token: string
  /** How many secrets that were made live. */
  leases(): Promise<number>
  /** Those of these tokens that live. */
  living(tokens: readonly string[]): Promise<LivingToken[]>
  /** Moves its clock; absent where nobody can. */
  pass?(ms: number): void
  close(): Promise<void>
}

/** `lasting` outlives every crash by far, `brief` has to be renewed at once. */
const ROLES = {
  lasting: { ttlMs: 3_600_000, maxTtlMs: 86_400_000 },
  brief: { ttlMs: 4_000, maxTtlMs: 600_000 }
}

export async function standInSource(): Promise<Source> {
  const { server, token } = await setUp()
  server.mount('database', database(server.tokens, ROLES))
  return {
    url: server.url,
    token,
    leases: () => Promise.resolve(server.tokens.leases().length),
    living: (tokens) => {
      const alive = server.tokens.tokens().filter(({ id }) => tokens.includes(id))
      return Promise.resolve(alive.map(({ endsAt }) => ({ lastsMs: endsAt - server.now() })))
    },
    pass: (ms) => server.pass(ms),
    close: () => server.close()
  }
}
