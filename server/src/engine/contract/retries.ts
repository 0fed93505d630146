import { expect, test } from 'vitest'
import type { Attempt } from '../port.ts'
import { House, lasting, never, refuse, step, tries, type EngineFixture } from './fixture.ts'

export function retries(makeFixture: () => EngineFixture): void {
  test('a retryable failure is tried again, under the same idempotency key', async () => {
    const attempts: Attempt[] = []
    const work = (a: Attempt): string => {
      attempts.push(a)
      if (a.number < 3) throw refuse('overloaded', true)
      return 'done'
    }
    const house = await new House(makeFixture()).open(async (d) => {
      expect(await step(d, 'a', work, tries(5))).toBe('done')
    })
    const { id, ended } = await house.accept()
    expect(await ended).toMatchObject({ end: { status: 'succeeded' } })
    expect(attempts.map((a) => a.number)).toEqual([1, 2, 3])
    expect(new Set(attempts.map((a) => a.idempotencyKey)).size).toBe(1)
    expect(attempts[0]?.idempotencyKey).toContain(id)
    const failed = house.events.filter((e) => e.type === 'attempt_failed')
    expect(failed).toMatchObject([
      { attempt: 1, error: { code: 'overloaded' } },
      { attempt: 2, error: { code: 'overloaded' } }
    ])
  })

  test('steps of a run have idempotency keys of their own', async () => {
    const keys: string[] = []
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', (a) => keys.push(a.idempotencyKey))
      await d.lanes('each', 2, async (lane) => {
        await step(lane, 'b', (a) => keys.push(a.idempotencyKey))
      })
    })
    await house.run()
    expect(new Set(keys).size).toBe(3)
  })

  test('after its last attempt a step fails with the last error', async () => {
    let attempts = 0
    const house = await new House(makeFixture()).open((d) =>
      step(d, 'a', () => Promise.reject(refuse(`no_${++attempts}`, true)), tries(3))
    )
    expect(await house.run()).toMatchObject({ end: { status: 'failed' } })
    expect(attempts).toBe(3)
  })

  test.for([
    ['a final error', () => refuse('forbidden', false)],
    ['an error that says nothing of repeating', () => new Error('unexpected')]
  ] as const)('%s is not tried again', async ([, makeError]) => {
    let attempts = 0
    const work = (): never => {
      attempts++
      throw makeError()
    }
    const house = await new House(makeFixture()).open(async (d) => {
      await expect(step(d, 'a', work, tries(3))).rejects.toMatchObject({ name: 'StepFailed' })
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
    expect(attempts).toBe(1)
  })

  test('an attempt that takes too long is aborted and tried again', async () => {
    const signals: AbortSignal[] = []
    const work = (a: Attempt): Promise<string> => {
      signals.push(a.signal)
      return a.number === 1 ? never() : Promise.resolve('done')
    }
    const house = await new House(makeFixture()).open(async (d) => {
      expect(await step(d, 'a', work, { ...tries(2), timeoutMs: 30 })).toBe('done')
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false])
    expect(house.events.find((e) => e.type === 'attempt_failed')).toMatchObject({ error: { code: 'step_timed_out' } })
  })

  test('the run’s time ends it in the middle of an attempt, as timed out', async () => {
    let signal: AbortSignal | undefined
    let stopped: unknown
    let after = false
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', (a) => ((signal = a.signal), never())).catch((error: unknown) => {
        stopped = error
        throw error
      })
      after = true
    })
    expect(await house.run({ timeoutMs: 30 })).toMatchObject({
      ended: true,
      end: { status: 'timed_out', error: { code: 'run_timed_out' } }
    })
    expect(stopped).toMatchObject({ name: 'Stopped', reason: 'timed_out' })
    expect([signal?.aborted, after, house.engine.active]).toEqual([true, false, 0])
  })

  test('the run’s time covers its attempts together, and not its sleeps and backoffs', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'quick', (a) => (a.number < 3 ? Promise.reject(refuse('again', true)) : 1), tries(3, 700))
      await d.sleep('pause', () => new Date(house.now() + 700))
      await step(d, 'slow', never)
    })
    const { id } = await house.accept({ timeoutMs: 600 })
    expect(await house.ended(id)).toMatchObject({ status: 'timed_out' })
    expect(house.events.filter((e) => e.type === 'step_finished')).toMatchObject([{ step: 'quick' }])
  })

  test('attempts beside each other spend the run’s time once', async () => {
    const house = await new House(makeFixture()).open((d) =>
      d.lanes('each', 10, async (lane) => {
        await step(lane, 'wait', () => lasting(500))
      })
    )
    expect(await house.run({ timeoutMs: 3000 })).toMatchObject({ end: { status: 'succeeded' } })
  })
}
