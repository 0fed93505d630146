import type { Json } from '@bellhop/sdk'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { startIngress, type IngressServer } from '../testing/ingress-server.ts'

type Body = string | Uint8Array<ArrayBuffer> | FormData | ReadableStream

async function post(url: string, body: Body, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers, ...(body instanceof ReadableStream ? { duplex: 'half' } : {}) })
}

/** What a body becomes in the event. */
async function parsed(body: Body, type?: string, more: Record<string, string> = {}): Promise<Json> {
  const server = await startIngress()
  const headers = { ...more, ...(type === undefined ? {} : { 'content-type': type }) }
  const answer = await post(server.deploy(), body, headers)
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('run')])
  return server.intake.event['body'] ?? null
}

/** The problem that a body is refused with; no run is made, and nothing of the body is quoted. */
async function refused(body: Body, headers: Record<string, string>, server?: IngressServer): Promise<unknown> {
  const asked = server ?? (await startIngress())
  const answer = await post(asked.deploy(), body, headers)
  const text = await answer.text()
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(text).not.toContain('s3cret')
  expect(asked.intake.requests).toEqual([])
  return [answer.status, (JSON.parse(text) as { code: string }).code]
}

const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'latin1'))

test('JSON becomes its value, whatever it is called', async () => {
  expect(await parsed('{"a":[1,"é",null]}', 'application/json')).toEqual({ a: [1, 'é', null] })
  expect(await parsed('"text"', 'application/vnd.api+json; charset=UTF-8')).toBe('text')
  expect(await parsed('\uFEFF{"bom":true}', 'application/json')).toEqual({ bom: true })
})

test('a form becomes an object, with lists where names repeat', async () => {
  const form = 'a=1&b=x+y&a=2&c=%C3%A9&empty=&d'
  expect(await parsed(form, 'application/x-www-form-urlencoded')).toEqual({
    a: ['1', '2'],
    b: 'x y',
    c: 'é',
    empty: '',
    d: ''
  })
})

test('a form may have more than a thousand fields', async () => {
  const form = Array.from({ length: 2_000 }, (_, i) => `f${i}=${i}`).join('&')
  expect(Object.keys((await parsed(form, 'application/x-www-form-urlencoded')) as object)).toHaveLength(2_000)
})

test('text becomes a string, in the charset that it names', async () => {
  expect(await parsed('a,é\n', 'text/csv')).toBe('a,é\n')
  expect(await parsed(latin1('é'), 'text/plain; charset=ISO-8859-1')).toBe('é')
  expect(await parsed('<a/>', 'application/soap+xml')).toBe('<a/>')
})

test('anything else becomes base64 with its media type', async () => {
  const bytes = Uint8Array.from([0, 255, 13, 10])
  expect(await parsed(bytes, 'image/png')).toEqual({ $binary: 'AP8NCg==', media_type: 'image/png' })
  expect(await parsed(bytes)).toEqual({ $binary: 'AP8NCg==', media_type: 'application/octet-stream' })
})

test('no body is null, also where the content-type says JSON', async () => {
  expect(await parsed('', 'application/json')).toBeNull()
  expect(await parsed('')).toBeNull()
})

test('a multipart form becomes an object of texts and files', async () => {
  const form = new FormData()
  form.append('name', 'Zoë')
  form.append('tag', 'a')
  form.append('tag', 'b')
  form.append('file', new File([Uint8Array.from([1, 2, 3])], 'data.bin', { type: 'application/x-thing' }))
  form.append('big', 'x'.repeat(2_000_000))
  expect(await parsed(form)).toEqual({
    name: 'Zoë',
    tag: ['a', 'b'],
    file: { $binary: 'AQID', media_type: 'application/x-thing', filename: 'data.bin' },
    big: 'x'.repeat(2_000_000)
  })
})

test('a broken multipart form is refused', async () => {
  const type = 'multipart/form-data; boundary=b'
  const part = '--b\r\ncontent-disposition: form-data; name="s3cret"\r\n\r\nvalue'
  expect(await refused(part, { 'content-type': type })).toEqual([400, 'bad_multipart'])
  expect(await refused('--b\r\n', { 'content-type': type })).toEqual([400, 'bad_multipart'])
})

