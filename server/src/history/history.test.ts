import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AttemptsTable, RunsTable } from '../storage/schema.ts'
import { History } from './history.ts'
import { attempt, DATABASES, Fixture, sleep, step } from './testing/fixture.ts'
import type { Rows } from './testing/row-commands.ts'
import { RunView } from './views.ts'

const AT = Date.parse('2026-11-22T12:00:00Z')
const error = { code: 'vendor_rejected', message: 'Slack says no', retryable: false, status: 403 }
const sealed = new Uint8Array([1, 2, 3])

describe.each(DATABASES)('history on %s', (database) => {
  let fixture: Fixture
  let history: History
  beforeAll(async () => {
    fixture = await Fixture.open(database)
    await fixture.workflow('notify')
    history = new History(fixture.storage.reader, () => AT + 60_000)
  })
  afterAll(() => fixture.close())

  /** Writes a run with its event and what else it has, and reads it back through the API's own schema. */
  async function shown(over: Partial<RunsTable>, rows: (run: number) => Rows = () => ({})): Promise<RunView> {
    const run = fixture.run(AT, over)
    const events = [{ run: run.id, body: JSON.stringify({ body: { channel: '#general' } }) }]
    await fixture.storage.write('insert', { runs: [run], events, ...rows(run.id) })
    return RunView.parse(await history.getRun(run.uuid))
  }

  test('a finished run is shown with its event, and each step with what it left', async () => {
    const logs = JSON.stringify([{ at: AT, level: 'info', text: 'sending' }])
    const value = JSON.stringify({ exports: { $return_value: { ok: true } }, summary: 'Sent', exit: 'enough' })
    const run = await shown({ status: 'ended_early', ending: JSON.stringify({ note: 'enough' }) }, (run) => ({
      steps: [step(run, 0, { name: 'notify', value, logs })]
    }))
    expect(run).toMatchObject({ workflow: 'notify', version: 1, status: 'ended_early', note: 'enough', kept: true })
    expect(run).toMatchObject({ accepted_at: '2026-11-22T12:00:00.000Z', ended_at: '2026-11-22T12:00:00.010Z' })
    expect(run.event).toEqual({ body: { channel: '#general' } })
    expect(run.steps).toEqual([
      {
        name: 'notify',
        lane: '',
        position: 0,
        kind: 'use',
        status: 'succeeded',
        kept: true,
        exports: { $return_value: { ok: true } },
        summary: 'Sent',
        exit_reason: 'enough',
        logs: [{ at: '2026-11-22T12:00:00.000Z', level: 'info', text: 'sending' }],
        attempts: [],
        attempt_count: 1,
        started_at: '1970-01-01T00:00:01.000Z',
        ended_at: '1970-01-01T00:00:01.250Z',
        duration_ms: 250
      }
    ])
  })

  test('a failed run names the step, and the step has its error and its attempts', async () => {
    const run = await shown(
      { status: 'failed', ending: JSON.stringify({ error, step: 'notify' }), replay_of: fixture.run(AT).uuid },
      (run) => ({
        steps: [step(run, 0, { name: 'notify', status: 'failed', attempts: 2, value: JSON.stringify(error) })],
        attempts: [failedAttempt(run)]
      })
    )
    expect(run).toMatchObject({ error, failed_step: 'notify' })
    expect(run.replay_of).toBeDefined()
    expect(run.steps[0]).toMatchObject({ status: 'failed', error, attempt_count: 2, logs: [] })
    expect(run.steps[0]?.attempts).toEqual([expect.objectContaining({ number: 1, duration_ms: 5, error })])
  })

  function failedAttempt(run: number): AttemptsTable {
    const logs = JSON.stringify([{ at: AT, level: 'warn', text: 'again' }])
    return attempt(run, 0, { error: JSON.stringify(error), logs })
  }

  test('a run in flight shows its finished steps, the one that is tried again, and the one that waits', async () => {
    const retrying = await shown({ status: 'running', ended_at: null }, (run) => ({ attempts: [failedAttempt(run)] }))
    expect(retrying).not.toHaveProperty('ended_at')
    expect(retrying.steps).toEqual([expect.objectContaining({ name: 'step0', status: 'running', attempt_count: 2 })])

    const backing = await shown({ status: 'waiting', ended_at: null }, (run) => ({
      attempts: [attempt(run, 0), attempt(run, 0, { number: 2, next_at: AT + 90_000 })]
    }))
    expect(backing.steps).toEqual([
      expect.objectContaining({ status: 'waiting', attempt_count: 2, waiting_until: '2026-11-22T12:01:30.000Z' })
    ])

    const waiting = await shown({ status: 'waiting', ended_at: null }, (run) => ({
      steps: [step(run, 0)],
      waits: [sleep(run, 1, AT + 90_000)]
    }))
    expect(waiting.steps.map(({ status, waiting_until }) => [status, waiting_until])).toEqual([
      ['succeeded', undefined],
      ['waiting', '2026-11-22T12:01:30.000Z']
    ])

    const slept = await shown({ status: 'running', ended_at: null }, (run) => ({
      waits: [sleep(run, 1, AT + 30_000, { started_at: AT })]
    }))
    expect(slept.steps).toEqual([expect.objectContaining({ kind: 'delay', status: 'succeeded', duration_ms: 30_000 })])
  })

  test('what was going on when a run was cancelled has stopped', async () => {
    const run = await shown({ status: 'cancelled' }, (run) => ({
      attempts: [failedAttempt(run)],
      waits: [sleep(run, 1, AT + 90_000, { kind: 'wait', name: 'approval' })]
    }))
    expect(run.steps.map(({ name, status }) => [name, status])).toEqual([
      ['step0', 'stopped'],
      ['approval', 'stopped']
    ])
  })

  test('lanes stand behind the position that opened them, numbers in order of size', async () => {
    const lanes: [string, number][] = [
      ['', 10],
      ['', 2],
      ['10.1', 0],
      ['10.0', 1],
      ['10.0', 0],
      ['10.0/1.2', 0],
      ['10.10', 0],
      ['', 11]
    ]
    const run = await shown({}, (run) => ({ steps: lanes.map(([lane, position]) => step(run, position, { lane })) }))
    expect(run.steps.map(({ lane, position }) => `${lane}:${position}`)).toEqual([
      ':2',
      ':10',
      '10.0:0',
      '10.0:1',
      '10.0/1.2:0',
      '10.1:0',
      '10.10:0',
      ':11'
    ])
  })

  test('a run that is not kept says so, and shows no more than times and names', async () => {
    const run = fixture.run(AT, { keep: 0, status: 'running', ended_at: null })
    await fixture.storage.write('insert', {
      runs: [run],
      events: [{ run: run.id, body: sealed }],
      steps: [step(run.id, 0, { value: sealed, logs: sealed })],
      attempts: [attempt(run.id, 0, { error: sealed, logs: sealed })]
    })
    const view = RunView.parse(await history.getRun(run.uuid))
    expect(view).toMatchObject({ kept: false })
    expect(view).not.toHaveProperty('event')
    expect(view.steps).toEqual([expect.objectContaining({ kept: false, logs: [], name: 'step0', duration_ms: 250 })])
    expect(view.steps[0]).not.toHaveProperty('exports')
  })

  test('a run that retention has begun to take away says that it is not kept', async () => {
    const run = fixture.run(AT)
    await fixture.storage.write('insert', { runs: [run], steps: [step(run.id, 0)] })
    expect(await history.getRun(run.uuid)).toMatchObject({ kept: false })
  })

  test('more than an answer should hold is left out, and its size is said', async () => {
    const large = JSON.stringify({ exports: { $return_value: 'é'.repeat(3_000_000) } })
    const run = await shown({}, (run) => ({
      steps: [step(run, 0, { value: large }), step(run, 1, { value: large }), step(run, 2)]
    }))
    expect(run.steps[0]?.exports).toEqual({ $return_value: 'é'.repeat(3_000_000) })
    expect(run.steps[1]).toMatchObject({ kept: true, omitted_bytes: Buffer.byteLength(large) })
    expect(run.steps[1]).not.toHaveProperty('exports')
    expect(run.steps[2]).toHaveProperty('exports')
  })

  test('a run of very many steps is shown with the first of them', async () => {
    const run = await shown({}, (run) => ({ steps: Array.from({ length: 2_001 }, (_, i) => step(run, i)) }))
    expect(run.steps).toHaveLength(2_000)
    expect(run.more_steps).toBe(true)
  })

  test('an id that has the right time but is another one finds nothing', async () => {
    const { id } = await shown({})
    const other = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`
    expect(await history.getRun(other)).toBeUndefined()
    expect(await history.getRun('no id at all')).toBeUndefined()
    expect(await history.getListItem(id)).toMatchObject({ id })
  })
})
