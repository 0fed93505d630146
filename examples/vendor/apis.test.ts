import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEMO_TOKENS } from './customers.ts'
import { startVendor, type Vendor } from './vendor.ts'

let vendor: Vendor
beforeAll(async () => {
  vendor = await startVendor()
})
afterAll(() => vendor.close())

const headers = { authorization: `Bearer ${DEMO_TOKENS['ada'] ?? ''}` }

async function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${vendor.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() }
}

describe('Slack’s part', () => {
  test.each([
    [
      { channel: 'C0GENERAL', text: 'hello' },
      { ok: true, channel: 'C0GENERAL', message: { text: 'hello' } }
    ],
    [
      { channel: '#general', text: '', blocks: [] },
      { ok: true, channel: 'C0GENERAL' }
    ],
    [
      { channel: 'general', text: 'hello', thread_ts: '1.2' },
      { ok: true, message: { thread_ts: '1.2' } }
    ],
    [
      { channel: 'C0NOWHERE', text: 'hello' },
      { ok: false, error: 'channel_not_found' }
    ],
    [
      { channel: 'C0OLDNEWS', text: 'hello' },
      { ok: false, error: 'is_archived' }
    ],
    [
      { channel: 'C0OUTSIDE', text: 'hello' },
      { ok: false, error: 'not_in_channel' }
    ],
    [{ channel: 'C0GENERAL' }, { ok: false, error: 'no_text' }],
    [
      { channel: 'C0GENERAL', text: 'x'.repeat(40_001) },
      { ok: false, error: 'msg_too_long' }
    ]
  ])('chat.postMessage %#', async (fields, expected) => {
    const { status, body } = await post('/api/chat.postMessage', fields)
    expect(status).toBe(200)
    expect(body).toMatchObject(expected)
  })

  test('keeps the messages that it took', () => {
    expect(vendor.messages).toContainEqual(expect.objectContaining({ customer: 'ada', text: 'hello' }))
  })

  test('conversations.list pages by cursor', async () => {
    const names: string[] = []
    let cursor = ''
    do {
      const url = `${vendor.url}/api/conversations.list?limit=2&exclude_archived=true&cursor=${encodeURIComponent(cursor)}`
      const page = (await (await fetch(url, { headers })).json()) as {
        channels: { name: string }[]
        response_metadata: { next_cursor: string }
      }
      expect(page.channels.length).toBeLessThanOrEqual(2)
      names.push(...page.channels.map((channel) => channel.name))
      cursor = page.response_metadata.next_cursor
    } while (cursor !== '')
    expect(names).toEqual(['general', 'random', 'support', 'alerts', 'outside'])
  })

  test.each([
    [{ limit: 0 }, 'invalid_limit'],
    [{ cursor: 'nonsense' }, 'invalid_cursor'],
    [{ types: 'public_channel,boats' }, 'invalid_types']
  ])('conversations.list refuses %j', async (args, error) => {
    expect((await post('/api/conversations.list', args)).body).toEqual({ ok: false, error })
  })
})

describe('GitHub’s part', () => {
  test('makes issues, and refuses what GitHub refuses', async () => {
    const made = await post('/repos/acme/repo-01/issues', { title: 'It leaks', labels: ['bug'] })
    expect(made).toMatchObject({ status: 201, body: { number: 1, title: 'It leaks', labels: [{ name: 'bug' }] } })
    expect((await post('/repos/acme/unknown/issues', { title: 'x' })).status).toBe(404)
    expect((await post('/repos/acme/no-issues/issues', { title: 'x' })).status).toBe(410)
    const untitled = await post('/repos/acme/repo-01/issues', {})
    expect(untitled).toMatchObject({ status: 422, body: { errors: [{ code: 'missing_field', field: 'title' }] } })
  })

  test('lists repositories page by page, linked', async () => {
    const names: string[] = []
    let next: string | undefined = `${vendor.url}/user/repos?per_page=10`
    while (next !== undefined) {
      const answer: Response = await fetch(next, { headers })
      names.push(...((await answer.json()) as { name: string }[]).map((repository) => repository.name))
      next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
    }
    expect(names).toHaveLength(25)
    expect(new Set(names).size).toBe(25)
  })
})
