import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEMO_TOKENS } from './customers.ts'
import { ECHO_ENCODINGS } from './echo.ts'
import { startVendor, type Vendor } from './vendor.ts'

let vendor: Vendor
beforeEach(async () => {
  vendor = await startVendor()
})
afterEach(() => vendor.close())

const ada = { authorization: `Bearer ${DEMO_TOKENS['ada'] ?? ''}` }

const pair = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

async function get(path: string, headers: Record<string, string> = ada): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${vendor.url}${path}`, { headers })
  return { status: answer.status, body: await answer.json() }
}

describe('who may come in', () => {
  const token = DEMO_TOKENS['ada'] ?? ''

  test.each<[string, string, Record<string, string>]>([
    ['a bearer token', '/v1/whoami', { authorization: `Bearer ${token}` }],
    ['the password of Basic credentials', '/v1/whoami', { authorization: pair(`someone:${token}`) }],
    ['the user name of Basic credentials', '/v1/whoami', { authorization: pair(`${token}:`) }],
    ['a header of its own', '/v1/whoami', { 'x-api-key': token }],
    ['a query parameter', `/v1/whoami?api_key=${token}`, {}]
  ])('%s is accepted', async (_, path, headers) => {
    expect(await get(path, headers)).toEqual({ status: 200, body: { customer: 'ada' } })
  })

  test.each(['/v1/notes', '/v1/whoami', '/v1/vault/ada', '/oauth/token', '/user/repos', '/repos/acme/repo-01/issues'])(
    'nobody gets anything from %s without a token, or with a wrong one',
    async (path) => {
      expect((await get(path, {})).status).toBe(401)
      expect((await get(path, { authorization: 'Bearer wrong' })).status).toBe(401)
    }
  )

  test('Slack’s part refuses with 200 and a reason, as Slack does', async () => {
    expect(await get('/api/auth.test', {})).toEqual({ status: 200, body: { ok: false, error: 'not_authed' } })
    const wrong = await get('/api/auth.test', { authorization: 'Bearer wrong' })
    expect(wrong).toEqual({ status: 200, body: { ok: false, error: 'invalid_auth' } })
  })

  test('a customer can be admitted later, and with `anyone` every token is let in', async () => {
    vendor.admit('linus', 'linus-token')
    expect((await get('/v1/whoami', { authorization: 'Bearer linus-token' })).body).toEqual({ customer: 'linus' })
    const open = await startVendor({ anyone: true })
    const answer = await fetch(`${open.url}/v1/whoami`, { headers: { authorization: 'Bearer whatever' } })
    expect(await answer.json()).toEqual({ customer: 'anyone' })
    await open.close()
  })

  test('a token can be fetched from the vault and from the OAuth endpoint, and works', async () => {
    expect((await get('/v1/vault/grace')).body).toEqual({ customer: 'grace', token: DEMO_TOKENS['grace'] })
    const fresh = (await get('/oauth/token')).body as { access_token: string }
    const who = await get('/v1/whoami', { authorization: `Bearer ${fresh.access_token}` })
    expect(who.body).toEqual({ customer: 'ada' })
  })
})

describe('Acme’s records', () => {
  test('are made, found, filtered and deleted, for each customer apart', async () => {
    const init = { method: 'POST', headers: ada, body: JSON.stringify({ text: 'call back', about: 'inv_1' }) }
    const made = await fetch(`${vendor.url}/v1/notes`, init)
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as { id: string }
    expect((await get('/v1/notes?about=inv_1')).body).toEqual({ notes: [{ id, text: 'call back', about: 'inv_1' }] })
    expect((await get('/v1/notes?about=inv_2')).body).toEqual({ notes: [] })
    const grace = { authorization: `Bearer ${DEMO_TOKENS['grace'] ?? ''}` }
    expect((await get('/v1/notes', grace)).body).toEqual({ notes: [] })
    expect((await fetch(`${vendor.url}/v1/notes/${id}`, { method: 'DELETE', headers: ada })).status).toBe(204)
    expect((await get(`/v1/notes/${id}`)).status).toBe(404)
  })

  test('ada has overdue invoices and grace has none', async () => {
    const invoices = await get('/v1/invoices?status=overdue')
    expect(invoices.body).toMatchObject({ invoices: [{ id: 'inv_1' }, { id: 'inv_3' }] })
  })
})

describe('the judge', () => {
  test('records who called what, under which key, in which order, without token or query', async () => {
    const headers = { ...ada, 'idempotency-key': 'k1', 'x-run-id': 'r1', 'x-step': 'first' }
    await get('/v1/whoami?api_key=hidden', headers)
    await get('/v1/nothing', {})
    await expect.poll(() => vendor.calls.every((call) => call.ended !== null)).toBe(true)
    expect(vendor.total).toBe(2)
    expect(vendor.calls).toMatchObject([
      { method: 'GET', path: '/v1/whoami', customer: 'ada', key: 'k1', run: 'r1', step: 'first' },
      { method: 'GET', path: '/v1/nothing', customer: null, key: null, ended: { status: 401 } }
    ])
    expect(JSON.stringify(vendor.calls)).not.toMatch(/hidden|demo-token/)
    expect((await get('/calls?run=r1')).body).toMatchObject({ total: 2, calls: [{ run: 'r1' }] })
  })

  test('orders starts and ends by one count, and a held call starts before it is released', async () => {
    const held = vendor.hold({ path: '/v1/whoami' })
    const first = get('/v1/whoami')
    const arrived = await held.arrived
    await get('/v1/notes')
    held.release()
    expect((await first).status).toBe(200)
    await expect.poll(() => vendor.calls.every((call) => call.ended !== null)).toBe(true)
    const [one, other] = vendor.calls
    expect(one).toBe(arrived)
    expect(other?.started.tick).toBeGreaterThan(one?.started.tick ?? Infinity)
    expect(other?.ended?.tick).toBeLessThan(one?.ended?.tick ?? 0)
  })

  test('notes a call that nobody waited for', async () => {
    const held = vendor.hold({})
    const leaving = new AbortController()
    const call = fetch(`${vendor.url}/v1/whoami`, { headers: ada, signal: leaving.signal }).catch(() => 'gone')
    await held.arrived
    leaving.abort()
    expect(await call).toBe('gone')
    await expect.poll(() => vendor.calls[0]?.ended).toMatchObject({ status: null })
    held.release()
  })

  test('remembers the latest calls and counts all', async () => {
    const forgetful = await startVendor({ keepCalls: 2 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) await (await fetch(`${forgetful.url}/${name}`)).text()
    expect(forgetful.calls.map((call) => call.path)).toEqual(['/d', '/e'])
    expect(forgetful.total).toBe(5)
    await forgetful.close()
  })
})

describe('misbehaviour', () => {
  test('a rule decides so many calls of one path, and then things are as usual', async () => {
    vendor.behave(
      { path: '/v1/whoami', times: 1 },
      { status: 503, headers: { 'retry-after': '7' }, body: { sorry: 1 } }
    )
    const answer = await fetch(`${vendor.url}/v1/whoami`, { headers: ada })
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([503, '7', { sorry: 1 }])
    expect((await get('/v1/whoami')).status).toBe(200)
  })

  test('the request itself can ask for it', async () => {
    expect((await get('/v1/whoami?_status=418')).status).toBe(418)
    const redirect = await fetch(`${vendor.url}/v1/whoami?_redirect=http%3A%2F%2Felsewhere.example%2F`, {
      headers: ada,
      redirect: 'manual'
    })
    expect([redirect.status, redirect.headers.get('location')]).toEqual([307, 'http://elsewhere.example/'])
  })

  test.each(['before', 'after'] as const)('it hangs up %s doing what was asked', async (hangUp) => {
    vendor.behave({ times: 1 }, { hangUp })
    const post = fetch(`${vendor.url}/v1/notes`, { method: 'POST', headers: ada, body: '{"text":"x"}' })
    await expect(post).rejects.toThrow('fetch failed')
    const { body } = await get('/v1/notes')
    expect(body).toEqual({ notes: hangUp === 'after' ? [{ id: 'not_1', text: 'x' }] : [] })
  })

  test('a compressed answer and one in pieces arrive whole', async () => {
    expect((await get('/v1/whoami?_gzip')).body).toEqual({ customer: 'ada' })
    expect((await get('/v1/whoami?_pieces=3')).body).toEqual({ customer: 'ada' })
  })
})

describe('echoes', () => {
  const token = 'S3cret/+ "täken" ½' // Latin-1, as headers are

  /** By hand, because fetch hides the status text's bytes and the trailers. */
  async function raw(path: string): Promise<IncomingMessage & { text: string }> {
    const asking = request(`${vendor.url}${path}`, { headers: { 'x-api-key': token } })
    asking.end()
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    let text = ''
    for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) text += chunk
    return Object.assign(answer, { text })
  }

  test('the token is said back in every encoding', async () => {
    vendor.admit('odd', 'odd-token')
    const sent = Object.fromEntries(
      await Promise.all(
        ECHO_ENCODINGS.map(async (encoding) => {
          const path = `/v1/whoami?_echo=body:${encoding}`
          return [encoding, (await get(path, { authorization: 'Bearer odd-token' })).body] as const
        })
      )
    )
    expect(sent).toMatchObject({
      plain: { echo: 'odd-token', answer: { customer: 'odd' } },
      base64: { echo: 'b2RkLXRva2Vu' },
      base64_1: { echo: 'Lm9kZC10b2tlbg==' },
      base64_2: { echo: 'Li5vZGQtdG9rZW4=' },
      hex: { echo: '6f64642d746f6b656e' },
      url: { echo: 'odd%2Dtoken' },
      url_all: { echo: '%6F%64%64%2D%74%6F%6B%65%6E' },
      json: { echo: 'odd-token' }
    })
  })

  test('JSON’s escapes stand in the body as they are', async () => {
    vendor.admit('odd', 'odd-token')
    const answer = await fetch(`${vendor.url}/v1/whoami?_echo=body:json`, { headers: { 'x-api-key': 'odd-token' } })
    expect(await answer.text()).toBe(String.raw`{"echo":"\u006f\u0064\u0064\u002d\u0074\u006f\u006b\u0065\u006e"}`)
  })

  test('the token is said back in every place', async () => {
    vendor.admit('odd', token)
    const answer = await raw('/v1/whoami?_echo=header:hex,cookie:base64,status:hex,trailer:base64,location,key')
    const [hex, base64] = [Buffer.from(token).toString('hex'), Buffer.from(token).toString('base64')]
    expect(answer.headers['x-echo']).toBe(hex)
    expect(answer.headers['set-cookie']?.[0]).toContain(encodeURIComponent(base64))
    expect(answer.statusMessage).toBe(`Fine ${hex}`)
    expect(answer.trailers['x-echo-trailer']).toBe(base64)
    expect(answer.headers.location).toContain('/v1/whoami?echo=S3cret')
    expect(answer.text).toContain('"answer":{"customer":"odd"}')
  })

  test('an error can say it back, too', async () => {
    const { status, body } = await get('/v1/whoami?_echo=error')
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain(DEMO_TOKENS['ada'])
  })
})
