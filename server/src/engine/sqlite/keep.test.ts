import { expect, onTestFinished, test, vi } from 'vitest'
import { gate, House, leave, never, refuse, step, type Walk } from '../contract/fixture.ts'
import { SqliteFixture } from './testing/fixture.ts'
import { counts, held, rows } from './testing/rows.ts'

const MARK = 'mark-of-this-run'

/** Leaves a row in every table that a run can have rows in. */
const busy =
  (house: () => House, begun: { open(): void }, last: () => Promise<unknown>): Walk =>
  async (d) => {
    const logs = [{ at: 1, level: 'info' as const, text: `${MARK} logged` }]
    await d.step('a', async () => leave(`${MARK} value`, { logs }), {
      kind: 'use',
      retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 }
    })
    const work = async (number: number): Promise<number> => {
      if (number === 1) throw refuse(MARK, true)
      return number
    }
    const retry = { attempts: 2, backoffMs: 1, maxBackoffMs: 1 }
    expect(await step(d, 'b', (a) => work(a.number), { retry })).toBe(2)
    await expect(step(d, 'c', () => Promise.reject(refuse(MARK)))).rejects.toMatchObject({ record: { code: MARK } })
    await d.sleep('pause', () => new Date(0))
    expect(await d.wait('early', () => new Date(house().now() + 3000))).toMatchObject({ value: `${MARK} early` })
    await step(d, 'last', () => (begun.open(), last().then(() => `${MARK} last`)))
  }

async function open(keep: boolean): Promise<{ house: House; dir: string; id: string; end: () => void }> {
  const fixture = new SqliteFixture()
  onTestFinished(() => fixture.remove())
  const [mayGo, begun, end] = [gate(), gate(), gate()]
  const house = new House(fixture)
  const walk = busy(
    () => house,
    begun,
    () => end.opened
  )
  await house.open(async (d, run) => {
    await mayGo.opened
    return walk(d, run)
  })
  const run = house.newRun({
    keep,
    event: { text: `${MARK} event` },
    idempotency: { scope: new Uint8Array(32), request: new Uint8Array(32) }
  })
  await house.engine.accept(run)
  for (const name of ['early', 'unused']) await house.resume(run.id.uuid, name, `${MARK} ${name}`)
  mayGo.open()
  await begun.opened
  return { house, dir: fixture.dir, id: run.id.uuid, end: () => end.open() }
}

test('a run that is kept leaves its rows, and nothing that it needed only while it lived', async () => {
  const { house, dir, id, end } = await open(true)
  end()
  await house.ended(id)
  expect(counts(dir)).toEqual({ runs: 1, events: 1, steps: 4, attempts: 1, waits: 2, resumptions: 1, idempotency: 1 })
  expect(rows(dir, 'select status, ending from runs')).toMatchObject([{ status: 'succeeded', ending: null }])
})

test('a run that is not kept is sealed while it lives, and nothing of it stays after', async () => {
  const { house, dir, id, end } = await open(false)
  expect(counts(dir)).toEqual({
    runs: 1,
    unfinished: 1,
    events: 1,
    steps: 3,
    attempts: 1,
    waits: 2,
    resumptions: 1,
    idempotency: 1
  })
  expect(held(dir, [MARK])).toEqual([])
  end()
  await house.ended(id)
  expect(counts(dir)).toEqual({ idempotency: 1 })
  await vi.waitFor(() => expect(rows(dir, 'pragma wal_checkpoint(noop)')).toMatchObject([{ log: 0 }]), {
    timeout: 10_000
  })
  expect(held(dir, [MARK])).toEqual([])
  const again = await house.engine.accept(
    house.newRun({ idempotency: { scope: new Uint8Array(32), request: new Uint8Array(32) } })
  )
  expect(again).toMatchObject({ accepted: false, reason: 'repeated', run: id })
  expect(await ('answer' in again && again.answer)).toEqual({ ended: true, end: { status: 'succeeded' } })
})

test('a run that is not kept survives a crash', async () => {
  const { house, id } = await open(false)
  const begun = gate()
  await house.reopen(
    busy(
      () => house,
      begun,
      () => Promise.resolve()
    )
  )
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
})

test('a failed run says why in its row, without the caller’s answer', async () => {
  const fixture = new SqliteFixture()
  onTestFinished(() => fixture.remove())
  const error = { code: 'forbidden', message: 'no', retryable: false }
  const answer = { status: 502, headers: {}, body: 'the answer' }
  const house = await new House(fixture).open(async () => ({ status: 'failed', error, step: 'a', answer }))
  expect(await house.run()).toMatchObject({ end: { answer } })
  const [row] = rows(fixture.dir, 'select status, ending from runs')
  expect(JSON.parse(String(row?.['ending']))).toEqual({ status: 'failed', error, step: 'a' })
})

test('a cancelled run leaves no late result', async () => {
  const fixture = new SqliteFixture()
  onTestFinished(() => fixture.remove())
  const [begun, late] = [gate(), gate()]
  const house = await new House(fixture).open((d) => step(d, 'a', () => (begun.open(), late.opened.then(() => MARK))))
  const { id } = await house.accept()
  await begun.opened
  late.open()
  // Both are on their way in one group: whichever is first, the other writes nothing.
  await house.engine.cancel(id)
  await house.ended(id)
  const [{ status }] = rows(fixture.dir, 'select status from runs') as [{ status: string }]
  expect(counts(fixture.dir)['steps'] ?? 0).toBe(status === 'cancelled' ? 0 : 1)
  expect(await Promise.race([house.engine.cancel(id), never()])).toBe(false)
})
