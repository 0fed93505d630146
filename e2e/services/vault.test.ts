/** The Vault kind of store against real servers, and the stand-in of its unit tests beside them. */
import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import pg from 'pg'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { checkConfig } from '../../server/src/credentials/stores/config.ts'
import { storeContract } from '../../server/src/credentials/stores/contract/store-contract.ts'
import type { Held, Holding, Reading, Store } from '../../server/src/credentials/stores/store.ts'
import { asking } from '../../server/src/credentials/stores/testing/asking.ts'
import { transcript, type Call, type Cast } from '../../server/src/credentials/stores/vault/testing/agreement.ts'
import { setUp } from '../../server/src/credentials/stores/vault/testing/fixture.ts'
import { StandIn } from '../../server/src/credentials/stores/vault/testing/stand-in.ts'
import { vault } from '../../server/src/credentials/stores/vault/vault.ts'
import { freePort } from './guard/port.ts'
import { against } from './services.ts'
import { startVault, type Vault } from './vault.ts'
import { vaultClient, type VaultClient } from './vault-client.ts'

/** What a store's token may do in these tests. */
const POLICY = `
path "secret/data/agreed/*" { capabilities = ["create", "read", "update"] }
path "secret/data/customers/*" { capabilities = ["create", "read", "update"] }
path "auth/token/create" { capabilities = ["update"] }
path "db/creds/*" { capabilities = ["read"] }
path "aws/creds/*" { capabilities = ["read"] }`

async function tokenFor(client: VaultClient, more: JsonObject = {}): Promise<string> {
  await client.call('POST', '/sys/policies/acl/store', { policy: POLICY })
  const { body } = await client.call('POST', '/auth/token/create', { policies: ['store'], ttl: '1h', ...more })
  return (body as { auth: { client_token: string } }).auth.client_token
}

function open(config: () => Json): Store {
  const checked = (): unknown => {
    const result = checkConfig(vault.config, config())
    if ('config' in result) return result.config
    throw new Error(JSON.stringify(result.mistakes))
  }
  const store = vault.open(checked, { now: Date.now })
  onTestFinished(() => store.close())
  return store
}

/** What a run holds, as its row would. */
class Row implements Holding {
  held: Held | undefined

  async open(make: () => Promise<Held>): Promise<string> {
    this.held ??= await make()
    return this.held.text
  }

  update(held: Held): Promise<void> {
    this.held = held
    return Promise.resolve()
  }
}

function read(store: Store, path: string, holding: Holding = new Row(), version?: string): Promise<Reading> {
  const lookup = { path: path.split('/'), ...(version === undefined ? {} : { version }) }
  return store.read(lookup, { signal: AbortSignal.timeout(20_000), refused: false, holding })
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  if (error instanceof Fault) return error
  throw new Error('no fault')
}

/** A server that takes connections and answers none of them. */
async function silentServer(): Promise<StandIn> {
  const silent = await new StandIn().listen()
  silent.state = 'silent'
  return silent
}

