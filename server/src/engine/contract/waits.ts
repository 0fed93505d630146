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
    expect(await house.resume(id, 'approval', { by: 'ada' })).toBe('resumed')
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('resumptions that come before their waits are kept, each for its name', async () => {
    const mayWait = gate()
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => mayWait.opened.then(() => 1))
      const got: unknown[] = []
      for (const name of ['x', 'y', 'z']) got.push(await d.wait(name, () => new Date(house.now() + 60_000)))
      return { status: 'succeeded', answer: { status: 200, headers: {}, body: got } }
    })
    const { id, ended } = await house.accept()
    for (const [name, value] of [
      ['x', 1],
      ['y', 2],
      ['z', 3]
    ] as const)
      expect(await house.resume(id, name, value)).toBe('resumed')
    mayWait.open()
    expect(await ended).toMatchObject({
      end: { answer: { body: [1, 2, 3].map((value) => ({ how: 'resumed', value })) } }
    })
  })

  test('a wait is resumed once, whether the resumption came before it or not', async () => {
    const [mayWait, mayEnd] = [gate(), gate()]
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => mayWait.opened.then(() => 1))
      const early = await d.wait('early', () => new Date(house.now() + 60_000))
      const late = await d.wait('late', () => new Date(house.now() + 60_000))
      await step(d, 'b', () => mayEnd.opened.then(() => 1))
      return { status: 'succeeded', answer: { status: 200, headers: {}, body: [early, late] } }
    })
    const { id } = await house.accept()
    const begun = house.told('waiting')
    const both = await Promise.all([house.resume(id, 'early', 1), house.resume(id, 'early', 2)])
    expect(both.toSorted()).toEqual(['resumed', 'used'])
    expect(await house.resume(id, 'early', 3)).toBe('used')
    mayWait.open()
    await begun
    expect(await house.resume(id, 'early', 4)).toBe('used')
    expect(await house.resume(id, 'late', 5)).toBe('resumed')
    expect(await house.resume(id, 'late', 6)).toBe('used')
    mayEnd.open()
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(await house.resume(id, 'late', 7)).toBe('gone')
  })

  test('what makes a resumption is asked only where there is one to deliver, and what it throws is thrown', async () => {
    const hold = gate()
    const house = await new House(makeFixture()).open((d) => step(d, 'a', () => hold.opened.then(() => 1)))
    const { id, ended } = await house.accept()
    const refuse = (): never => {
      throw new Error('not this one')
    }
    await expect(house.engine.resume(id, 'x', refuse)).rejects.toThrow('not this one')
    expect(await house.engine.resume(id, 'x', ({ versionId }) => versionId)).toBe('resumed')
    expect(await house.engine.resume(id, 'x', refuse)).toBe('used')
    hold.open()
    await ended
    expect(await house.engine.resume(id, 'x', refuse)).toBe('gone')
  })

  test('a run may end as cancelled by itself', async () => {
    const house = await new House(makeFixture()).open(() =>
      Promise.resolve({ status: 'cancelled', note: 'nobody came' })
    )
    expect(await house.run()).toEqual({ ended: true, end: { status: 'cancelled', note: 'nobody came' } })
  })

  test('a wait that nothing resumes times out', async () => {
    const hold = gate()
    const house = await new House(makeFixture()).open(async (d) => {
      expect(await d.wait('approval', () => new Date(house.now() + 40))).toEqual({ how: 'timed_out' })
      expect(await d.wait('late', () => new Date(house.now() - 40))).toEqual({ how: 'timed_out' })
      await step(d, 'a', () => hold.opened.then(() => 1))
    })
    const { id } = await house.accept()
    await house.told('step_started')
    expect(await house.resume(id, 'approval', 1)).toBe('expired')
    hold.open()
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('a run that is not there, has ended, or has another id cannot be resumed', async () => {
    const hold = gate()
    const house = await new House(makeFixture()).open((d) => step(d, 'a', () => hold.opened.then(() => 1)))
    const { id, ended } = await house.accept()
    const stranger = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`
    expect(await house.resume(stranger, 'x', 1)).toBe('gone')
    expect(await house.resume('no uuid', 'x', 1)).toBe('gone')
    expect(await house.engine.cancel(stranger)).toBe(false)
    hold.open()
    await ended
    expect(await house.resume(id, 'x', 1)).toBe('gone')
  })
}
