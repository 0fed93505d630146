import { expect, test } from 'vitest'
import { StepFailed } from '../port.ts'
import { House, leave, refuse, step, type EngineFixture } from './fixture.ts'

export function steps(makeFixture: () => EngineFixture): void {
  test('steps run one after the other, and the caller gets the interpreter’s outcome', async () => {
    const order: string[] = []
    const house = await new House(makeFixture()).open(async (d, run) => {
      const a = await step(d, 'a', () => (order.push('a'), { from: run.event }))
      const b = await step(d, 'b', () => (order.push('b'), 2))
      return { status: 'succeeded', answer: { status: 201, headers: { x: 'y' }, body: [a, b] } }
    })
    expect(await house.run({ event: { n: 1 } })).toEqual({
      ended: true,
      end: { status: 'succeeded', answer: { status: 201, headers: { x: 'y' }, body: [{ from: { n: 1 } }, 2] } }
    })
    expect(order).toEqual(['a', 'b'])
    expect(house.engine.active).toBe(0)
  })

  test('a step returns the decoded checkpoint, also the first time', async () => {
    const given = { list: [1, 2], absent: undefined, date: new Date(0) as unknown as string }
    const house = await new House(makeFixture()).open(async (d) => {
      const got = await step(d, 'a', () => given as unknown as { list: number[] })
      expect(got).toEqual({ list: [1, 2], date: '1970-01-01T00:00:00.000Z' })
      expect(Object.keys(got)).toEqual(['list', 'date'])
      got.list.push(3)
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
    expect(given.list).toEqual([1, 2])
  })

  test('a failed step is thrown as StepFailed with its record, and the walk may go on', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      const failure: unknown = await step(d, 'a', () => Promise.reject(refuse('no_such_channel'))).catch(
        (e: unknown) => e
      )
      expect(failure).toBeInstanceOf(StepFailed)
      expect(failure).toMatchObject({ step: 'a', record: { code: 'no_such_channel', retryable: false } })
      await step(d, 'b', () => 1)
      return { status: 'ended_early', note: 'enough' }
    })
    expect(await house.run()).toEqual({ ended: true, end: { status: 'ended_early', note: 'enough' } })
  })

  test('what the interpreter throws ends the run as failed', async () => {
    const house = await new House(makeFixture()).open(() => Promise.reject(new Error('a mistake of ours')))
    expect(await house.run()).toMatchObject({
      ended: true,
      end: { status: 'failed', error: { message: 'a mistake of ours' } }
    })
  })

  test('what happens is told in order', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => 1)
      await step(d, 'b', () => Promise.reject(refuse('broken')), { last: true }).catch(() => {})
    })
    const { id, ended } = await house.accept({ workflowId: 7 })
    await ended
    await house.ended(id)
    expect(house.events).toMatchObject([
      { type: 'accepted', run: id, workflowId: 7 },
      { type: 'step_started', run: id, step: 'a', lane: '', attempt: 1 },
      { type: 'step_finished', run: id, step: 'a', lane: '', status: 'succeeded' },
      { type: 'step_started', run: id, step: 'b', lane: '', attempt: 1 },
      { type: 'step_finished', run: id, step: 'b', lane: '', status: 'failed' },
      { type: 'ended', run: id, status: 'succeeded' }
    ])
  })

  test('a step that says it is the last may be followed by others after all', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => 1, { last: true })
      await d.sleep('pause', () => new Date(0))
      await step(d, 'b', () => 2, { last: true })
    })
    const { id, ended } = await house.accept()
    expect(await ended).toMatchObject({ end: { status: 'succeeded' } })
    await house.ended(id)
    const finished = house.events.flatMap((e) => (e.type === 'step_finished' ? [e.step] : []))
    expect(finished).toEqual(['a', 'b'])
  })

  test('runs go on side by side', async () => {
    const house = await new House(makeFixture()).open(async (d, run) => {
      const event = await step(d, 'echo', () => run.event)
      return { status: 'succeeded', answer: { status: 200, headers: {}, body: event } }
    })
    const views = await Promise.all(Array.from({ length: 50 }, (_, n) => house.run({ event: { n } })))
    expect(views.map((view) => view.ended && 'answer' in view.end && view.end.answer?.body)).toEqual(
      Array.from({ length: 50 }, (_, n) => ({ n }))
    )
  })

  test('logs and values of any JSON type are taken', async () => {
    const values = [null, true, 'text', 1.5, [], {}, { deep: [{ er: 'x'.repeat(100_000) }] }]
    const house = await new House(makeFixture()).open(async (d) => {
      for (const [i, value] of values.entries()) {
        const logs = [{ at: 1, level: 'info' as const, text: `line ${i}` }]
        const got = await d.step(`s${i}`, async () => leave(value, { logs }), {
          kind: 'use',
          retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 }
        })
        expect(got).toEqual(value)
      }
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
  })
}
