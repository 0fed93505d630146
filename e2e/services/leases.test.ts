/**
 * A server that is killed between fetch and use of a database user that a real Vault makes in a real PostgreSQL: no
 * lease, no user and no secret is left behind. `e2e/crash/leases.test.ts` does it more often, with a Vault in small.
 */
import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { campaign } from '../crash/leases/campaign.ts'
import { judgeLeases } from '../crash/leases/judge.ts'
import type { Moment } from '../crash/leases/moments.ts'
import type { LivingToken, Source } from '../crash/leases/source.ts'
import type { Postgres } from './postgres.ts'
import { against } from './services.ts'
import { startVault, type Vault } from './vault.ts'
import { vaultClient, type VaultClient } from './vault-client.ts'

const MOMENTS: readonly Moment[] = [
  'token_made',
  'before_read',
  'read',
  'before_noting',
  'noting',
  'asleep',
  'using',
  'before_giving_back',
  'giving_back',
  'given_back'
]
const POLICY = `
path "auth/token/create" { capabilities = ["update"] }
path "database/creds/*" { capabilities = ["read"] }`

/** A server of this test's own, whose users are told from those of other tests by their role. */
async function realSource(flavour: Vault['flavour'], postgres: Postgres): Promise<Source> {
  const { at, stop } = await startVault(flavour)
  onTestFinished(() => stop())
  const client = vaultClient(at)
  await mount(client, postgres)
  const users = new pg.Client(postgres)
  await users.connect()
  const made = async (): Promise<number> => {
    const { rows } = await users.query<{ n: number }>(
      `select count(*)::int as n from pg_roles where rolname ~ '^v-.*-(lasting|brief)-'`
    )
    return rows[0]?.n ?? 0
  }
  return {
    url: at.url,
    token: await storeToken(client),
    leases: async () => (await leaseCount(client)) + (await made()),
    living: async (tokens) => (await Promise.all(tokens.map((token) => lookUp(client, token)))).flat(),
    close: () => users.end()
  }
}

async function mount(client: VaultClient, postgres: Postgres): Promise<void> {
  const { user: username, password, host, port, database } = postgres
  const connection_url = `postgresql://{{username}}:{{password}}@${host}:${port}/${database}?sslmode=disable`
  const config = { plugin_name: 'postgresql-database-plugin', connection_url, username, password, allowed_roles: '*' }
  await client.call('POST', '/sys/mounts/database', { type: 'database' })
  await client.call('POST', '/database/config/pg', config)
  const creation_statements = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`
  for (const [role, default_ttl] of [
    ['lasting', '1h'],
    ['brief', '4s']
  ]) {
    await client.call('POST', `/database/roles/${role}`, { db_name: 'pg', creation_statements, default_ttl })
  }
}

async function storeToken(client: VaultClient): Promise<string> {
  await client.call('POST', '/sys/policies/acl/store', { policy: POLICY })
  const { body } = await client.call('POST', '/auth/token/create', { policies: ['store'], ttl: '24h' })
  return (body as { auth: { client_token: string } }).auth.client_token
}

async function leaseCount(client: VaultClient): Promise<number> {
  const lists = ['lasting', 'brief'].map((role) =>
    client.call('GET', `/sys/leases/lookup/database/creds/${role}?list=true`)
  )
  const keys = (await Promise.all(lists)).map(({ body }) => (body as { data?: { keys: string[] } }).data?.keys ?? [])
  return keys.flat().length
}

async function lookUp(client: VaultClient, token: string): Promise<LivingToken[]> {
  const { status, body } = await client.call('POST', '/auth/token/lookup', { token })
  return status === 200 ? [{ lastsMs: (body as { data: { ttl: number } }).data.ttl * 1_000 }] : []
}

against(['openbao', 'vault'], ({ flavour }) => {
  against(['postgres'], (postgres) => {
    it(`leaves nothing after ${MOMENTS.length} kills`, async () => {
      const source = await realSource(flavour, postgres)
      const evidence = await campaign(source, { moments: MOMENTS, patienceMs: 30_000 })
      expect(judgeLeases(evidence)).toEqual([])
      expect(evidence.kills.map(({ moment }) => moment)).toEqual(MOMENTS)
      // In use there is a lease in Vault and a user in PostgreSQL.
      expect(evidence.kills.find(({ moment }) => moment === 'using')?.leases).toBeGreaterThanOrEqual(2)
      // The vendor was called by users that were really made: each of them served one run.
      expect(new Set(evidence.calls.map(({ customer }) => customer)).size).toBeGreaterThanOrEqual(MOMENTS.length)
    })
  })
})
