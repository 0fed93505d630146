/** Every law of the leases' judge is broken by what should break it, and by nothing else. */
import type { Call } from '@bellhop/examples/vendor'
import { expect, test } from 'vitest'
import type { Killed, LeaseEvidence } from './campaign.ts'
import { judgeLeases, type LeaseLaw } from './judge.ts'

function call(run: string, step: string, more: Partial<Call> = {}): Call {
  const started = { tick: 0, at: 0 }
  const about = { method: 'POST', path: '/v1/notes', customer: `user-of-${run}`, key: `${run} ${step}` }
  return { ...about, run, step, started, ended: null, ...more }
}

const KILL: Killed = {
  moment: 'using',
  runs: new Map([['a', 'running']]),
  finished: ['a fetch'],
  held: 1,
  leases: 1,
  seen: 1,
  readable: []
}
/** A run that was killed in its first call, which came again. */
const WELL: LeaseEvidence = {
  runs: new Map([['a', 'succeeded']]),
  calls: [call('a', 'first'), call('a', 'first'), call('a', 'second')],
  kills: [KILL],
  leases: 0,
  tokens: [{ lastsMs: 119_000 }],
  later: { leases: 0, tokens: 0 },
  trouble: [],
  rows: 0,
  readable: []
}

function broken(more: Partial<LeaseEvidence>): LeaseLaw[] {
  return judgeLeases({ ...WELL, ...more }).map(({ law }) => law)
}

test('a run that was killed and went on breaks no law', () => {
  expect(judgeLeases(WELL)).toEqual([])
})

const SECOND_TWICE = [call('a', 'first'), call('a', 'second'), call('a', 'second')]

test.each<[string, LeaseLaw, Partial<LeaseEvidence>]>([
  ['a run that does not end', 'unended', { runs: new Map([['a', 'running']]) }],
  ['a run that is forgotten', 'unended', { runs: new Map() }],
  ['a step after a later one', 'repeated_step', { calls: [call('a', 'second'), call('a', 'first')] }],
  ['a step whose row was there', 'repeated_step', { kills: [{ ...KILL, finished: ['a first'] }] }],
  [
    'a call after the run’s end',
    'repeated_step',
    { calls: SECOND_TWICE, kills: [{ ...KILL, runs: new Map([['a', 'succeeded']]), seen: 2 }] }
  ],
  ['another key for another attempt', 'key_changed', { calls: [call('a', 'first', { key: 'x' }), ...WELL.calls] }],
  ['a stranger’s credential', 'wrong_credential', { calls: [call('a', 'first', { customer: 'anyone' })] }],
  [
    'another run’s credential',
    'wrong_credential',
    { calls: [call('a', 'first'), call('b', 'first', { customer: 'user-of-a' })] }
  ],
  ['a password in a file after a kill', 'readable', { kills: [{ ...KILL, readable: ['password 1'] }] }],
  ['a password in a file in the end', 'readable', { readable: ['password 1'] }],
  ['a lease', 'lease_left', { leases: 1 }],
  ['a token that lasts', 'token_left', { tokens: [{ lastsMs: 3_600_000 }] }],
  ['a token after its time', 'token_left', { later: { leases: 0, tokens: 1 } }],
  ['a row', 'row_left', { rows: 1 }],
  ['a holding in trouble', 'row_left', { trouble: [{}] }]
])('%s', (_, law, evidence) => {
  expect(broken(evidence)).toEqual([law])
})
