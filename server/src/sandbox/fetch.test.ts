/** `fetch` in a sandbox, whose requests travel as messages, beside Node's own, which speaks HTTP: code can't tell them apart. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import type { Json } from '@bellhop/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { NetworkFixture } from './testing/outside.ts'

const LONG = 3_000_000

/** What the vendor does, by path. */
const ROUTES: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>> = {
  '/echo': async (request, response) => {
    const { method, url } = request
    const { 'content-type': type = '', 'content-length': length, 'transfer-encoding': coding } = request.headers
    const { accept, 'user-agent': agent, 'x-own': own, cookie } = request.headers
    const body = (await text(request)).replaceAll(/-+formdata[^\r\n]*/g, '--boundary')
    const said = {
      method,
      url,
      type: type.replace(/boundary=.*/, 'boundary'),
      length,
      coding,
      accept,
      agent,
      own,
      cookie,
      body
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(said))
  },
  '/headers': (_request, response) => {
    response.setHeader('X-Many', ['a', 'b']).setHeader('Set-Cookie', ['a=1', 'b=2']).setHeader('Content-Length', 0)
    response.writeHead(207, 'Nearly').end()
  },
  '/moved': (request, response) => {
    request.resume()
    const status = Number(new URL(request.url ?? '', 'http://vendor').searchParams.get('status'))
    response.writeHead(status, { location: '/echo?moved' }).end('moved')
  },
  '/round': (_request, response) => response.writeHead(302, { location: '/round' }).end(),
  '/empty': (request, response) => {
    const status = Number(new URL(request.url ?? '', 'http://vendor').searchParams.get('status'))
    response.writeHead(status, { 'x-a': 'b', ...(status === 200 ? { 'content-length': '5' } : {}) }).end()
  },
  '/zipped': (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'))
  },
  '/silent': (request) => void request.resume(),
  '/slow': (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n'),
  '/broken': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    setTimeout(() => response.destroy(), 50)
  },
  '/long': (_request, response) => response.end(Buffer.alloc(LONG, 'a')),
  '/hash': async (request, response) => {
    const hash = createHash('sha256')
    for await (const chunk of request) hash.update(chunk as Buffer)
    response.end(hash.digest('hex'))
  }
}

