import { expect, test } from 'vitest'
import { gate, House, refuse, step, turn, type EngineFixture } from './fixture.ts'

export function lanes(makeFixture: () => EngineFixture): void {
  test('lanes walk beside each other, each in its own order', async () => {
    const met = [gate(), gate()]
    const house = await new House(makeFixture()).open(async (d) => {
      const seen: string[] = []
      await d.lanes('each', 2, async (lane, index) => {
        // Each waits for the other: neither could end if they went one after the other.
        await step(lane, 'meet', () => {
          met[index]?.open()
          return Promise.all(met.map((m) => m.opened)).then(() => index)
        })
        for (let item = index; item < 5; item += 2) seen.push(await step(lane, `item`, () => `${index}:${item}`))
      })
      return { status: 'succeeded', answer: { status: 200, headers: {}, body: seen.toSorted() } }
    })
    const view = await house.run()
    expect(view).toMatchObject({ end: { answer: { body: ['0:0', '0:2', '0:4', '1:1', '1:3'] } } })
  })

  test('a lane’s failure is thrown when all lanes are done', async () => {
    const failed = gate()
    const house = await new House(makeFixture()).open(async (d) => {
      const done: string[] = []
      const walk = d.lanes('each', 2, async (lane, index) => {
        if (index === 1) await step(lane, 'bad', () => Promise.reject(refuse('bad_item'))).finally(() => failed.open())
        await failed.opened
        done.push(await step(lane, 'good', () => `good ${index}`))
      })
      await expect(walk).rejects.toMatchObject({ name: 'StepFailed', step: 'bad' })
      expect(done).toEqual(['good 0'])
      expect(await step(d, 'after', () => 1)).toBe(1)
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
  })

  test('lanes within lanes have journals of their own', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      const names: string[] = []
      await d.lanes('outer', 2, (outer, i) =>
        outer.lanes('inner', 2, async (inner, j) => {
          names.push(await step(inner, 'leaf', () => `${i}.${j}`))
        })
      )
      await d.lanes('none', 0, () => Promise.reject(new Error('no lane, no walk')))
      expect(names.toSorted()).toEqual(['0.0', '0.1', '1.0', '1.1'])
    })
    const { id, ended } = await house.accept()
    expect(await ended).toMatchObject({ end: { status: 'succeeded' } })
    await house.ended(id)
    const finished = house.events.flatMap((e) => (e.type === 'step_finished' ? [e.lane] : []))
    expect(finished.toSorted()).toEqual(['0.0/0.0', '0.0/0.1', '0.1/0.0', '0.1/0.1'])
  })

  test('a lane that sleeps does not keep the others', async () => {
    const slept = gate()
    const house = await new House(makeFixture()).open((d) =>
      d.lanes('each', 2, async (lane, index) => {
        if (index === 0) {
          await lane.sleep('pause', () => new Date(house.now() + 100))
          slept.open()
        } else {
          await step(lane, 'work', () => slept.opened.then(() => 1))
        }
      })
    )
    const { id } = await house.accept()
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('a run that is stopped stops all its lanes', async () => {
    const reasons: unknown[] = []
    const both = [gate(), gate()]
    const house = await new House(makeFixture()).open((d) =>
      d.lanes('each', 2, async (lane, index) => {
        const work = step(lane, 'work', (a) => {
          both[index]?.open()
          return new Promise<null>((_, no) => a.signal.addEventListener('abort', () => no(new Error('aborted'))))
        })
        await work.catch((error: unknown) => {
          reasons.push(error)
          throw error
        })
      })
    )
    const { id } = await house.accept()
    await Promise.all(both.map((b) => b.opened))
    expect(await house.engine.cancel(id)).toBe(true)
    await turn()
    expect(reasons).toMatchObject([
      { name: 'Stopped', reason: 'cancelled' },
      { name: 'Stopped', reason: 'cancelled' }
    ])
  })
}
