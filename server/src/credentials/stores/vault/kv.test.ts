import type { Json, JsonObject } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import type { Reading, Store } from '../store.ts'
import { asking } from '../testing/asking.ts'
import { kv2 } from './testing/engines.ts'
import { faultOf } from './testing/faults.ts'
import { kvWrite, openStore, stage, type Stage } from './testing/fixture.ts'

function open({ server, token }: Stage, more: Record<string, Json> = {}): Store {
  return openStore(server, () => ({ address: server.url, auth: { token }, ...more }))
}

function read(store: Store, path: string, version?: string): Promise<Reading> {
  return store.read({ path: path.split('/'), ...(version === undefined ? {} : { version }) }, asking())
}

function call(store: Store, operation: string, input: JsonObject) {
  const found = store.operations[operation]
  if (found === undefined) throw new Error(`no operation ${operation}`)
  return found.run(input, asking())
}

const ACME = 'secret/customers/acme/slack'

describe('KV version 2', () => {
  test('gives the current version, or the one that is asked for', async () => {
    const made = await stage()
    kvWrite(made.kv, 'customers/acme/slack', { token: 'xoxb-new' })
    const store = open(made)
    expect((await read(store, ACME)).fields).toEqual({ token: 'xoxb-new' })
    expect((await read(store, ACME, '1')).fields).toEqual({ token: 'xoxb-of-acme', team: 'T1' })
    expect((await faultOf(read(store, ACME, '9'))).message).toContain('has no version 9 of secret/customers/acme/slack')
  })

  test.each(['0', '-1', '1.5', 'newest', ''])('has no version %j', async (version) => {
    const fault = await faultOf(read(open(await stage()), ACME, version))
    expect(fault).toMatchObject({ code: 'store_bad_input', retryable: false })
  })

  test.each(['deleted', 'destroyed'] as const)('says that a secret was %s', async (how) => {
    const made = await stage()
    made.kv.remove('customers/acme/slack', how)
    const fault = await faultOf(read(open(made), ACME))
    expect(fault.code).toBe('store_path_missing')
    expect(fault.message).toContain(`has ${how} ${ACME}`)
  })

  test('says where people wrote `data/` into the path', async () => {
    const fault = await faultOf(read(open(await stage()), 'secret/data/customers/acme/slack'))
    expect(fault).toMatchObject({ code: 'store_denied', hint: expect.stringContaining('data/data') as string })
    const made = await stage()
    const root = open({ ...made, token: made.server.rootToken })
    expect((await faultOf(read(root, 'secret/data/customers/acme/slack'))).hint).toContain('without `data/`')
  })

  test('may let a version expire, and nothing is good for longer', async () => {
    const made = await stage()
    kvWrite(made.kv, 'customers/acme/slack', { token: 'xoxb-new' })
    const at = new Date(made.server.now() + 5_000)
    made.kv.expire('customers/acme/slack', at)
    expect((await read(open(made), ACME)).expiresAt).toBe(at.getTime())
  })
})

describe('a path', () => {
  test('reaches exactly what it names, whatever stands in its parts', async () => {
    const made = await stage()
    const odd = ['é x?y#+*', 'a%2Fb', '..a', 'a\\b', "q'&=;,@$!(){}", '%2e%2e', ' ']
    for (const [i, id] of odd.entries()) kvWrite(made.kv, `customers/${id}/slack`, { token: `token ${i}` })
    const store = open(made)
    for (const [i, id] of odd.entries()) {
      const { fields } = await store.read({ path: ['secret', 'customers', id, 'slack'] }, asking())
      expect(fields).toEqual({ token: `token ${i}` })
    }
  })

  // Vault decodes the whole path before it splits it: `a%2Fb` is `a/b` to it.
  test.each(['acme/slack', 'x/../acme', '/', 'a\nb', '\0', '\ud800', '', '.', '..'])(
    'with a part like %j is refused before anything is asked',
    async (id) => {
      const made = await stage()
      const fault = await faultOf(open(made).read({ path: ['secret', 'customers', id] }, asking()))
      expect(fault).toMatchObject({ code: 'store_path_missing', retryable: false })
      expect(made.server.asked).toEqual([])
    }
  )

  // Any of these would answer with the store's own token, or change what Vault is.
  test.each([
    'auth/token/lookup-self',
    'sys/health',
    'cubbyhole/x',
    'team/auth/token/lookup-self',
    'team/sys/raw',
    'auth/approle/role/app/secret-id'
  ])('into Vault itself (%s) is refused', async (path) => {
    const made = await stage()
    const store = open({ ...made, token: made.server.rootToken })
    expect(await faultOf(read(store, path), [made.server.rootToken])).toMatchObject({ code: 'store_denied' })
    expect(made.server.asked.filter((one) => one.path === path)).toEqual([])
  })

  test('of a mount is none of a secret', async () => {
    expect((await faultOf(read(open(await stage()), 'secret'))).message).toContain('has an engine at secret/')
  })
})