against(['openbao', 'vault'], (at) => {
  const client = vaultClient(at)
  const secret = (path: string, data: JsonObject): Promise<unknown> =>
    client.call('POST', `/secret/data/${path}`, { data })

  storeContract(`${at.flavour} with a token`, async () => {
    await secret('customers/acme/slack', { token: 'xoxb-of-acme' })
    const token = await tokenFor(client)
    const silent = await silentServer()
    const config = { address: at.url, auth: { token } }
    return {
      kind: vault,
      config,
      there: { lookup: { path: ['secret', 'customers', 'acme', 'slack'] }, fields: { token: 'xoxb-of-acme' } },
      missing: { path: ['secret', 'customers', 'nobody'] },
      down: { ...config, address: `http://127.0.0.1:${await freePort()}` },
      slow: { ...config, address: silent.url, timeout: '200ms' },
      wrongCredential: { ...config, auth: { token: 'hvs.of-somebody-else' } },
      denied: { config, lookup: { path: ['secret', 'others', 'x'] } },
      async rotate() {
        const fresh = await tokenFor(client)
        await vaultClient(at, { token }).call('POST', '/auth/token/revoke-self')
        return { ...config, auth: { token: fresh } }
      },
      close: () => silent.close()
    }
  })

  // What is there is asked, too: in a server of its own nobody else puts anything there.
  it('answers as the stand-in does', async () => {
    const own = await startVault(at.flavour)
    onTestFinished(() => own.stop())
    const ownClient = vaultClient(own.at)
    const stage = await setUp()
    onTestFinished(() => stage.server.close())
    const { server } = stage
    server.flavour = at.flavour
    stage.kv.clear()
    server.policies.set('store', {
      'secret/data/agreed/*': ['create', 'read', 'update'],
      'auth/token/create': ['update']
    })
    const policies = ['default', 'store']
    const make = (more: object): string => server.tokens.create({ policies, ttlMs: 3_600_000, ...more }).id
    const known: Cast = {
      root: server.rootToken,
      store: make({}),
      batch: make({ type: 'batch' }),
      limited: make({ numUses: 50 })
    }
    const real: Cast = {
      root: own.at.token,
      store: await tokenFor(ownClient),
      batch: await tokenFor(ownClient, { type: 'batch' }),
      limited: await tokenFor(ownClient, { num_uses: 50 })
    }
    const callOf =
      (vault: Pick<Vault, 'url' | 'token'>): Call =>
      (method, path, body, token) =>
        vaultClient(vault, token === undefined ? {} : { token }).call(method, `/${path}`, body)
    expect(await transcript(callOf(server.asVault()), known)).toEqual(await transcript(callOf(own.at), real))
  })

  describe('KV', () => {
    it('is read in every version, with odd names', async () => {
      const path = `customers/${encodeURIComponent('é x?y#+*&%2F..')}/slack`
      await secret(path, { token: 'one' })
      await secret(path, { token: 'two', nested: { list: [1, true, null] } })
      const store = open(() => ({ address: at.url, auth: { token: at.token } }))
      const name = 'é x?y#+*&%2F..'
      expect((await read(store, `secret/customers/${name}/slack`)).fields).toEqual({
        token: 'two',
        nested: { list: [1, true, null] }
      })
      expect((await read(store, `secret/customers/${name}/slack`, new Row(), '1')).fields).toEqual({ token: 'one' })
    })

    it('says what was deleted and destroyed', async () => {
      const store = open(() => ({ address: at.url, auth: { token: at.token } }))
      await secret('customers/gone/slack', { token: 'one' })
      await client.call('DELETE', '/secret/data/customers/gone/slack')
      expect((await faultOf(read(store, 'secret/customers/gone/slack'))).message).toContain('has deleted')
      await client.call('POST', '/secret/destroy/customers/gone/slack', { versions: [1] })
      expect((await faultOf(read(store, 'secret/customers/gone/slack'))).message).toContain('has destroyed')
    })

    it('never gives out what Vault serves for itself', async () => {
      const store = open(() => ({ address: at.url, auth: { token: at.token } }))
      for (const path of ['auth/token/lookup-self', 'team/auth/token/lookup-self', 'cubbyhole/x', 'sys/mounts']) {
        expect(['store_denied', 'store_path_missing']).toContain((await faultOf(read(store, path))).code)
      }
    })

    it('is written and listed by steps', async () => {
      const store = open(() => ({ address: at.url, auth: { token: at.token } }))
      const call = (name: string, input: JsonObject) =>
        store.operations[name]?.run(input, asking({ holding: new Row() }))
      const path = `kv1/written-${randomBytes(4).toString('hex')}`
      await call('write', { path: `${path}/slack`, data: { token: 'one' } })
      expect(await call('list', { path })).toMatchObject({ value: { keys: ['slack'] } })
      expect(await call('read', { path: `${path}/slack` })).toMatchObject({ value: { data: { token: 'one' } } })
    })
  })

  describe('a session', () => {
    it('by AppRole goes on beyond the life of its token', async () => {
      await client.call('POST', '/sys/auth/approle', { type: 'approle' })
      await client.call('POST', '/sys/policies/acl/store', { policy: POLICY })
      const role = { token_policies: 'store', token_ttl: '4s', token_max_ttl: '6s' }
      await client.call('POST', '/auth/approle/role/bellhop', role)
      const { body: id } = await client.call('GET', '/auth/approle/role/bellhop/role-id')
      const { body: secretId } = await client.call('POST', '/auth/approle/role/bellhop/secret-id')
      const { role_id } = (id as { data: { role_id: string } }).data
      const { secret_id } = (secretId as { data: { secret_id: string } }).data
      await secret('customers/acme/slack', { token: 'xoxb-of-acme' })
      const store = open(() => ({ address: at.url, auth: { approle: { role_id, secret_id } } }))
      const until = Date.now() + 8_000
      while (Date.now() < until) {
        expect((await read(store, 'secret/customers/acme/slack')).fields).toEqual({ token: 'xoxb-of-acme' })
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
      const wrong = open(() => ({ address: at.url, auth: { approle: { role_id, secret_id: 'another' } } }))
      expect(await faultOf(read(wrong, 'secret/customers/acme/slack'))).toMatchObject({ code: 'store_unauthenticated' })
    })

    it('by JWT shows a signed token', async () => {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const pem = publicKey.export({ type: 'spki', format: 'pem' })
      await client.call('POST', '/sys/auth/jwt', { type: 'jwt' })
      await client.call('POST', '/auth/jwt/config', { jwt_validation_pubkeys: [pem] })
      await client.call('POST', '/sys/policies/acl/store', { policy: POLICY })
      const role = { role_type: 'jwt', bound_audiences: 'vault', user_claim: 'sub', token_policies: 'store' }
      await client.call('POST', '/auth/jwt/role/bellhop', role)
      await secret('customers/acme/slack', { token: 'xoxb-of-acme' })
      const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
      const claims = { sub: 'bellhop', aud: 'vault', exp: Math.floor(Date.now() / 1000) + 60 }
      const unsigned = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
      const jwt = `${unsigned}.${createSign('sha256').update(unsigned).sign(privateKey, 'base64url')}`
      const store = open(() => ({ address: at.url, auth: { jwt: { role: 'bellhop', jwt } } }))
      expect((await read(store, 'secret/customers/acme/slack')).fields).toEqual({ token: 'xoxb-of-acme' })
      const forged = open(() => ({ address: at.url, auth: { jwt: { role: 'bellhop', jwt: `${unsigned}.AAAA` } } }))
      expect(await faultOf(read(forged, 'secret/customers/acme/slack'))).toMatchObject({
        code: 'store_unauthenticated'
      })
    })
  })

  it('over TLS is trusted by its own authority only, and says that it is sealed', async () => {
    const own = await startVault(at.flavour, { tls: true })
    onTestFinished(() => own.stop())
    const { url, token, ca = '' } = own.at
    const admin = vaultClient(own.at)
    await admin.call('POST', '/secret/data/x', { data: { token: 'one' } })
    const store = open(() => ({ address: url, auth: { token }, ca }))
    expect((await read(store, 'secret/x')).fields).toEqual({ token: 'one' })
    const unknowing = open(() => ({ address: url, auth: { token } }))
    expect(await faultOf(read(unknowing, 'secret/x'))).toMatchObject({ code: 'store_tls' })
    await admin.call('PUT', '/sys/seal')
    const fault = await faultOf(read(store, 'secret/x'))
    expect(fault).toMatchObject({ code: 'store_unavailable', retryable: true })
    expect(fault.message).toContain('is sealed')
  })

  it('that asks for fewer requests is said to', async () => {
    const own = await startVault(at.flavour)
    onTestFinished(() => own.stop())
    const admin = vaultClient(own.at)
    await admin.call('POST', '/kv1/x', { token: 'one' })
    await admin.call('POST', '/sys/quotas/rate-limit/few', { path: 'kv1', rate: 1, interval: '60s' })
    const store = open(() => ({ address: own.at.url, auth: { token: own.at.token } }))
    await read(store, 'kv1/x')
    expect(await faultOf(read(store, 'kv1/x'))).toMatchObject({ code: 'store_rate_limited', retryable: true })
  })

  against(['postgres'], (postgres) => {
    const login = ({ fields }: Reading): pg.Client => {
      const { username, password } = fields as { username: string; password: string }
      return new pg.Client({ ...postgres, user: username, password })
    }
    const connects = async (reading: Reading): Promise<boolean> => {
      const guest = login(reading)
      try {
        await guest.connect()
        return true
      } catch {
        return false
      } finally {
        await guest.end().catch(() => undefined)
      }
    }
    /** Users that live for a minute, and three at most. */
    const mount = async (): Promise<Store> => {
      const { user: username, password, host, port, database } = postgres
      const connection_url = `postgresql://{{username}}:{{password}}@${host}:${port}/${database}?sslmode=disable`
      const plugin_name = 'postgresql-database-plugin'
      await client.call('POST', '/sys/mounts/db', { type: 'database' })
      await client.call('POST', '/db/config/pg', {
        plugin_name,
        connection_url,
        username,
        password,
        allowed_roles: '*'
      })
      const creation_statements = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`
      const role = { db_name: 'pg', creation_statements, default_ttl: '1m', max_ttl: '90s' }
      await client.call('POST', '/db/roles/reader', role)
      const token = await tokenFor(client)
      return open(() => ({ address: at.url, auth: { token } }))
    }
    const leases = async (): Promise<unknown[]> => {
      const { body } = await client.call('GET', '/sys/leases/lookup/db/creds/reader?list=true')
      return (body as { data?: { keys: string[] } } | undefined)?.data?.keys ?? []
    }

    it('makes a user for a run, which lives as long as the run holds it', async () => {
      const store = await mount()
      const row = new Row()
      expect(await store.serves?.({ path: ['db', 'creds', 'reader'] }, AbortSignal.timeout(20_000))).toBe('run')
      const reading = await read(store, 'db/creds/reader', row)
      expect(await connects(reading)).toBe(true)
      const renewed = await store.renew?.(row.held?.text ?? '', AbortSignal.timeout(20_000))
      expect(renewed?.problem).toBeUndefined()
      expect(renewed?.expiresAt).toBeGreaterThan(Date.now() + 50_000)
      await store.revoke?.(renewed?.text ?? '', AbortSignal.timeout(20_000))
      // Vault takes what stands under a token after it has answered.
      await vi.waitFor(async () => expect(await leases()).toEqual([]), { timeout: 20_000, interval: 100 })
      expect(await connects(reading)).toBe(false)
      await store.revoke?.(renewed?.text ?? '', AbortSignal.timeout(20_000))
    })

    it('says when a lease cannot be extended', async () => {
      const store = await mount()
      const row = new Row()
      await read(store, 'db/creds/reader', row)
      const held = JSON.parse(row.held?.text ?? '') as { leases: { ttlMs: number }[] }
      // As if it had been made for longer: what is asked for is beyond its max_ttl.
      for (const lease of held.leases) lease.ttlMs = 600_000
      const renewed = await store.renew?.(JSON.stringify(held), AbortSignal.timeout(20_000))
      expect(renewed?.problem).toMatch(/^a lease of db\/creds\/reader ends at .* cannot be extended/)
      await store.revoke?.(renewed?.text ?? '', AbortSignal.timeout(20_000))
    })

    it('makes another where the run’s token was revoked there', async () => {
      const store = await mount()
      const row = new Row()
      const first = await read(store, 'db/creds/reader', row)
      const { token } = JSON.parse(row.held?.text ?? '') as { token: string }
      await vaultClient(at, { token }).call('POST', '/auth/token/revoke-self')
      const second = await read(store, 'db/creds/reader', row)
      expect(second.fields).not.toEqual(first.fields)
      expect(await connects(second)).toBe(true)
      await store.revoke?.(row.held?.text ?? '', AbortSignal.timeout(20_000))
    })

    it('says what is wrong with a role and with the engine', async () => {
      const store = await mount()
      const row = new Row()
      expect(await faultOf(read(store, 'db/creds/nobody', row))).toMatchObject({ code: 'store_path_missing' })
      await client.call('POST', '/db/config/dead', {
        plugin_name: 'postgresql-database-plugin',
        connection_url: `postgresql://x:y@127.0.0.1:${await freePort()}/x?sslmode=disable`,
        allowed_roles: '*',
        verify_connection: false
      })
      await client.call('POST', '/db/roles/dead', { db_name: 'dead', creation_statements: 'CREATE ROLE "{{name}}"' })
      expect(await faultOf(read(store, 'db/creds/dead', row))).toMatchObject({
        code: 'store_unavailable',
        retryable: true
      })
      await store.revoke?.(row.held?.text ?? '', AbortSignal.timeout(20_000))
    })
  })
})

