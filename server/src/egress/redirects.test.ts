import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { FetchInit } from '@bellhop/sdk'
import { audience, faultOf, here, testDoor, testKeyring, testScope } from './fixtures/scopes.ts'
import { httpServer, type Received, type TestServer } from './fixtures/servers.ts'
import { Pools } from './pools.ts'
import { redirected } from './redirects.ts'
import { draft } from './request.ts'

const TOKEN = 'xoxb-0123456789-abcdef'
const PLACES = { headers: true, query: ['key'], body: ['token'] }

type Where = (request: Received, self: TestServer) => [status: number, location: string] | undefined

/** A vendor that redirects what `where` has an answer for, and a credential that may go to it alone. */
async function vendor(where: Where) {
  const server: TestServer = await httpServer((request, response) => {
    const next = where(request, server)
    if (next === undefined) response.end('arrived')
    else response.writeHead(next[0], { location: next[1] }).end('over there')
  })
  const keyring = testKeyring()
  const handle = keyring.mint(TOKEN, { app: 'acme', field: 'token', audience: audience([here(server)], PLACES) })
  const door = testDoor()
  const scope = testScope(keyring)
  const send = (init: FetchInit = {}, path = '/start') => door.fetch(scope, server.url + path, init)
  return { server, keyring, handle, door, scope, send }
}

const once =
  (status: number, location: string): Where =>
  ({ url }) =>
    url.startsWith('/start') ? [status, location] : undefined

/** A request with the credential wherever one could stand. */
function everywhere(handle: string): FetchInit {
  return {
    method: 'POST',
    headers: {
      authorization: `Bearer ${handle}`,
      'x-api-key': handle,
      'x-basic': `Basic ${Buffer.from(`${handle}:x`).toString('base64')}`,
      cookie: 'plain=secret',
      'x-kept': 'yes'
    },
    query: { key: handle },
    body: { token: handle, note: `mentions ${handle}`, deep: { in: [handle] }, kept: 12 }
  }
}

describe('a redirect within the origin', () => {
  it.each([301, 302, 303, 307, 308])('carries the credential: %i', async (status) => {
    const { server, handle, send } = await vendor(once(status, '/end'))
    const answer = await send({ headers: { authorization: `Bearer ${handle}` } })
    expect(await answer.text()).toBe('arrived')
    expect(server.received.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['GET', '/start', `Bearer ${TOKEN}`],
      ['GET', '/end', `Bearer ${TOKEN}`]
    ])
  })

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [301, 'PUT', 'PUT'],
    [307, 'POST', 'POST'],
    [308, 'DELETE', 'DELETE']
  ])('changes the method as fetch does: %i after %s', async (status, method, then) => {
    const { server, handle, send } = await vendor(once(status, '/end'))
    await send({ method, ...(method === 'HEAD' ? {} : { body: { token: handle } }) })
    const last = server.received[1]
    expect(last?.method).toBe(then)
    expect(last?.body).toBe(then === method && method !== 'HEAD' ? JSON.stringify({ token: TOKEN }) : '')
    expect('content-type' in (last?.headers ?? {})).toBe(last?.body !== '')
  })

  it("takes the vendor's URL as it is, secrets in it included, and shows it scrubbed", async () => {
    const { server, handle, send } = await vendor(once(302, `/end?echo=${TOKEN}`))
    expect(await (await send({ headers: { authorization: handle } })).text()).toBe('arrived')
    expect(server.received[1]?.url).toBe(`/end?echo=${TOKEN}`)
    const shown = await vendor(() => [300, `/choices?echo=${TOKEN}`])
    expect((await shown.send()).headers['location']).toBe(`/choices?echo=${shown.handle}`)
  })

  it('never takes a handle from the vendor', async () => {
    let handle = ''
    const one = await vendor(({ url }) =>
      url === '/start' ? [302, `/end?key=${handle}&dead=bhdl.a.b.${'0'.repeat(26)}`] : undefined
    )
    handle = one.handle
    await one.send()
    expect(one.server.received[1]?.url).toBe(`/end?key=bhdl-${handle.slice(5)}&dead=bhdl-a.b.${'0'.repeat(26)}`)
  })

  it('ends after ten', async () => {
    const { server, send } = await vendor(({ url }) => [302, `/${Number(url.slice(1)) + 1 || 1}`])
    expect((await faultOf(send())).code).toBe('vendor_bad_answer')
    expect(server.received).toHaveLength(11)
  })

  it('is none without a Location', async () => {
    const server = await httpServer((_, response) => response.writeHead(302).end('nowhere'))
    const answer = await testDoor().fetch(testScope(testKeyring()), server.url)
    expect([answer.status, await answer.text()]).toEqual([302, 'nowhere'])
  })

  it.each(['ftp://example.com/', 'javascript:alert(1)', 'http://', 'https://user:pass@127.0.0.1/'])(
    'is refused to %s',
    async (location) => {
      const { server, send } = await vendor(once(302, location))
      const fault = await faultOf(send())
      expect(['vendor_bad_answer', 'bad_request_url']).toContain(fault.code)
      expect(fault.message).not.toContain('pass@')
      expect(server.received).toHaveLength(1)
    }
  )
})

