import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { query } from '../query.ts'
import { meta } from '../testing/commands.ts'
import type { MakeHome } from './fixture.ts'

const events = query()((db) =>
  db.selectFrom('test_events').select(['id', 'workflow_id', 'sealed', 'created_at']).orderBy('id')
)
const sums = query()((db) =>
  db
    .selectFrom('test_events')
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.sum<number>('created_at').as('sum'),
      e.fn.max('created_at').as('max'),
      e.fn.avg<number>('workflow_id').as('avg'),
      sql<number>`max(created_at) > 5`.as('greater')
    ])
)
const keys = query()((db) => db.selectFrom('meta').select('key').where('value', '=', 'sorted').orderBy('key'))
const nulls = query()((db) => db.selectFrom('runs').select((e) => e.fn.max('ended_at').as('ended_at')))

/** Every character that text may have: all code points but U+0000 and surrogates. */
function everyCharacter(): string {
  let all = ''
  for (let code = 1; code <= 0x10_ff_ff; code++) if (code < 0xd800 || code > 0xdfff) all += String.fromCodePoint(code)
  return all
}

/** What is written is read as it was. */
export function values(makeHome: MakeHome): void {
  test('bytes, of any value and number', async () => {
    const storage = await (await makeHome()).open()
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    const written = [new Uint8Array(), all, all.subarray(17, 40), new Uint8Array(1_000_000).fill(0x5c)]
    for (const sealed of written) await storage.write('add', { workflow: 1, sealed, at: 0 })
    const read = (await storage.reader.all(events)).map(({ sealed }) => sealed)
    expect(read.map((bytes) => Buffer.from(bytes))).toEqual(written.map((bytes) => Buffer.from(bytes)))
    expect(read.map((bytes) => bytes.constructor)).toEqual(written.map(() => Uint8Array))
  })

  test('integers, as far as a number is exact', async () => {
    const storage = await (await makeHome()).open()
    const written = [0, 1, -1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
    for (const at of written) await storage.write('add', { workflow: 1, sealed: new Uint8Array(), at })
    expect((await storage.reader.all(events)).map(({ created_at }) => created_at)).toEqual(written)
  })

  test('what the database works out is a number, and a comparison 1 or 0', async () => {
    const storage = await (await makeHome()).open()
    for (const [workflow, at] of [
      [1, 2],
      [2, 3]
    ] as const)
      await storage.write('add', { workflow, sealed: new Uint8Array(), at })
    expect({ ...(await storage.reader.get(sums)) }).toEqual({ count: 2, sum: 5, max: 3, avg: 1.5, greater: 0 })
    expect((await storage.reader.get(nulls))?.ended_at).toBeNull()
  })

  test('the id of a new row is greater than those before', async () => {
    const storage = await (await makeHome()).open()
    const add = () => storage.write('add', { workflow: 1, sealed: new Uint8Array(), at: 0 })
    const ids = [await add(), await add(), await add()]
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    expect((await storage.reader.all(events)).map(({ id }) => id)).toEqual(ids)
    expect(await storage.write('remove', { id: ids[1] ?? 0 })).toBe(1)
    expect(await storage.write('clear', { workflow: 1 })).toBe(2)
  })

  test('text of every character, and what is no character as U+FFFD', async () => {
    const storage = await (await makeHome()).open()
    const all = everyCharacter()
    await storage.write('set', { key: 'all', value: all })
    expect((await storage.reader.get(meta, { key: 'all' }))?.value === all).toBe(true)
    for (const value of ['', ' ', '\\', "'", '"', '$1', '\\x00', '{}', JSON.stringify('a\0b'), 'e\u0301']) {
      await storage.write('set', { key: value, value })
      expect((await storage.reader.get(meta, { key: value }))?.value).toBe(value)
    }
    await storage.write('set', { key: 'lone', value: 'a\ud800b' })
    expect((await storage.reader.get(meta, { key: 'lone' }))?.value).toBe('a\ufffdb')
  })

  test('text is in the order of its bytes, and case counts', async () => {
    const storage = await (await makeHome()).open()
    const inOrder = ['', '-', '10', '9', 'B', '_', 'a', 'ab', 'b', 'e\u0301', 'é', 'ﬀ', '\u{10000}']
    for (const key of inOrder.toReversed()) await storage.write('set', { key, value: 'sorted' })
    expect((await storage.reader.all(keys)).map(({ key }) => key)).toEqual(inOrder)
  })
}
