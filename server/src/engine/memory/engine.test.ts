import { Fault } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { describeEngine } from '../contract/engine-contract.ts'
import { House, step, type EngineFixture } from '../contract/fixture.ts'
import { MemoryEngine } from './engine.ts'

const makeFixture = (nostore: boolean) => (): EngineFixture => ({
  open: async ({ execute, now }) => new MemoryEngine({ execute, now, nostore }),
  close: async () => {}
})

describeEngine('the engine in memory', makeFixture(false))

test.for(['sleep', 'wait'] as const)('I4: a run that keeps nothing refuses a long %s, and says why', async (what) => {
  const house = await new House(makeFixture(true)()).open(async (d) => {
    await d[what]('long', () => new Date(house.now() + 6000))
  })
  expect(await house.run()).toMatchObject({
    ended: true,
    end: {
      status: 'failed',
      error: { code: 'nostore_cannot_wait', message: expect.stringContaining('long') as string }
    }
  })
})

test('I4: a short sleep is fine, and a counter is all that remembers the runs', async () => {
  const house = await new House(makeFixture(true)()).open(async (d) => {
    await d.sleep('short', () => new Date(house.now() + 10))
    await step(d, 'a', () => 1)
  })
  const { id } = await house.accept()
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  expect(house.engine).toMatchObject({ durable: false, active: 0, accepted: 1 })
})

test('a run in memory ends with the server', async () => {
  const house = await new House(makeFixture(true)()).open((d) => d.sleep('short', () => new Date(house.now() + 4000)))
  const waiting = await house.accept()
  const working = await new House(makeFixture(true)()).open((d) => step(d, 'a', () => new Promise<null>(() => {})))
  const { ended } = await working.accept()
  await Promise.all([house.engine.stop(0), working.engine.stop(0)])
  expect(await ended).toMatchObject({ ended: true, end: { status: 'cancelled' } })
  expect(await waiting.ended).toEqual({ ended: false })
})

test('a run in memory does not wait for a database that is away: its step fails', async () => {
  let attempts = 0
  const house = await new House(makeFixture(true)()).open((d) =>
    step(d, 'read', () => {
      attempts++
      throw new Fault('database_unavailable', 'Nothing answers.', { retryable: true })
    })
  )
  const message = expect.stringContaining('Nothing answers.') as string
  expect(await house.run()).toMatchObject({ end: { status: 'failed', error: { message } } })
  expect(attempts).toBe(1)
})