describe('a redirect to another origin', () => {
  it.each([307, 308])('carries no handle and no credential, wherever they stood: %i', async (status) => {
    const other = await httpServer()
    const { handle, send } = await vendor(once(status, `${other.url}/end`))
    await send(everywhere(handle))
    const [got] = other.received
    expect(got).toMatchObject({ method: 'POST', url: '/end', body: '{"kept":12}' })
    expect(Object.keys(got?.headers ?? {}).toSorted()).toEqual(
      [
        'accept',
        'accept-encoding',
        'connection',
        'content-length',
        'content-type',
        'host',
        'user-agent',
        'x-kept'
      ].toSorted()
    )
    expect(JSON.stringify(got)).not.toMatch(/bhdl|xoxb/)
  })

  it('carries no credential back either', async () => {
    const { server, handle, send } = await vendor((request) =>
      request.url.startsWith('/start') ? [307, `${other.url}/x`] : undefined
    )
    const other = await httpServer((_, response) => response.writeHead(307, { location: `${server.url}/end` }).end())
    await send(everywhere(handle))
    expect(JSON.stringify(server.received[1])).not.toMatch(/bhdl|xoxb/)
    expect(server.received[1]?.url).toBe('/end')
  })

  it("cuts credentials out of a form, and is refused where they can't be cut out", async () => {
    const other = await httpServer()
    const { handle, send } = await vendor(once(307, other.url))
    const post = (type: string, body: string) => send({ method: 'POST', headers: { 'content-type': type }, body })
    await post('application/x-www-form-urlencoded', `a=1&token=${handle}&b=2`)
    expect(other.received[0]?.body).toBe('a=1&b=2')
    expect((await faultOf(post('text/plain', `token ${handle}`))).code).toBe('redirect_refused')
    expect(other.received).toHaveLength(1)
  })

  it('is refused when the vendor put a credential into its URL', async () => {
    const other = await httpServer()
    for (const text of [TOKEN, Buffer.from(TOKEN).toString('hex')]) {
      const { send } = await vendor(once(302, `${other.url}/?echo=${text}`))
      const fault = await faultOf(send())
      expect(fault.code).toBe('redirect_refused')
      expect(fault.message).not.toContain(text)
    }
    expect(other.received).toHaveLength(0)
  })

  it('is another one where only the port or the scheme differs, and never goes down from TLS with credentials', () => {
    const keyring = testKeyring()
    const handle = keyring.mint(TOKEN, { app: 'acme', field: 'token', audience: audience(['a.example']) })
    const from = draft('https://a.example/', { headers: { 'x-key': handle } })
    const names = (location: string) => redirected(from, 302, location, keyring).headers.map(([name]) => name)
    expect(names('https://a.example:443/b')).toContain('x-key')
    expect(names('https://a.example./b')).toContain('x-key')
    expect(names('https://a.example:8443/b')).not.toContain('x-key')
    expect(names('https://b.example/')).not.toContain('x-key')
    expect(() => names('http://a.example/')).toThrow('plain HTTP')
    expect(() => names('http://b.example/')).toThrow('plain HTTP')
    const without = draft('https://a.example/', {})
    expect(redirected(without, 302, 'http://a.example/', keyring).target.protocol).toBe('http:')
  })

  it("is judged like a first request: a vendor can't send a stranger's code inside", async () => {
    const { server, scope, keyring, door } = await vendor(once(302, 'http://169.254.169.254/latest/'))
    expect((await faultOf(door.fetch(scope, `${server.url}/start`))).code).toBe('address_refused')
    const stranger = testScope(keyring, { sandboxed: true, egress: [here(server)] })
    const inside = await vendor(once(302, 'http://127.0.0.1:9/'))
    const listed = { ...stranger, egress: [here(inside.server)] }
    expect((await faultOf(inside.door.fetch(listed, `${inside.server.url}/start`))).code).toBe('egress_refused')
  })

  it('leads no request inside that a vendor on the internet has answered', async () => {
    const inside = await httpServer()
    const { server, send } = await vendor(once(302, inside.url))
    const get = Reflect.get(Pools.prototype, 'get')
    // The vendor is on this machine; that it counts as one outside is the test's word.
    vi.spyOn(Pools.prototype, 'get').mockImplementation(function (this: Pools, target, policy) {
      return { ...get.call(this, target, policy), outside: target.port === server.port }
    })
    onTestFinished(() => void vi.restoreAllMocks())
    expect((await faultOf(send())).code).toBe('address_refused')
    expect(inside.connections()).toBe(0)
  })
})
