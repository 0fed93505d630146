import { Fault, type Json } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import type { Asking, Reading, Store } from '../store.ts'
import { faultOf } from './testing/faults.ts'
import { openStore, stage, STORE_POLICY, TestHolding, type Stage } from './testing/fixture.ts'

const CREDS = ['database', 'creds', 'app']
const signal = (): AbortSignal => AbortSignal.timeout(10_000)

function open({ server, token }: Stage, auth: Json = { token }): Store {
  return openStore(server, () => ({ address: server.url, auth }))
}

function read(store: Store, holding: Asking['holding'], path: readonly string[] = CREDS): Promise<Reading> {
  return store.read({ path }, { signal: signal(), refused: false, holding })
}

/** The tokens that were made for runs and live. */
function runTokens({ server }: Stage) {
  return server.tokens.tokens().filter(({ displayName }) => displayName === 'token-bellhop-run')
}

async function renewed(store: Store, holding: TestHolding): Promise<TestHolding> {
  const held = await store.renew?.(holding.row?.text ?? '', signal())
  if (held !== undefined) await holding.update(held)
  return holding
}

describe('a secret that is made', () => {
  test('serves the run that it is made for, and what is kept serves everybody', async () => {
    const store = open(await stage())
    expect(await store.serves?.({ path: CREDS }, signal())).toBe('run')
    expect(await store.serves?.({ path: ['secret', 'customers', 'acme', 'slack'] }, signal())).toBe('everybody')
  })

  test('stands under a token of the run, and goes back with it', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    const { fields, expiresAt = 0 } = await read(store, holding)
    expect(fields).toEqual({ username: 'v-app-1', password: 'made-password-1' })
    expect(expiresAt - made.server.now()).toBeGreaterThan(50_000)
    const [token] = runTokens(made)
    expect(made.server.tokens.leases().map((lease) => lease.token)).toEqual([token?.id])
    await store.revoke?.(holding.row?.text ?? '', signal())
    expect([runTokens(made), made.server.tokens.leases()]).toEqual([[], []])
  })

  test('is asked for after the token is written down; a token that never was lapses within two minutes', async () => {
    const made = await stage()
    const holding = new TestHolding()
    holding.before = () => {
      throw new Fault('crashed', 'the process died before it could write')
    }
    await faultOf(read(open(made), holding))
    expect(runTokens(made)).toHaveLength(1)
    expect(made.server.tokens.leases()).toEqual([])
    expect(made.server.asked.some(({ path }) => path.startsWith('database/'))).toBe(false)
    made.server.pass(120_000)
    expect(runTokens(made)).toEqual([])
  })

  test('that was made before a crash goes back with what was written before it', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    holding.before = () => {
      if (holding.kept.length === 1) throw new Fault('crashed', 'the process died after Vault had made it')
    }
    await faultOf(read(store, holding))
    expect(made.server.tokens.leases()).toHaveLength(1)
    await open(made).revoke?.(holding.row?.text ?? '', signal())
    expect(made.server.tokens.leases()).toEqual([])
  })

  test('by several lanes at once stands under one token, every lease written down', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    await read(store, holding)
    await Promise.all([read(store, holding), read(store, holding, ['database', 'creds', 'long']), read(store, holding)])
    expect(runTokens(made)).toHaveLength(1)
    const written = holding.row?.text ?? ''
    for (const { id } of made.server.tokens.leases()) expect(written).toContain(id)
    expect(made.server.tokens.leases()).toHaveLength(4)
    // The token lives as long as the longest of them.
    expect((runTokens(made)[0]?.endsAt ?? 0) - made.server.now()).toBeGreaterThan(7_100_000)
  })

  test('without a lease is read under the token all the same, and is good until it is rotated', async () => {
    const made = await stage()
    const holding = new TestHolding()
    const { fields, expiresAt = 0 } = await read(open(made), holding, ['database', 'static-creds', 'app'])
    expect(fields).toMatchObject({ username: 'static' })
    expect(expiresAt - made.server.now()).toBeGreaterThan(1_790_000)
    expect(JSON.parse(holding.row?.text ?? '')).toMatchObject({ leases: [] })
    expect(made.server.asked.find(({ path }) => path.startsWith('database/'))?.token).toBe(runTokens(made)[0]?.id)
  })

  test('for a run whose token died there is made under another, written down before', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    await read(store, holding)
    const dead = runTokens(made)[0]?.id ?? ''
    made.server.tokens.revoke(dead)
    expect((await read(store, holding)).fields).toMatchObject({ username: 'v-app-2' })
    expect(holding.row?.text).not.toContain(dead)
    expect(runTokens(made)).toHaveLength(1)
    expect(holding.kept.length).toBe(4)
  })

  test('is refused in a run that may hold nothing', async () => {
    const made = await stage()
    const nostore = {
      open: () => Promise.reject(new Fault('nostore_cannot_lease', 'no')),
      update: () => Promise.resolve()
    }
    expect(await faultOf(read(open(made), nostore))).toMatchObject({ code: 'nostore_cannot_lease' })
    expect(runTokens(made)).toEqual([])
  })
})

