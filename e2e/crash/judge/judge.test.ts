/** Each law, on evidence of one honest run that was tampered with in one place. */
import type { Call } from '@bellhop/examples/vendor'
import { expect, test } from 'vitest'
import type { Evidence, Killed, Law } from '../evidence/evidence.ts'
import type { TickRow } from '../evidence/inspector.ts'
import type { Request } from '../load/ledger.ts'
import { recipes } from '../load/recipes.ts'
import { judge } from './judge.ts'

const RUN = 'run-1'

function call(number: number, step: string, change: Partial<Call> = {}): Call {
  const at = 1_000 + number * 10
  return {
    method: 'POST',
    path: '/v1/notes',
    customer: 'customer-0',
    key: `${RUN}-${step}`,
    run: RUN,
    step,
    started: { tick: 2 * number, at },
    ended: { tick: 2 * number + 1, at: at + 5, status: 201 },
    ...change
  }
}

function tick(at: number, change: Partial<TickRow> = {}): TickRow {
  return { run: `run-at-${at}`, at, told: at, ...change }
}

function killed(change: Partial<Killed>): Killed {
  const disk = {
    runs: new Map([[RUN, 'running']]),
    endings: new Map(),
    steps: [],
    ticks: [tick(1_000)],
    unfinished: 1,
    sealed: [],
    places: 1
  }
  return { ...disk, readable: [], damage: [], at: 1_018, seen: 2, ...change }
}

/** A run of steps a, b and c; its caller was told the end. `request` changes what was asked and told. */
function honest(change: Partial<Evidence> = {}, request: Partial<Request> = {}): Evidence {
  const recipe = recipes.find(({ name }) => name === 'three')
  if (recipe === undefined) throw new Error('there is no such recipe')
  const rows = ['a', 'b', 'c'].map((step, n) => ({ run: RUN, step, endedAt: 1_007 + n * 10 }))
  return {
    requests: [
      {
        id: 'customer-0',
        recipe,
        order: { pause: 0, stop: false },
        token: '',
        key: 'key',
        sent: 1,
        told: [{ run: RUN, status: 200, at: 1_040, seen: 3, ended: '{}' }],
        cancel: undefined,
        ...request
      }
    ],
    sights: [],
    strange: [],
    calls: [call(0, 'a'), call(1, 'b'), call(2, 'c')],
    kills: [killed({})],
    drained: { afterMs: 0, statuses: new Map([[RUN, 'succeeded']]) },
    end: killed({ runs: new Map([[RUN, 'succeeded']]), steps: rows, unfinished: 0, places: 0 }),
    printed: [],
    sealedLeft: false,
    ...change
  }
}

function laws(evidence: Evidence): Law[] {
  return [...new Set(judge(evidence).map(({ law }) => law))]
}

const told = (run: string, ended = '{}'): Request['told'][number] => ({ run, status: 200, at: 1_010, seen: 3, ended })
const [first, second, third] = honest().calls as [Call, Call, Call]
const end = honest().end
const { at, status } = { at: 2_000, status: 201 }

test('an honest run breaks no law', () => {
  expect(judge(honest())).toEqual([])
})

test('a step in flight at a kill may run again, with its key', () => {
  const cut = { ...first, ended: { tick: 1, at: 1_005, status: null } }
  const evidence = honest({ calls: [cut, call(0, 'a'), second, third] }, { told: [{ ...told(RUN), seen: 4 }] })
  expect(judge(evidence)).toEqual([])
})