async function vendor(): Promise<number> {
  const server = createServer((request, response) => {
    // What is sent may be cut.
    Promise.resolve(ROUTES[request.url?.split('?')[0] ?? '']?.(request, response)).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const HELP = `
  const told = (error) => ({ name: error?.name, message: error?.message, code: error?.code,
    ...(error?.cause && { cause: { name: error.cause.name, message: error.cause.message, code: error.cause.code } }) })
  const failure = async (promise) => told(await promise.then(() => ({ name: 'none' }), (error) => error ?? { name: String(error) }))
  const post = (body, more) => fetch(url + '/echo', { method: 'POST', body, ...more }).then((answer) => answer.json())
  const bytes = (size) => new Uint8Array(size).fill(97)
  const streamed = (...chunks) => ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)))
`

test.for<[string, string]>([
  [
    'bodies of every kind',
    `const form = new FormData()
     form.set('a', 'b')
     form.set('file', new Blob(['c']), 'c.txt')
     const all = []
     for (const body of ['text ö', '', bytes(3), bytes(2).buffer, new URLSearchParams('a=b&c=d'), new Blob(['blob'], { type: 'x/y' }), form, undefined, null])
       all.push(await post(body))
     all.push((await post(streamed('in ', 'pieces'), { duplex: 'half' })).body)
     return all`
  ],
  [
    'every method',
    `const all = []
     for (const method of ['get', 'HEAD', 'post', 'PUT', 'PATCH', 'delete', 'OPTIONS', 'PROPFIND'])
       all.push([(await fetch(url + '/echo', { method })).status, method === 'HEAD' ? '' : await (await fetch(url + '/echo?q=1&r=%20#s', { method })).json()])
     return all`
  ],
  [
    'headers of a request',
    `return [
       await post('x', { headers: [['x-own', 'a'], ['X-Own', 'b'], ['cookie', 'c=d'], ['content-type', 'x/y'], ['user-agent', 'me']] }),
       await post('x', { headers: new Headers({ accept: 'x/y', 'x-own': 'caf\\xe9' }) }),
       await (await fetch(new Request(url + '/echo?q', { method: 'PUT', body: 'r', headers: { 'x-own': '1' } }), { headers: { 'x-own': '2' } })).json()
     ]`
  ],
  [
    'the head of an answer',
    `const answer = await fetch(url + '/headers')
     const { status, statusText, ok, type, redirected, bodyUsed } = answer
     return [status, statusText, ok, type, redirected, bodyUsed, answer.headers.get('x-many'),
       answer.headers.getSetCookie().length, answer.url.endsWith('/headers'), await answer.text(), answer.bodyUsed]`
  ],
  [
    'answers without a body',
    `const all = []
     for (const [method, status] of [['HEAD', 200], ['GET', 204], ['POST', 205], ['GET', 304]]) {
       const answer = await fetch(url + '/empty?status=' + status, { method })
       all.push([answer.status, answer.headers.get('x-a'), method === 'HEAD' && answer.headers.get('content-length'), answer.body === null, await answer.text()])
     }
     return all`
  ],
  [
    'redirects',
    `const all = []
     for (const status of [301, 302, 303, 307, 308]) {
       const answer = await fetch(url + '/moved?status=' + status, { method: 'POST', body: 'again' })
       all.push([answer.redirected, answer.url.endsWith('?moved'), await answer.json()])
     }
     const manual = await fetch(url + '/moved?status=302', { redirect: 'manual' })
     return [...all, manual.status, manual.type, manual.headers.get('location'), await manual.text(),
       await failure(fetch(url + '/moved?status=302', { redirect: 'error' })), await failure(fetch(url + '/round')),
       await failure(fetch(url + '/moved?status=307', { method: 'POST', body: streamed('once'), duplex: 'half' }))]`
  ],
  ['a body that was packed', `return await (await fetch(url + '/zipped')).text()`],
  [
    'being given up',
    `const giveUp = new AbortController()
     const slow = await fetch(url + '/slow', { signal: giveUp.signal })
     giveUp.abort()
     const stop = new AbortController()
     const stopped = await fetch(url + '/slow', { signal: stop.signal })
     const reader = stopped.body.getReader()
     await reader.read()
     stop.abort(new RangeError('enough'))
     return [await failure(fetch(url + '/echo', { signal: AbortSignal.abort() })), await failure(fetch(url + '/silent', { signal: AbortSignal.timeout(50) })),
       await failure(fetch(url + '/silent', { method: 'POST', body: streamed('x'), duplex: 'half', signal: AbortSignal.timeout(50) })),
       await failure(slow.text()), await failure(reader.read()), await failure(fetch(url + '/silent', { signal: AbortSignal.abort('why') }))]`
  ],
  [
    'an answer that streams',
    `const answer = await fetch(url + '/slow')
     const reader = answer.body.getReader()
     const { value, done } = await reader.read()
     await reader.cancel('enough')
     const copied = await fetch(url + '/long')
     const [one, two] = await Promise.all([copied.clone().arrayBuffer(), copied.bytes()])
     const twice = await failure(copied.text())
     return [new TextDecoder().decode(value), done, one.byteLength, two.length, two.every((byte) => byte === 97), twice]`
  ],
  [
    'long bodies that nobody hurries for',
    `const answer = await fetch(url + '/long')
     await new Promise((resolve) => setTimeout(resolve, 100))
     let length = 0
     for await (const chunk of answer.body) length += chunk.length
     const unread = []
     for (let i = 0; i < 8; i++) unread.push((await fetch(url + '/long')).status)
     const up = await fetch(url + '/hash', { method: 'PUT', body: bytes(${LONG}) })
     const pieces = Array.from({ length: 30 }, () => bytes(${LONG / 30}))
     const streamedUp = await fetch(url + '/hash', { method: 'PUT', body: ReadableStream.from(pieces), duplex: 'half' })
     return [length, unread, await up.text(), await streamedUp.text()]`
  ],
  [
    'what goes wrong',
    `const broken = await fetch(url + '/broken')
     const failing = new ReadableStream({ pull() { throw new RangeError('no more') } })
     return [(await failure(broken.text())).name, await failure((await fetch(url + '/zipped')).json().catch((error) => { throw error.name })),
       await failure(fetch(url + '/echo', { method: 'a b' })), await failure(fetch(url + '/echo', { headers: { 'a b': 'c' } })),
       await failure(fetch(url + '/echo', { headers: { a: 'b\\r\\nc' } })), await failure(fetch('nowhere')),
       await failure(fetch(url + '/echo', { method: 'GET', body: 'x' })), await failure(fetch(url + '/echo', { integrity: 'sha256-AAAA' })),
       (await failure(fetch(url + '/echo', { method: 'POST', body: failing, duplex: 'half' }))).name,
       await failure(fetch(url + '/echo', { method: 'POST', body: streamed('five5'), duplex: 'half', headers: { 'content-length': '4' } })),
       await failure(fetch(url + '/echo', { method: 'POST', body: streamed('five5'), duplex: 'half', headers: { 'content-length': '6' } }))]`
  ]
])('code sees the same of %s', async ([, body]) => {
  const port = await vendor()
  await using fixture = new NetworkFixture()
  const source = `${HELP}\n${body}`
  const inside = fixture.out(
    fixture.program(`export default async ({ steps: url }) => { ${source} }`),
    `http://vendor.example:${port}`,
    { egress: [{ host: 'vendor.example' }] }
  )
  const AsyncFunction = (async () => undefined).constructor as new (...args: string[]) => (url: string) => Promise<Json>
  const outside = new AsyncFunction('url', source)(`http://127.0.0.1:${port}`)
  expect(await inside).toEqual(JSON.parse(JSON.stringify(await outside)))
})
