import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { RunsTable } from '../storage/schema.ts'
import { History } from './history.ts'
import { LiveHub, type RunEvent, type Subscription } from './live.ts'
import { LiveMessage } from './live-messages.ts'
import { attempt, DATABASES, Fixture, sleep, step } from './testing/fixture.ts'

const AT = Date.parse('2026-11-22T12:00:00Z')
const error = { code: 'vendor_unavailable', message: 'Slack is down', retryable: true }

describe.each(DATABASES)('a live view on %s', (database) => {
  let fixture: Fixture
  let history: History
  let hub: LiveHub
  const open: Subscription[] = []

  beforeAll(async () => {
    fixture = await Fixture.open(database)
    history = new History(fixture.storage.reader, () => AT)
    hub = new LiveHub(history)
  })
  afterEach(() => {
    for (const subscription of open.splice(0)) subscription.close()
  })
  afterAll(() => fixture.close())

  /** What a viewer was told, and a way to wait for the next one. */
  class Viewer {
    readonly heard: LiveMessage[] = []
    #subscription: Subscription | undefined
    #wake: () => void = () => undefined

    static async open(run: string, hold?: (message: LiveMessage) => Promise<void> | undefined): Promise<Viewer> {
      const viewer = new Viewer()
      viewer.#subscription = await hub.subscribe(run, (message) => {
        viewer.heard.push(LiveMessage.parse(message))
        viewer.#wake()
        return hold?.(message)
      })
      open.push(viewer.subscription)
      return viewer
    }

    get subscription(): Subscription {
      if (this.#subscription === undefined) throw new Error('there is no such run')
      return this.#subscription
    }

    async until(count: number): Promise<LiveMessage[]> {
      while (this.heard.length < count) await new Promise<void>((resolve) => (this.#wake = resolve))
      return this.heard
    }

    get types(): string[] {
      return this.heard.map(({ type }) => type)
    }
  }

  async function startRun(over: Partial<RunsTable> = {}): Promise<RunsTable> {
    const run = fixture.run(AT, { status: 'running', ended_at: null, ...over })
    const body = over.keep === 0 ? new Uint8Array([1]) : '{"body":{}}'
    await fixture.storage.write('insert', { runs: [run], unfinished: [run.id], events: [{ run: run.id, body }] })
    return run
  }

  async function commitStep(run: RunsTable, position: number, lane = ''): Promise<RunEvent> {
    await fixture.storage.write('insert', { steps: [step(run.id, position, { lane })] })
    return { type: 'step_finished', run: run.uuid, step: `step${position}`, lane, at: AT }
  }

  async function commitEnd(run: RunsTable): Promise<RunEvent> {
    await fixture.storage.write('end', { id: run.id, status: 'succeeded', at: AT + 500 })
    return { type: 'ended', run: run.uuid, status: 'succeeded', at: AT + 500 }
  }

  function finished(messages: readonly LiveMessage[]): number[] {
    return messages.flatMap((message) => (message.type === 'step_finished' ? [message.step.position] : []))
  }

  test('a viewer gets the run as it is, then each step with what it left, then the end', async () => {
    const run = await startRun()
    hub.publish(await commitStep(run, 0))
    const viewer = await Viewer.open(run.uuid)
    hub.publish({ type: 'step_started', run: run.uuid, step: 'step1', lane: '', attempt: 1, at: AT })
    hub.publish({ type: 'attempt_failed', run: run.uuid, step: 'step1', lane: '', attempt: 1, error, at: AT })
    hub.publish(await commitStep(run, 1))
    hub.publish({ type: 'waiting', run: run.uuid, step: 'pause', lane: '', until: AT + 5, at: AT })
    hub.publish(await commitEnd(run))
    await viewer.subscription.closed
    expect(viewer.types).toEqual(['snapshot', 'step_started', 'attempt_failed', 'step_finished', 'waiting', 'ended'])
    expect(viewer.heard[0]).toMatchObject({ run: { id: run.uuid, steps: [{ name: 'step0' }] } })
    expect(viewer.heard[3]).toMatchObject({ step: { name: 'step1', exports: { $return_value: 1 }, duration_ms: 250 } })
    expect(viewer.heard[5]).toMatchObject({ status: 'succeeded', run: { id: run.uuid, duration_ms: 500 } })
  })

  test('what was committed before the snapshot and told after it is not told twice', async () => {
    const run = await startRun()
    await fixture.storage.write('insert', { attempts: [attempt(run.id, 0, { error: JSON.stringify(error) })] })
    const told = await commitStep(run, 0)
    await fixture.storage.write('insert', { waits: [sleep(run.id, 1, AT + 5)] })
    const viewer = await Viewer.open(run.uuid)
    hub.publish({ type: 'attempt_failed', run: run.uuid, step: 'step0', lane: '', attempt: 1, error, at: AT })
    hub.publish(told)
    hub.publish({ type: 'waiting', run: run.uuid, step: 'pause', lane: '', until: AT + 5, at: AT })
    hub.publish(await commitEnd(run))
    await viewer.subscription.closed
    expect(viewer.types).toEqual(['snapshot', 'ended'])
  })

  test('a step that is committed while the snapshot is on its way is told behind it', async () => {
    const run = await startRun()
    const { promise: sent, resolve } = Promise.withResolvers<void>()
    const viewer = await Viewer.open(run.uuid, (message) => (message.type === 'snapshot' ? sent : undefined))
    await viewer.until(1)
    hub.publish(await commitStep(run, 0))
    hub.publish(await commitStep(run, 1))
    expect(viewer.types).toEqual(['snapshot'])
    resolve()
    expect(finished(await viewer.until(3))).toEqual([0, 1])
  })

  test('steps of one name in one lane are all told, each once, in order', async () => {
    const run = await startRun()
    const viewer = await Viewer.open(run.uuid)
    const again = { name: 'again', lane: '0.1' }
    await fixture.storage.write('insert', { steps: [0, 1, 2].map((position) => step(run.id, position, again)) })
    for (let i = 0; i < 3; i++)
      hub.publish({ type: 'step_finished', run: run.uuid, step: 'again', lane: '0.1', at: AT })
    hub.publish(await commitEnd(run))
    await viewer.subscription.closed
    expect(finished(viewer.heard)).toEqual([0, 1, 2])
  })

  test('a step that is committed with the end of its run is told before the end', async () => {
    const run = await startRun()
    const viewer = await Viewer.open(run.uuid)
    await commitStep(run, 0)
    hub.publish(await commitEnd(run))
    await viewer.subscription.closed
    expect(viewer.types).toEqual(['snapshot', 'step_finished', 'ended'])
  })

  test('a run that has ended is told with its end at once', async () => {
    const run = await startRun()
    await commitEnd(run)
    const viewer = await Viewer.open(run.uuid)
    await viewer.subscription.closed
    expect(viewer.types).toEqual(['snapshot', 'ended'])
    expect(viewer.heard[1]).not.toHaveProperty('run.steps')
  })

  test('a run that leaves nothing is told without what it left', async () => {
    const run = await startRun({ keep: 0 })
    const viewer = await Viewer.open(run.uuid)
    await viewer.until(1)
    await fixture.storage.write('end', { id: run.id, status: 'succeeded', at: AT })
    await fixture.storage.write('deleteRuns', { runs: [run.id], budgetMs: 1_000 })
    hub.publish({ type: 'ended', run: run.uuid, status: 'succeeded', at: AT })
    await viewer.subscription.closed
    expect(viewer.heard).toMatchObject([
      { type: 'snapshot', run: { kept: false } },
      { type: 'ended', status: 'succeeded' }
    ])
    expect(viewer.heard[1]).not.toHaveProperty('run')
  })

  test('there is nothing to watch in a run that history does not have', async () => {
    expect(await hub.subscribe(fixture.run(AT).uuid, () => undefined)).toBeUndefined()
  })

  test('a viewer that falls too far behind is told so and let go, and others go on', async () => {
    const run = await startRun()
    const never = new Promise<void>(() => undefined)
    const slow = await Viewer.open(run.uuid, () => never)
    const quick = await Viewer.open(run.uuid)
    await slow.until(1)
    for (let i = 0; i < 300; i++) {
      hub.publish({ type: 'step_started', run: run.uuid, step: 'step0', lane: '', attempt: i + 1, at: AT })
      if (i % 100 === 0) await quick.until(i + 2)
    }
    await slow.subscription.closed
    expect(slow.types).toEqual(['snapshot', 'cut_off'])
    expect(slow.heard[1]).toMatchObject({ reason: 'too_slow' })
    expect((await quick.until(301)).at(-1)).toMatchObject({ attempt: 300 })
  })

  test('a listener that fails ends its view, and others go on', async () => {
    const run = await startRun()
    const failing = await Viewer.open(run.uuid, () => Promise.reject(new Error('connection reset')))
    const other = await Viewer.open(run.uuid)
    await failing.subscription.closed
    hub.publish(await commitStep(run, 0))
    await other.until(2)
    expect(failing.types).toEqual(['snapshot'])
  })

  test('a closed view hears nothing more', async () => {
    const run = await startRun()
    const viewer = await Viewer.open(run.uuid)
    const other = await Viewer.open(run.uuid)
    await viewer.until(1)
    viewer.subscription.close()
    hub.publish(await commitStep(run, 0))
    await other.until(2)
    expect(viewer.types).toEqual(['snapshot'])
  })

  test('a list hears which runs are new, wait or have ended', async () => {
    const run = await startRun()
    const heard: unknown[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const subscription = hub.subscribeAll((message) => {
      heard.push(message)
      if (heard.length === 3) resolve()
    })
    open.push(subscription)
    hub.publish({ type: 'accepted', run: run.uuid, at: AT })
    hub.publish(await commitStep(run, 0))
    hub.publish({ type: 'waiting', run: run.uuid, step: 'pause', lane: '', until: AT, at: AT })
    hub.publish(await commitEnd(run))
    await promise
    expect(heard).toMatchObject([
      { status: 'running' },
      { status: 'waiting' },
      { status: 'succeeded', id: run.uuid, run: { id: run.uuid, status: 'succeeded' } }
    ])
  })
})