against(['openbao'], (at) => {
  it('has no namespace but those that it has', async () => {
    const store = open(() => ({ address: at.url, namespace: 'nowhere', auth: { token: at.token } }))
    expect(await faultOf(read(store, 'secret/x'))).toMatchObject({ code: 'store_unauthenticated', retryable: false })
  })

  it('has secrets in a namespace, by header or in front of the path', async () => {
    const root = vaultClient(at)
    await root.call('POST', '/sys/namespaces/ours')
    const ours = vaultClient(at, { namespace: 'ours' })
    await ours.call('POST', '/sys/mounts/kv', { type: 'kv', options: { version: '2' } })
    await vi.waitFor(async () => {
      expect(await ours.call('POST', '/kv/data/x', { data: { token: 'ours' } })).toMatchObject({ status: 200 })
    })
    const inside = open(() => ({ address: at.url, namespace: 'ours', auth: { token: at.token } }))
    expect((await read(inside, 'kv/x')).fields).toEqual({ token: 'ours' })
    const outside = open(() => ({ address: at.url, auth: { token: at.token } }))
    expect((await read(outside, 'ours/kv/x')).fields).toEqual({ token: 'ours' })
    expect(await faultOf(read(outside, 'ours/auth/token/lookup-self'))).toMatchObject({ code: 'store_denied' })
  })
})