test.each<[Law, string, Evidence]>([
  ['repeated_step', 'after a later step began', honest({ calls: [first, second, call(0, 'a'), third] })],
  ['repeated_step', 'after its caller was answered', honest({ calls: [first, second, third, call(0, 'c')] })],
  [
    'repeated_step',
    'after history showed it',
    honest({ calls: [first, call(0, 'a'), second, third], sights: [{ run: RUN, step: 'a', seen: 1 }] })
  ],
  [
    'repeated_step',
    'after the disk had it',
    honest({
      calls: [first, call(0, 'a'), second, third],
      kills: [killed({ seen: 1, steps: [{ run: RUN, step: 'a', endedAt: 0 }] })]
    })
  ],
  [
    'repeated_step',
    'after the attempt ended that was kept',
    honest({ calls: [first, call(0, 'a', { started: { tick: 9, at: 1_008 } }), second, third] })
  ],
  ['call_after_end', 'of a cancelled run', honest({}, { cancel: { run: RUN, cancelled: 2 } })],
  [
    'call_after_end',
    'of a run that the disk had as ended',
    honest({ kills: [killed({ runs: new Map([[RUN, 'succeeded']]) })] })
  ],
  ['key_changed', 'between attempts', honest({ calls: [first, call(0, 'a', { key: 'other' }), second, third] })],
  ['key_changed', 'because two steps share one', honest({ calls: [first, call(1, 'b', { key: first.key }), third] })],
  ['wrong_credential', 'of nobody', honest({ calls: [first, call(1, 'b', { customer: null }), third] })],
  ['wrong_credential', 'of another', honest({ calls: [first, call(1, 'b', { customer: 'customer-1' }), third] })],
  ['lost', 'after a kill', honest({ kills: [killed({ at, runs: new Map() })] })],
  ['lost', 'in the end', honest({ end: { ...end, runs: new Map() } })],
  ['unended', 'in peace', honest({ end: { ...end, runs: new Map([[RUN, 'running']]) } })],
  ['wrong_end', 'for its workflow', honest({ end: { ...end, runs: new Map([[RUN, 'failed']]) } })],
  ['changed_end', 'after a restart', honest({ kills: [killed({ seen: 3, runs: new Map([[RUN, 'failed']]) })] })],
  ['skipped_step', 'by a run that succeeded', honest({ calls: [first, third] })],
  ['two_runs', 'told of', honest({}, { told: [told(RUN), told('run-2')] })],
  [
    'two_runs',
    'seen by the vendor',
    honest({ calls: [first, second, third, call(3, 'a', { run: 'run-2', key: '2' })] })
  ],
  ['two_answers', 'to one key', honest({}, { told: [told(RUN), told(RUN, '{"other":1}')] })],
  ['tick_lost', 'by a kill', honest({ kills: [killed({ ticks: [tick(1_000, { run: null })] })] })],
  ['tick_lost', 'in peace', honest({ end: { ...end, ticks: [tick(1_000), tick(2_000), tick(4_000)] } })],
  ['tick_twice', 'by a kill', honest({ kills: [killed({ ticks: [tick(1_000, { at: null })] })] })],
  ['tick_twice', 'in two rows', honest({ end: { ...end, ticks: [tick(1_000), tick(2_000, { told: 1_000 })] } })],
  ['readable', 'after a kill', honest({ kills: [killed({ readable: ['a token in bellhop.db'] })] })],
  ['readable', 'in the output', honest({ printed: ['a token'] })],
  ['keyring_left', 'in its rows', honest({ end: { ...end, places: 1 } })],
  ['keyring_left', 'in a file', honest({ sealedLeft: true })],
  ['damaged', 'by a kill', honest({ end: { ...end, damage: ['row missing from index'] } })],
  ['strange_answer', 'to a caller', honest({ strange: ['500'] })]
])('%s %s', (law, _, evidence) => {
  expect(laws(evidence)).toContain(law)
})

test.each<[Law, string, Evidence]>([
  ['stayed', 'though nothing was to be kept', forgotten(new Map([[RUN, 'succeeded']]))],
  ['lost', 'before its last step', { ...forgotten(new Map()), kills: [killed({ at, seen: 2, runs: new Map() })] }]
])('%s %s', (law, _, evidence) => {
  expect(laws(evidence)).toContain(law)
})

/** The same run of a workflow that keeps nothing, whose last call was answered late. */
function forgotten(runs: Evidence['end']['runs']): Evidence {
  const evidence = honest({ end: { ...end, runs, steps: [] }, drained: { afterMs: 0, statuses: new Map() } })
  const [request] = evidence.requests
  if (request === undefined) throw new Error('there is no request')
  const late = call(2, 'c', { ended: { tick: 6, at: at + 1, status } })
  return {
    ...evidence,
    calls: [first, second, late],
    requests: [{ ...request, recipe: { ...request.recipe, kept: false } }]
  }
}
