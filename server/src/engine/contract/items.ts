import type { JsonObject } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import type { Durable, Item, ItemEnd, ItemsOrder, ItemsTally } from '../port.ts'
import { gate, House, leave, never, refuse, step, turn, type EngineFixture } from './fixture.ts'

const ORIGIN = { app: 'slack', field: 'token', audience: null }
const DONE: ItemEnd = { status: 'succeeded' }

/** Goes through items, and concludes with their counts. */
export function each(
  d: Durable,
  order: Partial<ItemsOrder> & { total: number },
  walk: (d: Durable, item: Item) => Promise<ItemEnd | void>
): Promise<JsonObject> {
  return d.items<JsonObject>(
    'each',
    { lanes: 1, halts: false, ...order },
    async (lane, item) => (await walk(lane, item)) ?? DONE,
    (tally: ItemsTally) => leave({ ...tally }),
    { kind: 'each' }
  )
}

const failedItem = (code: string): ItemEnd => ({
  status: 'failed',
  error: { code, message: `it failed: ${code}`, retryable: false },
  step: 'work'
})

export function items(makeFixture: () => EngineFixture): void {
  test('items are gone through by lanes in turn, and their step concludes with the counts', async () => {
    const seen: string[] = []
    const meet = [gate(), gate()]
    const house = await new House(makeFixture()).open(async (d) => {
      const counts = await each(d, { total: 5, lanes: 2 }, async (lane, { index }) => {
        // The first two wait for each other: neither could end if they went one after the other.
        meet[index]?.open()
        if (index < 2) await step(lane, 'meet', () => Promise.all(meet.map((m) => m.opened)).then(() => 1))
        seen.push(`${index % 2}:${await step(lane, 'work', () => index, { last: true })}`)
        return index === 4 ? { status: 'ended_early', note: 'enough' } : DONE
      })
      expect(counts).toEqual({ total: 5, succeeded: 4, ended_early: 1, failed: 0 })
      expect(await step(d, 'after', () => 'went on')).toBe('went on')
      return { status: 'succeeded' }
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
    expect(seen.filter((s) => s.startsWith('0'))).toEqual(['0:0', '0:2', '0:4'])
    expect(seen.filter((s) => s.startsWith('1'))).toEqual(['1:1', '1:3'])
    const told = house.events.flatMap((event) => (event.type === 'item_finished' ? [event] : []))
    expect(told.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
    expect(told.at(-1)?.counts).toEqual({ total: 5, succeeded: 4, ended_early: 1, failed: 0 })
  })

  test('no items are none, and more lanes than items are no harm', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      expect(await each(d, { total: 0, lanes: 3 }, never)).toMatchObject({ total: 0, succeeded: 0 })
      expect(await each(d, { total: 1, lanes: 9 }, async () => {})).toMatchObject({ total: 1, succeeded: 1 })
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
  })

  test('a failed item is counted, and keeps new ones from beginning only where that is wished', async () => {
    const begun: Record<string, number[]> = { stop: [], goOn: [] }
    const bad = async (which: string, d: Durable, { index }: Item): Promise<ItemEnd | undefined> => {
      begun[which]?.push(index)
      await step(d, 'work', () => index)
      return index === 1 ? failedItem('bad') : DONE
    }
    const house = await new House(makeFixture()).open(async (d) => {
      const all = await each(d, { total: 4 }, (lane, item) => bad('goOn', lane, item))
      expect(all).toEqual({ total: 4, succeeded: 3, ended_early: 0, failed: 1, failedAt: 1 })
      const some = await each(d, { total: 4, halts: true }, (lane, item) => bad('stop', lane, item))
      expect(some).toEqual({ total: 4, succeeded: 1, ended_early: 0, failed: 1, failedAt: 1 })
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
    expect(begun).toEqual({ goOn: [0, 1, 2, 3], stop: [0, 1] })
  })

  test('an item that has begun goes on to its end when another fails', async () => {
    const [begun, failed, ended] = [gate(), gate(), gate()]
    const done: number[] = []
    const house = await new House(makeFixture()).open(async (d) => {
      const tally = await each(d, { total: 6, lanes: 2, halts: true }, async (lane, { index }) => {
        if (index === 0) begun.open()
        if (index === 1) {
          await begun.opened
          return failedItem('bad')
        }
        await step(lane, 'work', () => failed.opened.then(() => index))
        done.push(await step(lane, 'more', () => index))
        return DONE
      })
      expect(tally).toMatchObject({ succeeded: 1, failed: 1, failedAt: 1 })
      ended.open()
    })
    const { ended: end } = await house.accept()
    await house.told('item_finished')
    failed.open()
    await ended.opened
    expect(await end).toMatchObject({ end: { status: 'succeeded' } })
    expect(done).toEqual([0])
  })

  test('a conclusion that fails is the step’s failure', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      const conclude = (): never => {
        throw refuse('item_failed')
      }
      const order = { total: 1, lanes: 1, halts: true }
      const all = d.items('each', order, () => Promise.resolve(failedItem('bad')), conclude, { kind: 'each' })
      await expect(all).rejects.toMatchObject({ name: 'StepFailed', step: 'each', record: { code: 'item_failed' } })
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
  })

  test('I5: an item has a keyring on top of its run’s, which ends with the item', async () => {
    const handles: string[] = []
    const owned: (() => boolean)[] = []
    const house = await new House(makeFixture()).open(async (d, run) => {
      await each(d, { total: 2 }, async (lane, item) => {
        const { keyring, index } = item
        expect(keyring.scrubText('of-the-run')).toMatch(/^bhdl\.slack\.token\./)
        for (const handle of handles) expect(keyring.get(handle)).toBeUndefined()
        await lane.step(
          'fetch',
          async () => {
            handles.push(keyring.mint(`of-item-${index}`, ORIGIN))
            return leave(index, { minted: keyring.takeMinted() })
          },
          { kind: 'use', retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }
        )
        await step(lane, 'use', () => keyring.reveal(handles[index] ?? '', ({ value }) => value))
        owned.push(item.owned)
        expect(item.owned()).toBe(true)
      })
      expect(owned.map((still) => still())).toEqual([false, false])
      expect(run.keyring.scrubText('of-item-0 of-the-run')).toMatch(/^of-item-0 bhdl/)
    })
    const run = house.newRun()
    run.keyring.mint('of-the-run', ORIGIN)
    const accepted = await house.engine.accept(run)
    expect(await (accepted.accepted && accepted.ended)).toMatchObject({ end: { status: 'succeeded' } })
    expect(new Set(handles).size).toBe(2)
  })

  test('a lane whose item sleeps does not keep the others', async () => {
    const slept = gate()
    const house = await new House(makeFixture()).open(async (d) => {
      await each(d, { total: 2, lanes: 2 }, async (lane, { index }) => {
        if (index === 1) await step(lane, 'work', () => slept.opened.then(() => 1))
        else await lane.sleep('pause', () => new Date(house.now() + 100))
        slept.open()
      })
    })
    const { id } = await house.accept()
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('a run that is stopped stops its items, and begins no other', async () => {
    const begun: number[] = []
    const first = gate()
    const house = await new House(makeFixture()).open(async (d) => {
      await each(d, { total: 3 }, async (lane, { index }) => {
        begun.push(index)
        await step(lane, 'hang', () => (first.open(), never()))
      })
    })
    const { id } = await house.accept()
    await first.opened
    expect(await house.engine.cancel(id)).toBe(true)
    await turn()
    expect(begun).toEqual([0])
  })

  test('items within lanes or items are refused', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      const within = d.lanes('lanes', 1, async (lane) => void (await each(lane, { total: 1 }, async () => {})))
      await expect(within).rejects.toMatchObject({ code: 'journal_mismatch' })
    })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
  })
}

/** What survives a crash. */
export function itemCrashes(makeFixture: () => EngineFixture): void {
  test('I3: a crash in the middle of items goes on with the items that were in flight, each from its own journal', async () => {
    const ran: string[] = []
    const keys: string[] = []
    const stuck = [gate(), gate()]
    const walk =
      (life: number) =>
      async (d: Durable): Promise<void> => {
        const counts = await each(d, { total: 10, lanes: 2 }, async (lane, { index }) => {
          await step(lane, 'first', () => (ran.push(`${index} first`), index))
          await step(lane, 'second', (a) => {
            ran.push(`${index} second`)
            if (index < 6) return index
            keys.push(`${index} ${a.idempotencyKey}`)
            if (life > 1) return index
            stuck[index % 2]?.open()
            return never()
          })
        })
        expect(counts).toEqual({ total: 10, succeeded: 10, ended_early: 0, failed: 0 })
        await step(d, 'after', () => 1)
      }
    const house = await new House(makeFixture()).open(walk(1))
    const { id } = await house.accept()
    await Promise.all(stuck.map((s) => s.opened))
    await house.reopen(walk(2))
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    const expected = Array.from({ length: 10 }, (_, i) => [`${i} first`, `${i} second`]).flat()
    expect(ran.toSorted()).toEqual([...expected, '6 second', '7 second'].toSorted())
    expect(new Set(keys).size).toBe(4)
  })

  test('the secrets of the item in flight survive, and no other item’s', async () => {
    const handles: string[] = []
    const begun = gate()
    const walk =
      (first: boolean) =>
      async (d: Durable): Promise<void> => {
        await each(d, { total: 3 }, async (lane, { index, keyring }) => {
          const handle = await lane.step(
            'fetch',
            async () => leave(keyring.mint(`of-item-${index}`, ORIGIN), { minted: keyring.takeMinted() }),
            { kind: 'use', retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }
          )
          handles[index] = handle
          await step(lane, 'hang', () => (index === 1 && first ? (begun.open(), never()) : 1))
          expect(keyring.get(handle)?.value).toBe(`of-item-${index}`)
          for (const earlier of handles.slice(0, index)) expect(keyring.get(earlier)).toBeUndefined()
        })
      }
    const house = await new House(makeFixture()).open(walk(true))
    const { id } = await house.accept()
    await begun.opened
    await house.reopen(walk(false))
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(handles).toHaveLength(3)
  })

  test('an item that failed before the crash keeps new ones from beginning after it', async () => {
    const begun: number[] = []
    const stuck = gate()
    // Lanes go at their own pace: the second item of one is to have begun when that of the other fails.
    const both = gate()
    const walk =
      (first: boolean) =>
      async (d: Durable): Promise<void> => {
        const tally = await each(d, { total: 6, lanes: 2, halts: true }, async (lane, { index }) => {
          begun.push(index)
          if (index === 2) both.open()
          if (index === 3) {
            await both.opened
            return failedItem('bad')
          }
          await step(lane, 'first', () => index)
          if (index === 2) await step(lane, 'hang', () => (first ? (stuck.open(), never()) : 1))
          return DONE
        })
        expect(tally).toEqual({ total: 6, succeeded: 3, ended_early: 0, failed: 1, failedAt: 3 })
      }
    const house = await new House(makeFixture()).open(walk(true))
    const { id } = await house.accept()
    await stuck.opened
    while (!house.events.some((e) => e.type === 'item_finished' && e.index === 3)) await house.told('item_finished')
    await house.reopen(walk(false))
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(begun.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 2, 3])
  })

  test('the conclusion is remembered, and items are not gone through again', async () => {
    const walked: number[] = []
    const begun = gate()
    const walk =
      (first: boolean) =>
      async (d: Durable): Promise<void> => {
        const counts = await each(d, { total: 2 }, async (_, { index }) => void walked.push(index))
        expect(counts).toMatchObject({ total: 2, succeeded: 2 })
        await step(d, 'hang', () => (begun.open(), first ? never() : 1))
      }
    const house = await new House(makeFixture()).open(walk(true))
    const { id } = await house.accept()
    await begun.opened
    await house.reopen(walk(false))
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(walked).toEqual([0, 1])
  })

  test('when every lane’s item waits for long, the run leaves memory and comes back to them', async () => {
    const walk = async (d: Durable): Promise<void> => {
      const counts = await each(d, { total: 4, lanes: 2 }, async (lane, { index }) => {
        await lane.sleep('pause', () => new Date(house.now() + 6000 + index * 10))
        await step(lane, 'work', () => index)
      })
      expect(counts).toMatchObject({ succeeded: 4 })
    }
    const house = await new House(makeFixture()).open(walk)
    const { id, ended } = await house.accept()
    expect(await ended).toEqual({ ended: false })
    while (house.engine.active > 0) await turn()
    house.ahead += 7000
    await house.reopen(walk)
    while (!house.events.some((e) => e.type === 'waiting' && e.lane === 'i0.3')) await house.told('waiting')
    while (house.engine.active > 0) await turn()
    house.ahead += 7000
    await house.reopen(walk)
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })
}
