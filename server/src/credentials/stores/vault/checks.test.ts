import type { Json } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { createAuthority } from '../../../egress/fixtures/certificates.ts'
import type { Check } from '../store.ts'
import { openStore, stage, type Stage } from './testing/fixture.ts'

const ACME = 'secret/customers/acme/slack'

function check({ server, token }: Stage, path?: string, more: Record<string, Json> = {}): Promise<Check[]> {
  const store = openStore(server, () => ({ address: server.url, auth: { token }, ...more }))
  return store.test(path === undefined ? undefined : { path: path.split('/') }, AbortSignal.timeout(10_000))
}

function says(checks: Check[]): string {
  return checks.map(({ what, ok, says }) => `${ok ? 'ok' : 'not ok'} ${what}: ${says}`).join('\n')
}

test('everything that is well is said, with the names of fields and no value', async () => {
  const text = says(await check(await stage(), ACME))
  expect(text).toContain('ok address: 127.0.0.1:')
  expect(text).toContain('is unsealed and active')
  expect(text).toContain('ok tls: plain HTTP, within this machine')
  expect(text).toContain('ok authentication: by token; its token does not end')
  expect(text).toContain('ok permission: it may make a token for each run')
  expect(text).toContain('ok path: secret/customers/acme/slack is there (KV version 2), with `token`, `team`')
  expect(text).not.toContain('xoxb')
})

test('TLS is said to be so, and by whom', async () => {
  const authority = createAuthority()
  const made = await stage(authority.issue(['localhost']))
  expect(says(await check(made, ACME, { ca: authority.cert }))).toContain('ok tls: its certificate is trusted')
  const refused = await check(made, ACME)
  expect(refused.map(({ what, ok }) => [what, ok])).toEqual([
    ['address', true],
    ['tls', false]
  ])
})

test('how long the token lasts is said', async () => {
  const made = await stage()
  const policies = ['default', 'store']
  const renewable = made.server.tokens.create({ policies, ttlMs: 7_200_000 }).id
  expect(says(await check(made, undefined, { auth: { token: renewable } }))).toContain(
    'lasts 119 min more, and is renewed'
  )
  const fixed = made.server.tokens.create({ policies, ttlMs: 90_000, renewable: false }).id
  expect(says(await check(made, undefined, { auth: { token: fixed } }))).toContain(
    'cannot be renewed: replace it before'
  )
})

test('a secret that is made on demand is not made for a test', async () => {
  const made = await stage()
  expect(says(await check(made, 'database/creds/app'))).toContain('ok path: database/creds/app may be read')
  expect(made.server.tokens.leases()).toEqual([])
  expect(made.server.tokens.tokens()).toHaveLength(2)
})

test.each([
  [
    'tokens cannot be made',
    { 'database/creds/*': ['read'] },
    'not ok path: database/creds/app is made on demand, and add'
  ],
  [
    'it may not be read',
    { 'auth/token/create': ['update'], 'database/roles': ['list'] },
    'not ok path: it may not read database/creds/app'
  ]
] as const)('where %s, that is said', async (_, rules, expected) => {
  const made = await stage()
  made.server.policies.set('store', rules)
  expect(says(await check(made, 'database/creds/app'))).toContain(expected)
})

test('without leave to make tokens, what is kept can still be read', async () => {
  const made = await stage()
  made.server.policies.set('store', { 'secret/data/*': ['read'] })
  const text = says(await check(made, ACME))
  expect(text).toContain('ok permission: it reads what is kept; secrets that are made on demand do not work: add')
  expect(text).toContain('ok path')
})

test.each([
  ['sealed', 'not ok address: 127.0.0.1'],
  ['standby', 'is unsealed, a standby node']
] as const)('a server that is %s is said to be', async (state, expected) => {
  const made = await stage()
  made.server.state = state
  expect(says(await check(made, ACME))).toContain(expected)
})
