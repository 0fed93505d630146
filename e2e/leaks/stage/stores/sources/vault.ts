import { kv2 } from '../../../../../server/src/credentials/stores/vault/testing/engines.ts'
import { kvWrite } from '../../../../../server/src/credentials/stores/vault/testing/fixture.ts'
import { StandIn } from '../../../../../server/src/credentials/stores/vault/testing/stand-in.ts'
import { Maker, type Made } from '../maker.ts'
import type { RudeServer } from '../rude.ts'
import { patienceFor, type Source, type StoreSettings } from '../source.ts'

const POLICIES = {
  'secret/data/customers/*': ['read'],
  'database/creds/*': ['read'],
  'auth/token/create': ['update']
} as const

/** Until a run has written its token down, it is good for no longer than this (`vault/run-token.ts`). */
const UNWRITTEN_MS = 120_000

export interface VaultSource extends Source {
  /** The users that were made for a scenario. */
  madeFor(id: string): Made[]
  /** What was made for runs and was not given back. */
  left(): string[]
}

/** @param fresh a credential by its purpose */
export async function vaultSource(rude: RudeServer, fresh: (purpose: string) => string): Promise<VaultSource> {
  const vault = await new StandIn().listen()
  const sealed = await new StandIn().listen()
  sealed.state = 'sealed'
  const kv = vault.mount(
    'secret',
    kv2(() => vault.now())
  )
  const maker = vault.mount('database', new Maker(vault))
  vault.policies.set('store', POLICIES)
  const token = vault.tokens.create({ policies: ['default', 'store'] }, `hvs.${fresh('token')}`).id
  const weak = vault.tokens.create({ policies: ['default'] }, `hvs.${fresh('token without rights')}`).id
  const unknown = `hvs.${fresh('token of nobody')}`
  const at = (name: string, address: string, by = token): StoreSettings => ({
    name,
    kind: 'vault',
    config: { address, auth: { token: by }, timeout: patienceFor(name) }
  })
  return {
    well: at('vault', vault.url),
    troubled: [
      at('vault-weak', vault.url, weak),
      at('vault-unknown', vault.url, unknown),
      at('vault-sealed', sealed.url),
      ...rude.manners.map((manner) => at(`vault-${manner}`, rude.at(manner)))
    ],
    secrets: [token, weak, unknown],
    keep({ key, value, fields, dynamic }) {
      if (dynamic) maker.expect(key, value)
      else kvWrite(kv, `customers/${key}`, fields)
    },
    madeFor: (id) => maker.madeFor(`${id}.`),
    left: () => [
      ...vault.tokens.leases().map(({ id }) => `the lease ${id}`),
      ...vault.tokens
        .tokens()
        .filter(({ parent, endsAt, createdAt }) => parent !== undefined && endsAt > createdAt + UNWRITTEN_MS)
        .map(() => 'the token of a run')
    ],
    async close() {
      await Promise.all([vault.close(), sealed.close()])
    }
  }
}