test('a multipart form with thousands of parts is refused', async () => {
  const part = '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n'
  const form = `${part.repeat(1_001)}--b--\r\n`
  expect(await refused(form, { 'content-type': 'multipart/form-data; boundary=b' })).toEqual([413, 'too_many_parts'])
})

test.each([
  ['malformed JSON', '{"token": "s3cret', 'bad_json'],
  ['JSON that is text', 's3cret', 'bad_json'],
  ['a key that changes prototypes', '{"a":{"__proto__":{"s3cret":1}}}', 'forbidden_key'],
  ['the same in disguise', '{"\\u005f_proto__":1}', 'forbidden_key'],
  ['a nesting bomb of lists', '['.repeat(100_000), 'too_deep'],
  ['a nesting bomb of objects', `${'{"a":'.repeat(201)}1${'}'.repeat(201)}`, 'too_deep'],
  ['bytes that are no UTF-8', latin1('{"a":"é"}'), 'bad_charset']
])('%s is 400 and makes no run', async (_what, body, code) => {
  expect(await refused(body, { 'content-type': 'application/json' })).toEqual([400, code])
})

test('depth is counted outside strings only', async () => {
  const tricky = { a: `${'['.repeat(500)}\\"${'{'.repeat(500)}`, b: '\\', c: Array.from({ length: 300 }, () => [[]]) }
  expect(await parsed(JSON.stringify(tricky), 'application/json')).toEqual(tricky)
  const deep = `${'['.repeat(200)}${']'.repeat(200)}`
  expect(JSON.stringify(await parsed(deep, 'application/json'))).toBe(deep)
})

test('the name __proto__ is refused in forms and queries too', async () => {
  const type = 'application/x-www-form-urlencoded'
  expect(await refused('a=1&__proto__=s3cret', { 'content-type': type })).toEqual([400, 'forbidden_key'])
  const server = await startIngress()
  expect((await fetch(`${server.deploy()}?__proto__=1`)).status).toBe(400)
  expect(server.intake.requests).toEqual([])
})

test('an unknown charset or encoding is 415', async () => {
  expect(await refused('s3cret', { 'content-type': 'text/plain; charset=klingon' })).toEqual([
    415,
    'unsupported_charset'
  ])
  const encoded = { 'content-type': 'text/plain', 'content-encoding': 's3cret' }
  expect(await refused('s3cret', encoded)).toEqual([415, 'unsupported_encoding'])
})

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync]
])('a body compressed with %s is decompressed', async (encoding, compress) => {
  const body = Uint8Array.from(compress('{"a":1}'))
  expect(await parsed(body, 'application/json', { 'content-encoding': encoding })).toEqual({ a: 1 })
})

test('a compressed body counts as what it decompresses to', async () => {
  const bomb = Uint8Array.from(gzipSync(Buffer.alloc(10_000)))
  const server = await startIngress({ bodyLimit: 9_999 })
  expect(await refused(bomb, { 'content-encoding': 'gzip' }, server)).toEqual([413, 'body_too_large'])
})

test('a body that is not what its content-encoding says is 400', async () => {
  expect(await refused('s3cret', { 'content-encoding': 'gzip' })).toEqual([400, 'body_undecodable'])
  const cut = Uint8Array.from(gzipSync('s3cret'.repeat(100)).subarray(0, 30))
  expect(await refused(cut, { 'content-encoding': 'gzip' })).toEqual([400, 'body_undecodable'])
})

test('a body of just the cap gets in, and a byte more is 413', async () => {
  const server = await startIngress({ bodyLimit: 1_000 })
  const url = server.deploy()
  expect((await post(url, 'x'.repeat(1_000))).status).toBe(200)
  expect((await post(url, 'x'.repeat(1_001))).status).toBe(413)
  expect(server.intake.requests).toHaveLength(1)
})

test('a chunked body is capped as it comes, and the caller gets to read so', async () => {
  const server = await startIngress({ bodyLimit: 100_000 })
  const chunk = new Uint8Array(64 * 1024)
  let left = 100
  const endless = new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(chunk)
      else controller.close()
    }
  })
  expect(await refused(endless, {}, server)).toEqual([413, 'body_too_large'])
})
