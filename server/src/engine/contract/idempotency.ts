import { expect, test } from 'vitest'
import type { AcceptResult, CallerView } from '../port.ts'
import { gate, House, reasonOf, step, type EngineFixture } from './fixture.ts'

const bytes = (n: number): Uint8Array => new Uint8Array(32).fill(n)

async function answerOf(result: AcceptResult): Promise<CallerView | undefined> {
  if (result.accepted) return result.ended
  return result.reason === 'repeated' ? result.answer : undefined
}

export function idempotency(makeFixture: () => EngineFixture): void {
  const open = (): Promise<House> =>
    new House(makeFixture()).open(async (d, run) => {
      await step(d, 'a', () => 1)
      return { status: 'succeeded', answer: { status: 200, headers: {}, body: run.event } }
    })

  test('the same request under the same key gets the first run’s answer', async () => {
    const house = await open()
    const idempotency = { scope: bytes(1), request: bytes(2) }
    const first = await house.accept({ event: 'first', idempotency })
    const answer = await first.ended
    const again = await house.engine.accept(house.newRun({ event: 'second', idempotency }))
    expect(again).toMatchObject({ accepted: false, reason: 'repeated', run: first.id })
    expect(await answerOf(again)).toEqual(answer)
    expect(house.events.filter((e) => e.type === 'accepted')).toHaveLength(1)
  })

  test('a repetition while the first still runs waits for the same answer', async () => {
    const hold = gate()
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => hold.opened.then(() => 1))
      return { status: 'succeeded', answer: { status: 200, headers: {}, body: 'only once' } }
    })
    const idempotency = { scope: bytes(1), request: bytes(2) }
    const results = await Promise.all([
      house.engine.accept(house.newRun({ idempotency })),
      house.engine.accept(house.newRun({ idempotency }))
    ])
    // Whichever was first.
    expect(results.map(reasonOf).toSorted()).toEqual(['accepted', 'repeated'])
    hold.open()
    const views = await Promise.all(results.map(answerOf))
    expect(views[0]).toMatchObject({ end: { answer: { body: 'only once' } } })
    expect(views[1]).toEqual(views[0])
  })

  test('another request under the same key is refused; under another key it is another run', async () => {
    const house = await open()
    const accept = (scope: number, request: number): Promise<string> =>
      house.engine
        .accept(house.newRun({ idempotency: { scope: bytes(scope), request: bytes(request) } }))
        .then(reasonOf)
    expect(await accept(1, 2)).toBe('accepted')
    expect(await accept(1, 3)).toBe('key_reused')
    expect(await accept(2, 3)).toBe('accepted')
  })

  test('a key is kept for a day', async () => {
    const house = await open()
    const idempotency = { scope: bytes(1), request: bytes(2) }
    await house.run({ idempotency })
    house.ahead = 23 * 3_600_000
    expect(reasonOf(await house.engine.accept(house.newRun({ idempotency })))).toBe('repeated')
    house.ahead = 25 * 3_600_000
    expect(reasonOf(await house.engine.accept(house.newRun({ idempotency })))).toBe('accepted')
  })

  test('a cancelled run answers its repetition too', async () => {
    const house = await new House(makeFixture()).open((d) => d.wait('approval', () => new Date(house.now() + 60_000)))
    const idempotency = { scope: bytes(1), request: bytes(2) }
    const { id, ended } = await house.accept({ idempotency })
    expect(await ended).toEqual({ ended: false })
    const during = await house.engine.accept(house.newRun({ idempotency }))
    expect(await answerOf(during)).toEqual({ ended: false })
    await house.engine.cancel(id, 'enough')
    const after = await house.engine.accept(house.newRun({ idempotency }))
    expect(await answerOf(after)).toEqual({
      ended: true,
      end: { status: 'cancelled', note: 'enough' }
    })
  })
}
