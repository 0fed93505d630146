import { expect, test } from 'vitest'
import { gate, House, step, type EngineFixture } from './fixture.ts'

export function waits(makeFixture: () => EngineFixture): void {
  test('a caller who waits at the first sleep is told that the run goes on', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => 1)
      await d.sleep('pause', () => new Date(house.now() + 50))
      await step(d, 'b', () => 2)
    })
    const { id, ended } = await house.accept()
    expect(await ended).toEqual({ ended: false })
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    const told = house.events.map((e) => e.type)
    expect(told).toEqual([
      'accepted',
      'step_started',
      'step_finished',
      'waiting',
      'step_started',
      'step_finished',
      'ended'
    ])
  })

  test('a sleep until a date that has passed is none', async () => {
    const house = await new House(makeFixture()).open((d) => d.sleep('pause', () => new Date(house.now() - 1)))
    expect(await house.run()).toMatchObject({ ended: true, end: { status: 'succeeded' } })
    expect(house.events.map((e) => e.type)).toEqual(['accepted', 'ended'])
  })

  test('a wait ends with what its resumption brings', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      const first = await d.wait('approval', () => new Date(house.now() + 60_000))
      expect(first).toEqual({ how: 'resumed', value: { by: 'ada' } })
    })
    const waiting = house.told.bind(house, 'waiting')
    const accepted = house.accept()
    await (await accepted, house.events.some((e) => e.type === 'waiting') ? undefined : waiting())
    const { id } = await accepted
    expect(await house.engine.resume(id, 'approval', { by: 'ada' })).toBe(true)
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('resumptions that come before their waits are kept, each for its name, in order', async () => {
    const mayWait = gate()
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => mayWait.opened.then(() => 1))
      const got: unknown[] = []
      for (const name of ['x', 'y', 'x']) got.push(await d.wait(name, () => new Date(house.now() + 60_000)))
      return { status: 'succeeded', answer: { status: 200, headers: {}, body: got } }
    })
    const { id, ended } = await house.accept()
    for (const [name, value] of [
      ['x', 1],
      ['y', 2],
      ['x', 3]
    ] as const)
      expect(await house.engine.resume(id, name, value)).toBe(true)
    mayWait.open()
    expect(await ended).toMatchObject({
      end: { answer: { body: [1, 2, 3].map((value) => ({ how: 'resumed', value })) } }
    })
  })

  test('a wait that nothing resumes times out', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      expect(await d.wait('approval', () => new Date(house.now() + 40))).toEqual({ how: 'timed_out' })
      expect(await d.wait('late', () => new Date(house.now() - 40))).toEqual({ how: 'timed_out' })
    })
    const { id } = await house.accept()
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('a run that is not there, has ended, or has another id cannot be resumed', async () => {
    const hold = gate()
    const house = await new House(makeFixture()).open((d) => step(d, 'a', () => hold.opened.then(() => 1)))
    const { id, ended } = await house.accept()
    const stranger = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`
    expect(await house.engine.resume(stranger, 'x', 1)).toBe(false)
    expect(await house.engine.resume('no uuid', 'x', 1)).toBe(false)
    expect(await house.engine.cancel(stranger)).toBe(false)
    hold.open()
    await ended
    expect(await house.engine.resume(id, 'x', 1)).toBe(false)
  })
}
