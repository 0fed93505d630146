import { expect, test } from 'vitest'
import type { RunContext } from '../port.ts'
import { gate, type Gate, House, never, step, turn, type EngineFixture } from './fixture.ts'

export function ends(makeFixture: () => EngineFixture): void {
  test('cancel ends a run in the middle of a step: nothing follows, and the late result is dropped', async () => {
    const begun = gate()
    const late = gate()
    const after: string[] = []
    let context: RunContext | undefined
    const house = await new House(makeFixture()).open(async (d, run) => {
      context = run
      await step(d, 'a', () => (begun.open(), late.opened.then(() => 1))).catch((error: unknown) => {
        after.push(String(error))
        throw error
      })
      after.push('went on')
    })
    const { id, ended } = await house.accept()
    await begun.opened
    expect(context?.owned()).toBe(true)
    expect(await house.engine.cancel(id, 'no longer wanted')).toBe(true)
    expect(await ended).toEqual({ ended: true, end: { status: 'cancelled', note: 'no longer wanted' } })
    expect(context?.owned()).toBe(false)
    late.open()
    await turn()
    expect(after).toEqual(['Stopped: the run stopped here: cancelled'])
    expect(house.events.map((e) => e.type)).toEqual(['accepted', 'step_started', 'ended'])
    expect([await house.engine.cancel(id), house.engine.active]).toEqual([false, 0])
  })

  test('cancel ends a run that waits', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      await d.wait('approval', () => new Date(house.now() + 60_000))
    })
    const { id, ended } = await house.accept()
    await ended
    expect(await house.engine.cancel(id)).toBe(true)
    expect(await house.ended(id)).toMatchObject({ status: 'cancelled' })
    expect(await house.resume(id, 'approval', 1)).toBe('gone')
  })

  test('of an end and a cancel at the same moment, exactly one wins', async () => {
    const gates = new Map<string, { begun: Gate; go: Gate }>()
    const house = await new House(makeFixture()).open(async (d, run) => {
      const { begun, go } = gates.get(JSON.stringify(run.event)) ?? { begun: gate(), go: gate() }
      await step(d, 'a', () => (begun.open(), go.opened.then(() => 1)), { last: true })
    })
    const wins = new Set<string>()
    for (let n = 0; n < 20; n++) {
      const [begun, go] = [gate(), gate()]
      gates.set(JSON.stringify({ n }), { begun, go })
      const { id, ended } = await house.accept({ event: { n } })
      await begun.opened
      if (n % 2 === 0) go.open()
      const cancelling = house.engine.cancel(id)
      go.open()
      const [cancelled, view] = await Promise.all([cancelling, ended])
      expect(view).toMatchObject({ ended: true, end: { status: cancelled ? 'cancelled' : 'succeeded' } })
      expect(house.events.filter((e) => e.type === 'ended' && e.run === id)).toHaveLength(1)
      wins.add(cancelled ? 'cancel' : 'end')
    }
    expect(wins.size).toBeGreaterThan(0)
  })

  test('stop() gives running steps time to end, begins none, and takes no runs', async () => {
    const begun = gate()
    const go = gate()
    const walked: string[] = []
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => (begun.open(), go.opened.then(() => 1)))
      walked.push('a')
      await step(d, 'b', () => (walked.push('b'), 2))
    })
    await house.accept()
    await begun.opened
    const stopping = house.engine.stop(60_000)
    await expect(house.accept()).rejects.toMatchObject({ code: 'shutting_down', status: 503, retryable: true })
    go.open()
    await stopping
    expect([walked, house.engine.active]).toEqual([['a'], 0])
    expect(house.events.map((e) => e.type)).toEqual(['accepted', 'step_started', 'step_finished'])
  })

  test('stop() lets go of a step that does not end, and of runs that wait', async () => {
    const stopped: unknown[] = []
    const keep = (error: unknown): never => {
      stopped.push(error)
      throw error
    }
    const house = await new House(makeFixture()).open(async (d, run) => {
      if (run.event === 'wait') await d.sleep('nap', () => new Date(house.now() + 4000)).catch(keep)
      else await step(d, 'a', never).catch(keep)
    })
    await house.accept({ event: 'wait' })
    await house.accept({ event: 'step' })
    await house.engine.stop(30)
    expect(stopped).toMatchObject([
      { name: 'Stopped', reason: 'shutdown' },
      { name: 'Stopped', reason: 'shutdown' }
    ])
    expect(house.engine.active).toBe(0)
  })
}