describe('the mount', () => {
  const preflights = ({ server }: Stage): number =>
    server.asked.filter(({ path }) => path.startsWith('sys/internal/ui/mounts/')).length

  test('is asked for once in five minutes', async () => {
    const made = await stage()
    const store = open(made)
    for (let i = 0; i < 3; i++) await read(store, ACME)
    expect(preflights(made)).toBe(1)
    made.server.pass(301_000)
    await read(store, ACME)
    expect(preflights(made)).toBe(2)
  })

  test('that has become another engine is found anew', async () => {
    const made = await stage()
    const store = open(made)
    await call(store, 'write', { path: 'kv1/x', data: { token: 'one' } })
    const two = made.server.mount(
      'kv1',
      kv2(() => made.server.now())
    )
    kvWrite(two, 'x', { token: 'two' })
    made.server.policies.set('store', { 'kv1/*': ['read'] })
    await faultOf(read(store, 'kv1/x'))
    expect((await read(store, 'kv1/x')).fields).toEqual({ token: 'two' })
  })

  test('that is not there, or out of reach, is named, and what to add to the policy', async () => {
    const made = await stage()
    const fault = await faultOf(read(open(made), 'nothing/here'))
    expect(fault).toMatchObject({ code: 'store_denied', retryable: false })
    expect(fault.message).toContain('no secrets engine at nothing/')
    expect(fault.hint).toContain('path "nothing/data/here" { capabilities = ["read"] }')
    const root = open({ ...made, token: made.server.rootToken })
    expect(await faultOf(read(root, 'nothing/here'))).toMatchObject({ code: 'store_path_missing' })
  })

  test('is taken to be KV version 2 where Vault may not be asked', async () => {
    const made = await stage()
    made.server.broken.set(`sys/internal/ui/mounts/${ACME}`, { status: 403, errors: ['blocked by a gateway'] })
    expect((await read(open(made), ACME)).fields).toMatchObject({ team: 'T1' })
  })

  test('may stand in a namespace, by header or in front of the path', async () => {
    const made = await stage()
    const server = made.server
    kvWrite(
      server.mount(
        'team/kv',
        kv2(() => server.now())
      ),
      'x',
      { token: 'of the team' }
    )
    expect((await read(open(made), 'team/kv/x')).fields).toEqual({ token: 'of the team' })
    expect((await read(open(made, { namespace: 'team' }), 'kv/x')).fields).toEqual({ token: 'of the team' })
  })
})

