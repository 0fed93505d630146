/** An engine of the Vault stand-in that makes a user for whoever asks, and remembers what it made for whom. */
import type { Engine } from '../../../../server/src/credentials/stores/vault/testing/engines.ts'
import type { StandIn } from '../../../../server/src/credentials/stores/vault/testing/stand-in.ts'
import { randomText } from '../../grammar/secrets.ts'

/** What was made: a user, under a token of the run's own. */
export interface Made {
  username: string
  password: string
  token: string
}

const TIMES = { ttlMs: 60_000, maxTtlMs: 600_000, renewable: true }

export class Maker implements Engine {
  readonly type = 'database'
  readonly options = {}
  readonly #vault: StandIn
  readonly #made = new Map<string, Made[]>()
  readonly #expected = new Map<string, string>()

  constructor(vault: StandIn) {
    this.#vault = vault
  }

  /** The next user of this role gets this password; all others get one of their own. */
  expect(role: string, password: string): void {
    this.#expected.set(role, password)
  }

  /** What was made for roles whose name begins so. */
  madeFor(roles: string): Made[] {
    return [...this.#made].flatMap(([role, made]) => (role.startsWith(roles) ? made : []))
  }

  handle({ path, whole, method, token }: Parameters<Engine['handle']>[0]): ReturnType<Engine['handle']> {
    const [, role = ''] = /^creds\/(.+)$/.exec(path) ?? []
    if (method !== 'read' || !this.#expected.has(role)) return { status: 400, errors: [`unknown role: ${role}`] }
    const before = this.#made.get(role) ?? []
    const fresh = (purpose: string): string => randomText(24, `${role} ${purpose} ${before.length}`)
    const expected = this.#expected.get(role) ?? ''
    const password = before.length === 0 && expected !== '' ? expected : fresh('password')
    const made = { username: `v-${fresh('user')}`, password, token }
    this.#made.set(role, [...before, made])
    const lease = this.#vault.tokens.lease(whole, token, TIMES)
    const { username } = made
    return { status: 200, data: { username, password }, lease_id: lease.id, lease_duration: 60, renewable: true }
  }
}