describe('what keeps a secret from being made', () => {
  test('a policy that lets no token be made is told what to add', async () => {
    const made = await stage()
    made.server.policies.set('store', { 'database/creds/*': ['read'] })
    const fault = await faultOf(read(open(made), new TestHolding()), [made.token])
    expect(fault).toMatchObject({ code: 'store_denied', retryable: false })
    expect(fault.hint).toContain('path "auth/token/create" { capabilities = ["update"] }')
  })

  test('a policy that lets the secret not be read is told what to add', async () => {
    const made = await stage()
    made.server.policies.set('store', { 'auth/token/create': ['update'], 'database/roles': ['list'] })
    const fault = await faultOf(read(open(made), new TestHolding()))
    expect(fault.hint).toContain('path "database/creds/app" { capabilities = ["read"] }')
  })

  test.each([
    [{ type: 'batch' as const, ttlMs: 60_000 }, '`token_type`'],
    [{ numUses: 50 }, '`token_num_uses`']
  ])('a token that can have no children (%j) is said to be one', async (settings, hint) => {
    const made = await stage()
    const { id } = made.server.tokens.create({ policies: ['default', 'store'], ...settings })
    const fault = await faultOf(read(open(made, { token: id }), new TestHolding()))
    expect(fault).toMatchObject({ code: 'store_denied', retryable: false })
    expect(fault.hint).toContain(hint)
  })

  test('a role that does not exist is missing, an engine that is broken can be tried again', async () => {
    const made = await stage()
    const store = open(made)
    made.server.broken.set('database/creds/refused', { status: 400, errors: ['Error attaching user policy'] })
    const holding = new TestHolding()
    expect(await faultOf(read(store, holding, ['database', 'creds', 'nobody']))).toMatchObject({
      code: 'store_path_missing',
      retryable: false
    })
    expect(await faultOf(read(store, holding, ['database', 'creds', 'broken']))).toMatchObject({
      code: 'store_unavailable',
      retryable: true
    })
    expect(await faultOf(read(store, holding, ['database', 'creds', 'refused']))).toMatchObject({
      code: 'store_bad_answer',
      retryable: false
    })
    expect(await faultOf(read(store, holding, ['database', 'nonsense']))).toMatchObject({ code: 'store_denied' })
    const version = store.read({ path: CREDS, version: '1' }, { signal: signal(), refused: false, holding })
    expect((await faultOf(version)).message).toContain('`version` is for KV version 2')
  })
})

