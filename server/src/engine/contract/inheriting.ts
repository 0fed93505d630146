import { expect, test } from 'vitest'
import type { Inherited } from '../port.ts'
import { gate, House, never, step, type EngineFixture } from './fixture.ts'

const inheritedStep = (position: number, name: string, value: number): Inherited => ({
  call: 'step',
  position,
  name,
  kind: 'use',
  startedAt: 1,
  endedAt: 2,
  attempts: 1,
  text: JSON.stringify(value),
  logs: [{ at: 1, level: 'info', text: 'done before' }]
})

export function inheriting(makeFixture: () => EngineFixture): void {
  test('what a run inherits it does not do again, and what it does not inherit it does (I3)', async () => {
    const done: string[] = []
    const values: number[] = []
    const house = await new House(makeFixture()).open(async (d) => {
      for (const name of ['a', 'b', 'c']) values.push(await step(d, name, () => (done.push(name), 7)))
      await d.sleep('pause', () => new Date(house.now() + 1_000_000))
      values.push(await step(d, 'd', () => (done.push('d'), 8)))
    })
    const slept: Inherited = { call: 'sleep', position: 3, name: 'pause', startedAt: 1, until: 2 }
    const inherited = [inheritedStep(0, 'a', 1), inheritedStep(2, 'c', 3), slept]
    const { ended } = await house.accept({ inherited, replayOf: '01890a5d-ac96-774b-bcce-b302099a8057' })
    expect(await ended).toMatchObject({ ended: true, end: { status: 'succeeded' } })
    expect([done, values]).toEqual([
      ['b', 'd'],
      [1, 7, 3, 8]
    ])
  })
}

export function inheritingCrashes(makeFixture: () => EngineFixture): void {
  test.each([
    ['is kept', true],
    ['is not kept', false]
  ])('what a run inherits survives a crash, where the run %s', async (_, keep) => {
    const done: string[] = []
    const values: number[] = []
    const begun = gate()
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => (done.push('a'), 1))
      await step(d, 'b', () => (begun.open(), never()))
    })
    const { id } = await house.accept({ inherited: [inheritedStep(0, 'a', 5)], keep })
    await begun.opened
    await house.reopen(async (d) => {
      for (const name of ['a', 'b']) values.push(await step(d, name, () => (done.push(name), 9)))
    })
    await house.ended(id)
    expect([done, values]).toEqual([['b'], [5, 9]])
  })
}