describe('KV version 1', () => {
  test('is read, listed and written', async () => {
    const store = open(await stage())
    expect((await call(store, 'write', { path: 'kv1/acme/slack', data: { token: 'one', ttl: '30s' } })).value).toEqual(
      {}
    )
    expect(await read(store, 'kv1/acme/slack')).toMatchObject({ fields: { token: 'one' } })
    expect((await call(store, 'list', { path: 'kv1' })).value).toEqual({ keys: ['acme/'] })
    expect((await call(store, 'list', { path: 'kv1/acme' })).value).toEqual({ keys: ['slack'] })
  })

  test('says for how long a secret is good', async () => {
    const made = await stage()
    const store = open(made)
    await call(store, 'write', { path: 'kv1/x', data: { token: 'one', ttl: '30s' } })
    const { expiresAt = 0 } = await read(store, 'kv1/x')
    expect(expiresAt - made.server.now()).toBeGreaterThan(29_000)
    expect(expiresAt - made.server.now()).toBeLessThanOrEqual(30_000)
  })

  test('has no versions', async () => {
    const store = open(await stage())
    await call(store, 'write', { path: 'kv1/x', data: { token: 'one' } })
    expect((await faultOf(read(store, 'kv1/x', '1'))).message).toContain('has version 1')
    const write = call(store, 'write', { path: 'kv1/x', data: { token: 'two' }, cas: 1 })
    expect((await faultOf(write)).message).toContain('`cas` is for KV version 2')
  })
})

describe('an operation', () => {
  test('reads everything as secret, with what is known of it beside', async () => {
    const store = open(await stage())
    const { value, secrets } = await call(store, 'read', { path: ACME, version: 1 })
    expect(value).toMatchObject({ data: { token: 'xoxb-of-acme', team: 'T1' }, metadata: { version: 1 } })
    expect(secrets).toEqual([
      { name: 'token', value: 'xoxb-of-acme' },
      { name: 'team', value: 'T1' }
    ])
  })

  test('takes its path encoded', async () => {
    const made = await stage()
    kvWrite(made.kv, 'customers/50%?/slack', { token: 'odd' })
    const { value } = await call(open(made), 'read', { path: 'secret/customers/50%25%3F/slack' })
    expect(value).toMatchObject({ data: { token: 'odd' } })
  })

  test('writes, and says which version it became', async () => {
    const store = open(await stage())
    const { value, secrets } = await call(store, 'write', {
      path: ACME,
      data: { token: 'xoxb-2', n: { a: [1] } },
      cas: 1
    })
    expect(value).toMatchObject({ version: 2 })
    expect(secrets).toEqual([])
    expect((await read(store, ACME)).fields).toEqual({ token: 'xoxb-2', n: { a: [1] } })
    expect(store.operations['write']?.reveals).toEqual(['data'])
  })

  test.each([
    ['read', {}, '`path` is missing'],
    ['read', { path: 'secret//x' }, '`path` has a part that is empty'],
    ['read', { path: 'secret/../x' }, '`path` has a part that is empty, `.` or `..`'],
    ['read', { path: 'secret/%2e%2e/x' }, '`path` has a part that is empty, `.` or `..`'],
    ['read', { path: 'secret/%E0' }, '`path` is not percent-encoded'],
    ['read', { path: 'secret/customers%2Facme' }, 'a part of it has a slash in it'],
    ['read', { path: ACME, version: 'x' }, '`version` is not a whole number'],
    ['write', { path: ACME }, '`data` is not an object'],
    ['write', { path: ACME, data: 'xoxb-pasted' }, '`data` is not an object'],
    ['write', { path: ACME, data: { a: 1 }, cas: -1 }, '`cas` is not a whole number'],
    ['write', { path: ACME, data: { a: 1 }, cas: 7 }, '`cas` is not the version that is there'],
    ['write', { path: 'kv1/x', data: {} }, '`data` is empty'],
    ['write', { path: 'database/creds/app', data: { a: 1 } }, '`path` is at database/, which is no KV engine'],
    ['list', { path: 'secret/customers/nobody' }, 'has no secret/customers/nobody'],
    ['list', { path: 'secret/others' }, 'may not list secret/others'],
    ['write', { path: 'secret/others/x', data: { a: 1 } }, 'may not update secret/others/x']
  ])('%s %j says what is wrong', async (operation, input, problem) => {
    const fault = await faultOf(call(open(await stage()), operation, input), ['xoxb-pasted'])
    expect(fault.message).toContain(problem)
    expect(fault.retryable).toBe(false)
  })
})