describe('what a run holds', () => {
  test('lasts as long as it is renewed, and no longer', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    await read(store, holding)
    for (let i = 0; i < 8; i++) {
      const { soonest = 0 } = holding.row ?? {}
      made.server.pass((soonest - made.server.now()) / 2)
      await renewed(store, holding)
    }
    expect(made.server.tokens.leases()).toHaveLength(1)
    expect(holding.row?.problem).toBeUndefined()
    made.server.pass(121_000)
    expect([runTokens(made), made.server.tokens.leases()]).toEqual([[], []])
    expect(await faultOf(renewed(store, holding))).toMatchObject({ code: 'store_lease_gone', retryable: false })
  })

  test('is never shortened by a renewal', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    await read(store, holding, ['database', 'creds', 'long'])
    const before = made.server.tokens.leases()[0]?.endsAt ?? 0
    await read(store, holding)
    await renewed(store, holding)
    expect(made.server.tokens.leases()[0]?.endsAt).toBeGreaterThanOrEqual(before - 1_000)
    expect(holding.row?.expiresAt).toBeGreaterThanOrEqual(before - 1_000)
  })

  test('that reaches its max_ttl keeps what is left, and says until when', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    await read(store, holding, ['database', 'creds', 'short'])
    made.server.pass(50_000)
    await renewed(store, holding)
    expect(holding.row?.problem).toMatch(/^a lease of database\/creds\/short ends at .*Z and cannot be extended/)
    expect(made.server.tokens.leases()).toHaveLength(1)
    const before = made.server.asked.length
    await renewed(store, holding)
    expect(made.server.asked.slice(before).some(({ path }) => path === 'sys/leases/renew')).toBe(false)
    made.server.pass(41_000)
    await renewed(store, holding)
    expect(holding.row?.problem).toBeUndefined()
    expect(JSON.parse(holding.row?.text ?? '')).toMatchObject({ leases: [] })
  })

  test('that cannot be renewed at all is no trouble', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    await read(store, holding, ['database', 'creds', 'fixed'])
    await renewed(store, holding)
    expect(holding.row?.problem).toBeUndefined()
  })

  test('is renewed in all its other parts where one fails', async () => {
    const made = await stage()
    const store = open(made)
    const holding = new TestHolding()
    await read(store, holding)
    made.server.pass(30_000)
    made.server.broken.set('sys/leases/renew', { status: 500, errors: ['it broke'] })
    await renewed(store, holding)
    expect(holding.row?.problem).toContain('failed to renew a lease of database/creds/app')
    expect((runTokens(made)[0]?.endsAt ?? 0) - made.server.now()).toBeGreaterThan(110_000)
    made.server.broken.clear()
    await renewed(store, holding)
    expect(holding.row?.problem).toBeUndefined()
  })

  test('keeps alive the session that it was made under, also for another process', async () => {
    const made = await stage()
    const proof = { role_id: 'role-1', secret_id: 'secret-id-of-the-store' }
    const token = { policies: ['default', 'store'], ttlMs: 40_000 }
    made.server.logins.add('approle', 'approle', { proof, token })
    const holding = new TestHolding()
    await read(open(made, { approle: proof }), holding)
    expect((holding.row?.soonest ?? 0) - made.server.now()).toBeLessThanOrEqual(40_000)
    const other = open(made, { approle: proof })
    for (let i = 0; i < 4; i++) {
      made.server.pass(20_000)
      await renewed(other, holding)
    }
    expect(made.server.tokens.leases()).toHaveLength(1)
    expect(holding.row?.problem).toBeUndefined()
  })

  test('is renewed though the store has been given a credential that is no good', async () => {
    const made = await stage()
    const holding = new TestHolding()
    await read(open(made), holding)
    made.server.pass(30_000)
    await renewed(open(made, { token: 'hvs.nobody' }), holding)
    expect(holding.row?.problem).toContain('does not know the token')
    expect((made.server.tokens.leases()[0]?.endsAt ?? 0) - made.server.now()).toBeGreaterThan(55_000)
  })

  test('says that the session which it was made under comes to its end', async () => {
    const made = await stage()
    const proof = { role_id: 'role-1', secret_id: 'secret-id-of-the-store' }
    const token = { policies: ['default', 'store'], ttlMs: 40_000, maxTtlMs: 60_000 }
    made.server.logins.add('approle', 'approle', { proof, token })
    const holding = new TestHolding()
    const store = open(made, { approle: proof })
    await read(store, holding)
    made.server.pass(30_000)
    await renewed(store, holding)
    expect(holding.row?.problem).toContain('the session that the run began with ends at')
  })
})

describe.each(['vault', 'openbao'] as const)('giving back to %s', (flavour) => {
  const held = async (made: Stage): Promise<{ store: Store; text: string }> => {
    made.server.flavour = flavour
    const store = open(made)
    const holding = new TestHolding()
    await read(store, holding)
    return { store, text: holding.row?.text ?? '' }
  }

  test('what is gone already is given back', async () => {
    const made = await stage()
    const { store, text } = await held(made)
    made.server.tokens.revoke(runTokens(made)[0]?.id ?? '')
    await expect(store.revoke?.(text, signal())).resolves.toBeUndefined()
  })

  test('works when the store’s own credential is no good any more', async () => {
    const made = await stage()
    const { text } = await held(made)
    await open(made, { token: 'hvs.nobody' }).revoke?.(text, signal())
    expect(made.server.tokens.leases()).toEqual([])
  })

  test('from a server that cannot answer can be tried again', async () => {
    const made = await stage()
    const { store, text } = await held(made)
    made.server.state = 'sealed'
    expect(await faultOf(store.revoke?.(text, signal()) ?? Promise.resolve())).toMatchObject({
      code: 'store_unavailable',
      retryable: true
    })
    made.server.state = 'active'
    await store.revoke?.(text, signal())
    expect(made.server.tokens.leases()).toEqual([])
  })

  test('that the policy forbids is not taken for done', async () => {
    const made = await stage()
    const { id } = made.server.tokens.create({ policies: ['bare'] })
    made.server.flavour = flavour
    const renew = { 'auth/token/renew-self': ['update'] } as const
    made.server.policies.set('bare', { ...STORE_POLICY, ...renew })
    const holding = new TestHolding()
    const store = open(made, { token: id })
    await read(store, holding)
    const fault = await faultOf(store.revoke?.(holding.row?.text ?? '', signal()) ?? Promise.resolve())
    expect(fault.hint).toContain('path "auth/token/revoke-self"')
    expect(made.server.tokens.leases()).toHaveLength(1)
  })

  test('to another Vault is not taken for done', async () => {
    const made = await stage()
    const { text } = await held(made)
    const other = await stage()
    other.server.flavour = flavour
    const fault = await faultOf(open(other).revoke?.(text, signal()) ?? Promise.resolve(), [text])
    expect(fault.message).toContain('was made at another address')
  })
})
