import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunsTable } from '../storage/schema.ts'
import { History } from './history.ts'
import { listPage } from './list-runs.ts'
import { DATABASES, Fixture, step } from './testing/fixture.ts'

const AT = Date.parse('2026-11-22T12:00:00Z')

describe.each(DATABASES)('a search on %s', (database) => {
  let fixture: Fixture
  let history: History
  const runs: RunsTable[] = []

  beforeAll(async () => {
    fixture = await Fixture.open(database)
    const ending = JSON.stringify({
      error: { code: 'vendor_rejected', message: 'Slack says "No Channel"', retryable: false }
    })
    for (let i = 0; i < 200; i++) runs.push(fixture.run(AT + i, i === 150 ? { status: 'failed', ending } : {}))
    const [plain, sealed, left, item, blob] = [runs[0], runs[1], runs[2], runs[3], runs[4]]
    if (!plain || !sealed || !left || !item || !blob) throw new Error('no runs')
    await fixture.storage.write('insert', {
      runs,
      events: [
        { run: plain.id, body: JSON.stringify({ body: { order: 'Order-77', note: 'two\nlines' } }) },
        { run: sealed.id, body: '~order-77' },
        // As an older version sealed it.
        ...(database === 'sqlite' ? [{ run: blob.id, body: new TextEncoder().encode('order-77') }] : [])
      ],
      steps: [
        step(left.id, 0, { value: JSON.stringify({ exports: { $return_value: 'from Zürich' } }) }),
        step(item.id, 0, { lane: 'i0.1', value: JSON.stringify({ exports: { $return_value: 'from Zürich' } }) })
      ]
    })
    history = new History(fixture.storage.reader, Date.now)
  })
  afterAll(() => fixture.close())

  /** On all pages: how far one of them gets depends on how busy the machine is. */
  async function found(text: string, over: object = {}): Promise<string[]> {
    const ids: string[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await history.listRuns({ text, limit: 50, ...over, ...(cursor === undefined ? {} : { cursor }) })
      ids.push(...page.runs.map(({ id }) => id))
      cursor = page.next_cursor
    }
    return ids
  }
  const idsOf = (...places: number[]): (string | undefined)[] => places.map((place) => runs[place]?.uuid)

  test.each([
    ['order-77', 0],
    ['ORDER', 0],
    ['two\nlines', 0],
    ['"no channel"', 150],
    ['vendor_rejected', 150],
    ['from Zürich', 2]
  ])('%j is found where it stands', async (text, place) => {
    expect(await found(text)).toEqual(idsOf(place))
  })

  test('an id is found at once, and a part of one too', async () => {
    const [uuid = ''] = idsOf(120)
    expect(await found(uuid)).toEqual([uuid])
    expect(await found(uuid.toUpperCase())).toEqual([uuid])
    expect(await found(uuid.slice(-12))).toEqual([uuid])
    expect(await found(uuid, { status: ['failed'] })).toEqual([])
  })

  test('a text and a status both have to fit', async () => {
    expect(await found('channel', { status: ['failed', 'crashed'] })).toEqual(idsOf(150))
    expect(await found('channel', { status: ['crashed'] })).toEqual([])
  })

  test('several statuses are asked for at once', async () => {
    const { runs: listed } = await history.listRuns({ status: ['failed', 'running'], limit: 50 })
    expect(listed.map(({ id }) => id)).toEqual(idsOf(150))
  })

  test('a page whose time is up says where to go on, and every run is looked at once', async () => {
    const ids: string[] = []
    let cursor: string | undefined
    let pages = 0
    let clock = 0
    do {
      const page = await listPage(
        fixture.storage.reader,
        { text: 'a', limit: 200, ...(cursor === undefined ? {} : { cursor }) },
        () => (clock += 400)
      )
      ids.push(...page.rows.map(({ uuid }) => uuid))
      cursor =
        page.next === undefined ? undefined : Buffer.from(`before ${page.next.toString(36)}`).toString('base64url')
      pages++
    } while (cursor !== undefined)
    expect(pages).toBeGreaterThan(10)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
