import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@bellhop/sdk'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Reading, Store } from '../store.ts'
import { faultOf } from './testing/faults.ts'
import { openStore, stage, TestHolding, type Stage } from './testing/fixture.ts'

const PROOF = { role_id: 'role-1', secret_id: 'secret-id-of-the-store' }
const POLICIES = ['default', 'store']

function read(store: Store, id = 'acme'): Promise<Reading> {
  const lookup = { path: ['secret', 'customers', id, 'slack'] }
  return store.read(lookup, { signal: AbortSignal.timeout(10_000), refused: false, holding: new TestHolding() })
}

async function withRole(token: Partial<Parameters<Stage['server']['tokens']['create']>[0]> = {}): Promise<Stage> {
  const made = await stage()
  made.server.logins.add('approle', 'approle', { proof: PROOF, token: { policies: POLICIES, ttlMs: 60_000, ...token } })
  return made
}

function open({ server }: Stage, auth: Json = { approle: PROOF }): Store {
  return openStore(server, () => ({ address: server.url, auth }))
}

function count({ server }: Stage, path: string): number {
  return server.asked.filter((one) => one.path === path).length
}

const LOGIN = 'auth/approle/login'
const RENEW = 'auth/token/renew-self'

describe('a session by login', () => {
  test('is one for all who want it at once', async () => {
    const made = await withRole()
    const store = open(made)
    const release = made.server.hold()
    const reads = Promise.all([read(store), read(store), read(store)])
    await expect.poll(() => made.server.asked.length).toBeGreaterThan(0)
    release()
    await reads
    await read(store)
    expect(count(made, LOGIN)).toBe(1)
  })

  test('is renewed at half of its life, and begun anew when that comes to its end', async () => {
    const made = await withRole({ maxTtlMs: 100_000 })
    const store = open(made)
    await read(store)
    made.server.pass(29_000)
    await read(store)
    expect([count(made, RENEW), count(made, LOGIN)]).toEqual([0, 1])
    made.server.pass(2_000)
    await read(store)
    expect([count(made, RENEW), count(made, LOGIN)]).toEqual([1, 1])
    for (let i = 0; i < 6; i++) {
      made.server.pass(20_000)
      await read(store)
    }
    expect(count(made, LOGIN)).toBe(2)
    // No read was made with a session that had ended: Vault never said that it did not know a token.
    expect(count(made, 'auth/token/lookup-self')).toBe(0)
  })

  test('that is never used for long begins anew', async () => {
    const made = await withRole()
    const store = open(made)
    await read(store)
    made.server.pass(3_600_000)
    await read(store)
    expect(count(made, LOGIN)).toBe(2)
  })

  test.each(['vault', 'openbao'] as const)('that was revoked there begins anew, once (%s)', async (flavour) => {
    const made = await withRole()
    made.server.flavour = flavour
    const store = open(made)
    await read(store)
    const mine = made.server.tokens.tokens().at(-1)
    made.server.tokens.revoke(mine?.id ?? '')
    expect((await read(store)).fields).toMatchObject({ token: 'xoxb-of-acme' })
    expect(count(made, LOGIN)).toBe(2)
  })

  test('stays while Vault cannot renew it now', async () => {
    const made = await withRole()
    const store = open(made)
    await read(store)
    made.server.pass(31_000)
    made.server.broken.set(RENEW, { status: 500, errors: ['it broke'] })
    await read(store)
    expect([count(made, RENEW), count(made, LOGIN)]).toEqual([1, 1])
    made.server.broken.clear()
    made.server.pass(16_000)
    await read(store)
    expect([count(made, RENEW), count(made, LOGIN)]).toEqual([2, 1])
  })

  test.each([{ type: 'batch' as const }, { renewable: false }])(
    'that cannot be renewed (%j) is begun anew',
    async (how) => {
      const made = await withRole(how)
      const store = open(made)
      await read(store)
      made.server.pass(29_000)
      await read(store)
      expect(count(made, LOGIN)).toBe(1)
      made.server.pass(2_000)
      await read(store)
      expect([count(made, RENEW), count(made, LOGIN)]).toEqual([0, 2])
    }
  )

  test('goes on when the one who asked first gives up', async () => {
    const made = await withRole()
    const store = open(made)
    const release = made.server.hold()
    const controller = new AbortController()
    const lookup = { path: ['secret', 'customers', 'acme', 'slack'] }
    const first = store.read(lookup, { signal: controller.signal, refused: false, holding: new TestHolding() })
    const second = read(store)
    await expect.poll(() => count(made, LOGIN)).toBe(1)
    controller.abort(new Error('given up'))
    await expect(first).rejects.toThrow('given up')
    release()
    expect((await second).fields).toMatchObject({ team: 'T1' })
    expect(count(made, LOGIN)).toBe(1)
  })
})

