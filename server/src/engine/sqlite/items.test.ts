/** Items at rest: their keyrings' end (I5), secrets that became known late, runs that are not kept, and what a restart reads. */
import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { each } from '../contract/items.ts'
import { gate, House, leave, never, step } from '../contract/fixture.ts'
import type { Durable, Item } from '../port.ts'
import type { Keyring } from '../../secrets/keyring.ts'
import { SqliteFixture } from './testing/fixture.ts'
import { counts, held, rows } from './testing/rows.ts'

const ORIGIN = { app: 'slack', field: 'token', audience: null }
const ONCE = { kind: 'use', retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }
const gone = { timeout: 15_000, interval: 300 }

function makeHouse(): { house: House; dir: string } {
  const fixture = new SqliteFixture()
  onTestFinished(() => fixture.remove())
  return { house: new House(fixture), dir: fixture.dir }
}

/** A step that mints a secret into this keyring. */
function minting(d: Durable, name: string, keyring: Keyring, secret: string): Promise<string> {
  const work = async () => leave(keyring.mint(secret, ORIGIN), { minted: keyring.takeMinted() })
  return d.step(name, work, ONCE)
}

/** A piece of every sealed secret that a place holds now. */
function sealedPieces(dir: string): string[] {
  return rows(dir, 'select data from keyring').flatMap(({ data }) => /[A-Za-z0-9+/]{60}/.exec(String(data)) ?? [])
}

test('I5: an item’s sealed secrets go with its checkpoint, while its run goes on', async () => {
  const { house, dir } = makeHouse()
  const [first, second, go] = [gate(), gate(), gate()]
  await house.open((d) =>
    each(d, { total: 2 }, async (lane, { index, keyring }) => {
      await minting(lane, 'fetch', keyring, randomBytes(150).toString('hex'))
      if (index === 0) await step(lane, 'hold', () => (first.open(), go.opened.then(() => 1)))
      else await step(lane, 'hold', () => (second.open(), never()))
    })
  )
  const run = house.newRun()
  run.keyring.mint('a secret of the run itself, which stays', ORIGIN)
  await house.engine.accept(run)
  await first.opened
  const pieces = sealedPieces(dir)
  expect(pieces.length).toBeGreaterThanOrEqual(2)
  go.open()
  await second.opened
  const staying = new Set(sealedPieces(dir))
  const ended = pieces.filter((piece) => !staying.has(piece))
  expect(ended.length).toBeGreaterThanOrEqual(1)
  await vi.waitFor(() => expect(held(dir, ended)).toEqual([]), gone)
  // The item in flight and the run have theirs, until the run's end takes both.
  expect(staying.size).toBeGreaterThanOrEqual(2)
  await house.engine.cancel(run.id.uuid)
  expect(sealedPieces(dir)).toEqual([])
  expect(rows(dir, 'select places from item_lanes')).toEqual([{ places: null }])
})

test('an item of one step seals nothing: its secrets die in the commit that would have kept them', async () => {
  const { house, dir } = makeHouse()
  await house.open((d) =>
    each(d, { total: 20, lanes: 2 }, async (lane, { keyring, index }) => {
      const work = async () => leave(keyring.mint(`token-of-${index}`, ORIGIN), { minted: keyring.takeMinted() })
      await lane.step('only', work, { ...ONCE, last: true })
    })
  )
  expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
  expect(rows(dir, "select count(*) as n from keyring where trim(data) <> ''")).toEqual([{ n: 0 }])
  expect(counts(dir)).toMatchObject({ steps: 21, items: 20, item_lanes: 2 })
})

test('what an item learns late is taken out of what the item wrote', async () => {
  const { house, dir } = makeHouse()
  const secret = `late-${randomBytes(20).toString('hex')}`
  await house.open((d) =>
    each(d, { total: 2 }, async (lane, { keyring }) => {
      await lane.step('first', async () => leave({ said: secret }), ONCE)
      await minting(lane, 'late', keyring, secret)
      await step(lane, 'more', () => 1)
    })
  )
  expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
  await vi.waitFor(() => expect(held(dir, [secret])).toEqual([]), gone)
  for (const { value } of rows(dir, "select value from steps where name = 'first'")) {
    expect(String(value)).toContain('bhdl.slack.token.')
  }
})

test('what the run learns late is taken out of every item, however many there are, and out of how they ended', async () => {
  const { house, dir } = makeHouse()
  const secret = `late-${randomBytes(20).toString('hex')}`
  const error = { code: 'refused', message: `refused: ${secret}`, retryable: false }
  await house.open(async (d, run) => {
    const walk = async (lane: Durable, { index }: Item) => {
      await lane.step('say', async () => leave({ said: index % 7 === 0 ? secret : 'nothing' }), { ...ONCE, last: true })
      return index === 5 ? { status: 'failed' as const, error } : { status: 'succeeded' as const }
    }
    await each(d, { total: 450, lanes: 5 }, walk)
    await minting(d, 'late', run.keyring, secret)
    await step(d, 'after', () => 1)
  })
  const { id, ended } = await house.accept()
  expect(await ended).toMatchObject({ end: { status: 'succeeded' } })
  await house.ended(id)
  const said = rows(dir, "select value from steps where name = 'say' and value like '%bhdl.%'")
  expect(said).toHaveLength(Math.ceil(450 / 7))
  expect(String(rows(dir, 'select said from items where item = 5')[0]?.['said'])).toContain(
    'refused: bhdl.slack.token.'
  )
  await vi.waitFor(() => expect(held(dir, [secret])).toEqual([]), gone)
})

test('of a run that is not kept, nothing of an item outlives its checkpoint but the counts', async () => {
  const { house, dir } = makeHouse()
  const begun = gate()
  await house.open((d) =>
    each(d, { total: 4 }, async (lane, { index }) => {
      await step(lane, 'first', () => `marker-of-item-${index}`)
      await lane.sleep('short', () => new Date(house.now() + 1))
      if (index === 2) await step(lane, 'hang', () => (begun.open(), never()))
    })
  )
  const { id } = await house.accept({ keep: false })
  await begun.opened
  expect(rows(dir, 'select lane, name from steps')).toEqual([{ lane: 'i0.2', name: 'first' }])
  expect(rows(dir, 'select lane from waits')).toEqual([{ lane: 'i0.2' }])
  expect(rows(dir, 'select done, succeeded from item_lanes')).toEqual([{ done: 2, succeeded: 2 }])
  await house.engine.cancel(id)
  expect(counts(dir)).toEqual({})
})

test('a restart reads the items in flight and no other', async () => {
  const { house, dir } = makeHouse()
  const begun = gate()
  const walk =
    (first: boolean) =>
    async (d: Durable): Promise<void> => {
      await each(d, { total: 60, lanes: 2 }, async (lane, { index }) => {
        await step(lane, 'first', () => index)
        await step(lane, 'second', () => (first && index === 50 ? (begun.open(), never()) : index))
      })
    }
  await house.open(walk(true))
  const { id } = await house.accept()
  await begun.opened
  await house.fixture.crash?.()
  // What is done need not be readable any more.
  rows(dir, "update steps set value = 'no JSON' where lane <> 'i0.50' and cast(substr(lane, 4) as integer) < 40")
  await house.open(walk(false))
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  expect(rows(dir, 'select sum(succeeded) as n from item_lanes')).toEqual([{ n: 60 }])
})