against(['vault'], (at) => {
  against(['moto'], (moto) => {
    it('makes AWS keys for a run', async () => {
      const client = vaultClient(at)
      const { url, region, accessKeyId: access_key, secretAccessKey: secret_key } = moto
      await client.call('POST', '/sys/mounts/aws', { type: 'aws' })
      const root = { access_key, secret_key, region, iam_endpoint: url, sts_endpoint: url, sts_region: region }
      await client.call('POST', '/aws/config/root', root)
      const Statement = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]
      const policy_document = JSON.stringify({ Version: '2012-10-17', Statement })
      await client.call('POST', '/aws/roles/reader', { credential_type: 'iam_user', policy_document })
      const token = await tokenFor(client)
      const store = open(() => ({ address: at.url, auth: { token } }))
      const row = new Row()
      expect(await faultOf(read(store, 'aws/creds/nobody', row))).toMatchObject({ code: 'store_path_missing' })
      const { fields } = await read(store, 'aws/creds/reader', row)
      expect(fields).toMatchObject({
        access_key: expect.any(String) as string,
        secret_key: expect.any(String) as string
      })
      await store.revoke?.(row.held?.text ?? '', AbortSignal.timeout(20_000))
      const leases = async (): Promise<number> =>
        (await client.call('GET', '/sys/leases/lookup/aws/creds/reader?list=true')).status
      await vi.waitFor(async () => expect(await leases()).toBe(404), { timeout: 20_000, interval: 100 })
    })
  })
})