describe('the ways to log in', () => {
  test.each(['kubernetes', 'jwt'] as const)('%s shows a token from a file, read each time', async (method) => {
    const made = await stage()
    const folder = await mkdtemp(join(tmpdir(), 'bellhop-jwt-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'jwt')
    const token = { policies: POLICIES, ttlMs: 60_000 }
    made.server.logins.add('team/login', method, { proof: { role: 'bellhop', jwt: 'jwt-one' }, token })
    await writeFile(file, 'jwt-one\n')
    const store = open(made, { [method]: { role: 'bellhop', jwt_file: file, mount: 'team/login' } })
    await read(store)
    await writeFile(file, 'jwt-two\n')
    expect(await faultOf(read(store), ['jwt-two'])).toMatchObject({ code: 'store_unauthenticated', retryable: false })
    made.server.logins.rotate('team/login', { role: 'bellhop', jwt: 'jwt-two' })
    await read(store)
    await rm(file)
    expect((await faultOf(read(store))).message).toContain('`jwt_file` cannot be read')
  })

  test.each([
    ['a role that does not exist', { approle: { ...PROOF, role_id: 'nobody' } }],
    ['a method that is not mounted', { approle: { ...PROOF, mount: 'elsewhere' } }]
  ])('%s is said to be wrong', async (_, auth) => {
    const fault = await faultOf(read(open(await withRole(), auth)), [PROOF.secret_id])
    expect(fault).toMatchObject({ code: 'store_unauthenticated', retryable: false })
    expect(fault.hint).toContain('mounted at auth/')
  })
})

describe('a token that was configured', () => {
  test('is renewed by the clock while nobody asks', async () => {
    const made = await stage()
    const token = made.server.tokens.create({ policies: POLICIES, ttlMs: 4_000 }).id
    await read(open(made, { token }))
    await vi.waitFor(() => expect(count(made, RENEW)).toBeGreaterThan(0), { timeout: 20_000 })
  })

  test('that ended is said to be unknown, and another in its file is taken', async () => {
    const made = await stage()
    const folder = await mkdtemp(join(tmpdir(), 'bellhop-token-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'token')
    const token = made.server.tokens.create({ policies: POLICIES, ttlMs: 60_000, renewable: false }).id
    await writeFile(file, token)
    const store = open(made, { token_file: file })
    await read(store)
    made.server.pass(60_000)
    expect(await faultOf(read(store), [token])).toMatchObject({ code: 'store_unauthenticated', retryable: false })
    await writeFile(file, made.token)
    expect((await read(store)).fields).toMatchObject({ token: 'xoxb-of-acme' })
  })

  test('whose policy does not even let it look at itself is taken as it is', async () => {
    const made = await stage()
    const token = made.server.tokens.create({ policies: ['store'] }).id
    const store = open(made, { token })
    expect((await read(store)).fields).toMatchObject({ token: 'xoxb-of-acme' })
    const asking = { signal: AbortSignal.timeout(10_000), refused: false, holding: new TestHolding() }
    expect(await faultOf(store.read({ path: ['secret', 'others', 'x'] }, asking))).toMatchObject({
      code: 'store_denied'
    })
  })
})
