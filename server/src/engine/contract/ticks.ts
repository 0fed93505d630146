import { expect, test } from 'vitest'
import type { NewTick } from '../port.ts'
import { House, reasonOf, type DueSchedule, type EngineFixture } from './fixture.ts'

const first: NewTick = { at: 1_000, due: 1_000, settled: 1_000, next: 2_000 }
const second: NewTick = { at: 2_000, due: 2_000, settled: 2_000, next: 3_000 }

export function ticks(makeFixture: () => EngineFixture): void {
  const open = (): Promise<House> => new House(makeFixture()).open(async () => {})
  /** Says when workflow 1 fires next. */
  const due = async (house: House, next: DueSchedule['next']): Promise<void> =>
    house.fixture.schedule?.({ workflow: 1, version: 1, next })
  const accept = (house: House, tick: NewTick, over: { versionId?: number; workflowId?: number } = {}) =>
    house.engine.accept(house.newRun({ tick, ...over })).then(reasonOf)

  test('of several claims of a tick one starts its run, and moves the schedule on', async () => {
    const house = await open()
    await due(house, 1_000)
    const claims = await Promise.all(Array.from({ length: 5 }, () => accept(house, first)))
    expect(claims.toSorted()).toEqual(['accepted', ...Array<string>(4).fill('tick_taken')])
    expect(house.events.filter(({ type }) => type === 'accepted')).toHaveLength(1)
    expect(await accept(house, second)).toBe('accepted')
  })

  test('a claim of a schedule that is off, of another version, or of another tick starts nothing', async () => {
    const house = await open()
    await due(house, null)
    expect(await accept(house, first)).toBe('tick_taken')
    await due(house, 1_000)
    expect(await accept(house, first, { versionId: 2 })).toBe('tick_taken')
    expect(await accept(house, first, { workflowId: 2 })).toBe('tick_taken')
    expect(await accept(house, second)).toBe('tick_taken')
    expect(house.events).toEqual([])
    expect(await accept(house, first)).toBe('accepted')
  })

  test('a tick that was fired before is not fired again, though its schedule says so, and the schedule goes on', async () => {
    const house = await open()
    await due(house, 1_000)
    expect(await accept(house, first)).toBe('accepted')
    await due(house, 1_000)
    expect(await accept(house, first)).toBe('tick_taken')
    expect(await accept(house, second)).toBe('accepted')
  })

  test('a claim outlives a crash, with its run', async () => {
    const house = await open()
    await due(house, 1_000)
    const run = house.newRun({ tick: first })
    expect(reasonOf(await house.engine.accept(run))).toBe('accepted')
    await house.reopen(async () => {})
    expect(await accept(house, first)).toBe('tick_taken')
    expect(await house.ended(run.id.uuid)).toMatchObject({ status: 'succeeded' })
  })
}
