import { describe, expect, test } from 'vitest'
import type { Reading, Store } from '../store.ts'
import { faultOf } from './testing/faults.ts'
import { openStore, stage, TestHolding, type Stage } from './testing/fixture.ts'
import type { State } from './testing/stand-in.ts'

const PATH = 'secret/data/customers/acme/slack'

function open({ server, token }: Stage): Store {
  return openStore(server, () => ({ address: server.url, auth: { token } }))
}

function read(store: Store): Promise<Reading> {
  const lookup = { path: ['secret', 'customers', 'acme', 'slack'] }
  return store.read(lookup, { signal: AbortSignal.timeout(10_000), refused: false, holding: new TestHolding() })
}

describe('a server that cannot answer now says why, and can be tried again', () => {
  test.each<[State, string]>([
    ['sealed', 'is sealed'],
    ['uninitialised', 'is not initialised'],
    ['recovery', 'is a disaster recovery node']
  ])('%s', async (state, says) => {
    const made = await stage()
    const store = open(made)
    await read(store)
    made.server.state = state
    const fault = await faultOf(read(store), [made.token])
    expect(fault).toMatchObject({ code: 'store_unavailable', retryable: true })
    expect(fault.message).toContain(says)
    expect(fault.hint).toBeTruthy()
  })

  test.each<[string | undefined, number | undefined]>([
    ['7', 7_000],
    [undefined, undefined],
    ['soon', undefined]
  ])('too many requests, with Retry-After %j', async (limited, retryAfterMs) => {
    const made = await stage()
    const store = open(made)
    await read(store)
    made.server.state = { limited }
    expect(await faultOf(read(store))).toMatchObject({ code: 'store_rate_limited', retryable: true, retryAfterMs })
  })

  test.each([
    [412, 'has not yet caught up'],
    [500, 'failed to read secret/customers/acme/slack (status 500)'],
    [502, 'status 502'],
    [504, 'status 504']
  ])('status %d', async (status, says) => {
    const made = await stage()
    made.server.broken.set(PATH, { status, errors: ['dial tcp 10.0.0.7: xoxb-of-acme'] })
    const fault = await faultOf(read(open(made)), ['10.0.0.7', 'xoxb-of-acme'])
    expect(fault).toMatchObject({ code: 'store_unavailable', retryable: true })
    expect(fault.message).toContain(says)
  })
})

describe('a refusal that stays one', () => {
  test.each([
    [405, 'store_path_missing'],
    [400, 'store_bad_answer'],
    [418, 'store_bad_answer']
  ])('status %d', async (status, code) => {
    const made = await stage()
    made.server.broken.set(PATH, { status, errors: ['something about xoxb-of-acme'] })
    const fault = await faultOf(read(open(made)), ['xoxb-of-acme'])
    expect(fault).toMatchObject({ code, retryable: false })
  })

  test('about permission names the path and what is missing', async () => {
    const made = await stage()
    made.server.policies.set('store', { 'secret/metadata/*': ['list'] })
    const fault = await faultOf(read(open(made)))
    expect(fault).toMatchObject({ code: 'store_denied', retryable: false })
    expect(fault.message).toContain('may not read secret/customers/acme/slack')
    expect(fault.hint).toContain(`path "${PATH}" { capabilities = ["read"] }`)
  })
})
