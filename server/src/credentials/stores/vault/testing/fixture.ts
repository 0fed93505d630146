/** A stand-in with secrets, a policy and a store's token, and stores over it. */
import type { Json, JsonObject } from '@bellhop/sdk'
import { onTestFinished } from 'vitest'
import { checkConfig } from '../../config.ts'
import type { Held, Holding, Store } from '../../store.ts'
import type { Certificate } from '../../../../egress/fixtures/certificates.ts'
import { vault } from '../vault.ts'
import { database, kv1, kv2, type Kv2 } from './engines.ts'
import { StandIn } from './stand-in.ts'

export interface Stage {
  server: StandIn
  kv: Kv2
  /** A token with the policy `store`. */
  token: string
}

/** What the policy `store` allows. */
export const STORE_POLICY = {
  'secret/data/customers/*': ['create', 'read', 'update'],
  'secret/metadata/customers/*': ['list'],
  'kv1/*': ['create', 'read', 'update', 'list'],
  'team/kv/*': ['read'],
  'database/creds/*': ['read'],
  'database/static-creds/*': ['read'],
  'auth/token/create': ['update']
} as const

export async function setUp(certificate?: Certificate): Promise<Stage> {
  const server = await new StandIn(certificate).listen()
  const kv = server.mount(
    'secret',
    kv2(() => server.now())
  )
  server.mount('kv1', kv1())
  server.mount(
    'team/kv',
    kv2(() => server.now())
  )
  const roles = {
    app: { ttlMs: 60_000, maxTtlMs: 600_000 },
    short: { ttlMs: 60_000, maxTtlMs: 90_000 },
    fixed: { ttlMs: 60_000, maxTtlMs: 60_000, renewable: false },
    long: { ttlMs: 7_200_000, maxTtlMs: 86_400_000 },
    broken: { ttlMs: 60_000, maxTtlMs: 60_000, broken: true }
  }
  server.mount('database', database(server.tokens, roles))
  server.policies.set('store', STORE_POLICY)
  kvWrite(kv, 'customers/acme/slack', { token: 'xoxb-of-acme', team: 'T1' })
  return { server, kv, token: server.tokens.create({ policies: ['default', 'store'] }).id }
}

export async function stage(certificate?: Certificate): Promise<Stage> {
  const made = await setUp(certificate)
  onTestFinished(() => made.server.close())
  return made
}

/** Writes past every policy. */
export function kvWrite(kv: Kv2, path: string, data: JsonObject): void {
  kv.handle({
    path: `data/${path}`,
    whole: '',
    method: 'update',
    query: new URLSearchParams(),
    body: { data },
    token: ''
  })
}

/** A store by the stand-in's clock. */
export function openStore(server: StandIn, config: () => Json): Store {
  const checked = (): unknown => {
    const result = checkConfig(vault.config, config())
    if ('config' in result) return result.config
    throw new Error(JSON.stringify(result.mistakes))
  }
  const store = vault.open(checked, { now: () => server.now() })
  onTestFinished(() => store.close())
  return store
}

/** What a run holds, as the database would keep it. */
export class TestHolding implements Holding {
  /** Every state that was written down. */
  readonly kept: Held[] = []
  /** Runs before something is written down. */
  before: () => void = () => undefined

  get row(): Held | undefined {
    return this.kept.at(-1)
  }

  async open(make: () => Promise<Held>): Promise<string> {
    if (this.row === undefined) await this.update(await make())
    return this.row?.text ?? ''
  }

  update(held: Held): Promise<void> {
    this.before()
    this.kept.push(held)
    return Promise.resolve()
  }
}
