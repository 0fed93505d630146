import { expect, test } from 'vitest'
import type { Resuming } from '../port.ts'
import { gate, House, refuse, step, tries, turn, type EngineFixture, type Walk } from './fixture.ts'

const HOUR = 3_600_000

/** Runs that leave memory for a long wait. */
export function suspensions(makeFixture: () => EngineFixture): void {
  test('a long sleep leaves memory, with the interpreter stopped, and comes back when it is over', async () => {
    const reasons: unknown[] = []
    const walk: Walk = async (d) => {
      await step(d, 'a', () => 1)
      await d
        .sleep('long', () => new Date(house.now() + HOUR))
        .catch((error: unknown) => {
          reasons.push(error)
          throw error
        })
      await step(d, 'b', () => 2)
    }
    const house = await new House(makeFixture()).open(walk)
    const { id, ended } = await house.accept()
    expect(await ended).toEqual({ ended: false })
    await expect.poll(() => house.engine.active).toBe(0)
    await turn()
    expect(reasons).toMatchObject([{ name: 'Stopped', reason: 'suspended' }])
    expect(house.events.at(-1)).toMatchObject({ type: 'waiting', step: 'long' })
    house.ahead = HOUR
    await house.reopen(walk)
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(house.events.filter((e) => e.type === 'step_finished').map((e) => e.step)).toEqual(['a', 'b'])
  })

  test('a long wait comes back as soon as it is resumed', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      expect(await d.wait('approval', () => new Date(house.now() + HOUR))).toEqual({ how: 'resumed', value: 'yes' })
      await step(d, 'a', () => 1)
    })
    const { id, ended } = await house.accept()
    await ended
    await expect.poll(() => house.engine.active).toBe(0)
    expect(await house.resume(id, 'approval', 'yes')).toBe('resumed')
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('what a resumption mints is the run’s, and is taken out of what the run wrote before', async () => {
    const SECRET = 'a-secret-that-came-late'
    const house = await new House(makeFixture()).open(async (d, run) => {
      await step(d, 'before', () => `it said ${SECRET}`)
      const { value } = (await d.wait('approval', () => new Date(house.now() + HOUR))) as { value: string }
      expect(run.keyring.get(value)?.value).toBe(SECRET)
      return { status: 'succeeded', answer: { status: 200, headers: {}, body: value } }
    })
    const { id, ended } = await house.accept()
    await ended
    await expect.poll(() => house.engine.active).toBe(0)
    const mint = ({ keyring }: Resuming): string => keyring.mint(SECRET, { app: 'desk', field: 'key', audience: null })
    expect(await house.engine.resume(id, 'approval', mint)).toBe('resumed')
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('a long wait times out at its first deadline', async () => {
    const walk: Walk = async (d) => {
      expect(await d.wait('approval', () => new Date(house.now() + HOUR))).toEqual({ how: 'timed_out' })
    }
    const house = await new House(makeFixture()).open(walk)
    const { id, ended } = await house.accept()
    await ended
    house.ahead = HOUR + 1
    await house.reopen(walk)
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('a long backoff leaves memory', async () => {
    const attempts: number[] = []
    const walk: Walk = (d) =>
      step(
        d,
        'a',
        (a) => (attempts.push(a.number), a.number === 1 ? Promise.reject(refuse('again', true)) : 1),
        tries(2, HOUR)
      )
    const house = await new House(makeFixture()).open(walk)
    const { id, ended } = await house.accept()
    expect(await ended).toEqual({ ended: false })
    await expect.poll(() => house.engine.active).toBe(0)
    house.ahead = HOUR
    await house.reopen(walk)
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(attempts).toEqual([1, 2])
  })

  test('a suspended run can be cancelled', async () => {
    const house = await new House(makeFixture()).open((d) => d.sleep('long', () => new Date(house.now() + HOUR)))
    const { id, ended } = await house.accept()
    await ended
    await expect.poll(() => house.engine.active).toBe(0)
    expect(await house.engine.cancel(id)).toBe(true)
    house.ahead = HOUR
    await house.reopen(() => Promise.reject(new Error('it was cancelled')))
    expect(await house.engine.cancel(id)).toBe(false)
    expect(house.events.filter((e) => e.type === 'ended')).toMatchObject([{ run: id, status: 'cancelled' }])
  })

  test('a run leaves memory when its last walking lane waits or is done', async () => {
    const go = gate()
    const walk: Walk = (d) =>
      d.lanes('each', 3, async (lane, index) => {
        if (index === 0) await lane.sleep('long', () => new Date(house.now() + HOUR))
        if (index === 1) await lane.wait('approval', () => new Date(house.now() + 2 * HOUR))
        if (index === 2) await step(lane, 'work', () => go.opened.then(() => 1))
        await step(lane, 'done', () => index)
      })
    const house = await new House(makeFixture()).open(walk)
    const { id, ended } = await house.accept()
    await ended
    expect(house.engine.active).toBe(1)
    go.open()
    await expect.poll(() => house.engine.active).toBe(0)
    // One lane is woken, goes on, and the run leaves again for the other's sake.
    expect(await house.resume(id, 'approval', 'yes')).toBe('resumed')
    await expect.poll(() => house.events.filter((e) => e.type === 'step_finished')).toHaveLength(3)
    await expect.poll(() => house.engine.active).toBe(0)
    house.ahead = HOUR
    await house.reopen(walk)
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('no resumption is lost between a wait and its leaving', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      const got = await d.wait('approval', () => new Date(house.now() + HOUR))
      expect(got).toEqual({ how: 'resumed', value: 1 })
    })
    const runs = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const { id } = await house.accept()
        for (let turns = 0; turns < n % 8; turns++) await turn()
        expect(await house.resume(id, 'approval', 1)).toBe('resumed')
        return house.ended(id)
      })
    )
    expect(new Set(runs.map((end) => end.status))).toEqual(new Set(['succeeded']))
  })

  test('many that are due together all come back', async () => {
    const walk: Walk = async (d) => {
      await d.sleep('long', () => new Date(house.now() + HOUR))
      await step(d, 'a', () => 1)
    }
    const house = await new House(makeFixture()).open(walk)
    const runs = await Promise.all(Array.from({ length: 260 }, () => house.accept()))
    await Promise.all(runs.map((run) => run.ended))
    await expect.poll(() => house.engine.active).toBe(0)
    house.ahead = HOUR
    let most = 0
    await house.reopen((d, run) => {
      most = Math.max(most, house.engine.active)
      return walk(d, run)
    })
    await Promise.all(runs.map((run) => house.ended(run.id)))
    expect(most).toBeLessThanOrEqual(200)
  })
}
