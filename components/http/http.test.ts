import { startVendor, type Vendor } from '@bellhop/examples/vendor'
import type { JsonObject } from '@bellhop/sdk'
import { runAction, type ActionResult } from '@bellhop/sdk/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { request } from './actions/request.ts'

let vendor: Vendor
beforeAll(async () => {
  vendor = await startVendor({ tokens: { ada: 'token-of-ada' } })
})
afterEach(() => vendor.reset())
afterAll(() => vendor.close())

const BEARER = { bearer_token: 'token-of-ada' }

function run(path: string, props: JsonObject = {}, http: Record<string, string> = BEARER): Promise<ActionResult> {
  return runAction(request, { props: { url: `${vendor.url}${path}`, ...props }, auth: { http } })
}

async function sent(props: JsonObject): Promise<unknown> {
  const { requests } = await run('/v1/notes', { method: 'POST', ...props })
  const { body, headers } = requests[0] ?? {}
  return { body: body instanceof Uint8Array ? [...body] : body, type: headers?.['content-type'] }
}

async function untyped(raw: string): Promise<unknown> {
  const answer = new Response(Buffer.from(raw))
  return (await runAction(request, { props: { url: 'https://api.example.com/' }, answer: () => answer })).value
}

describe('the credential', () => {
  test.each<[string, Record<string, string>]>([
    ['a bearer token', BEARER],
    ['a user name and a password', { username: 'someone', password: 'token-of-ada' }],
    ['a header', { header_name: 'X-Api-Key', header_value: 'token-of-ada' }],
    ['a query parameter', { query_name: 'api_key', query_value: 'token-of-ada' }],
    ['a header and a query parameter', { ...BEARER, query_name: 'extra', query_value: 'more' }]
  ])('goes out as %s', async (_, http) => {
    expect((await run('/v1/whoami', {}, http)).value).toEqual({ customer: 'ada' })
  })

  test('goes over a header that the step gives', async () => {
    const { value } = await run('/v1/whoami', { headers: { Authorization: 'Bearer something else' } })
    expect(value).toEqual({ customer: 'ada' })
  })

  test('two of them for one header are refused', async () => {
    const both = { ...BEARER, username: 'ada', password: 'x' }
    await expect(run('/v1/whoami', {}, both)).rejects.toMatchObject({ code: 'credential_conflict' })
    expect(vendor.total).toBe(0)
  })

  test('none at all is fine for an API that wants none', async () => {
    const { value } = await runAction(request, { props: { url: `${vendor.url}/calls` } })
    expect(value).toMatchObject({ total: 0 })
  })

  test('comes back as a handle when the API says it', async () => {
    const { value } = await run('/v1/whoami?_echo=body')
    expect(JSON.stringify(value)).toMatch(/bhdl\.http\.bearer_token\./)
    expect(JSON.stringify(value)).not.toContain('token-of-ada')
  })
})

describe('what is sent', () => {
  test.each<[string, JsonObject, unknown]>([
    ['an object as JSON', { body: { a: 1 } }, { body: { a: 1 }, type: 'application/json' }],
    ['a list as JSON', { body: [1] }, { body: [1], type: 'application/json' }],
    ['a number as JSON', { body: 7 }, { body: 7, type: 'application/json' }],
    ['JSON text as JSON', { body: ' {"a": 1}' }, { body: { a: 1 }, type: 'application/json' }],
    ['other text as text', { body: '{a}' }, { body: '{a}', type: 'text/plain; charset=utf-8' }],
    ['bytes as bytes', { body: { $binary: '/wA=', media_type: 'image/x' } }, { body: [255, 0], type: 'image/x' }],
    ['nothing for null', { body: null }, { body: undefined, type: undefined }],
    [
      'an object as a form, if the step says so',
      { body: { a: 'b c', d: [1, 2], e: null }, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      { body: { a: 'b c', d: ['1', '2'] }, type: 'application/x-www-form-urlencoded' }
    ],
    [
      'a body under the step’s own type',
      { body: { a: 1 }, headers: { 'content-type': 'application/vnd.acme+json' } },
      { body: { a: 1 }, type: 'application/vnd.acme+json' }
    ]
  ])('%s', async (_, props, expected) => {
    expect(await sent(props)).toEqual(expected)
  })

  test('headers and parameters are texts, absent where null, repeated where a list', async () => {
    const props = {
      headers: { 'X-Number': 7, 'x-none': null },
      query: { q: 'a b', n: 1, none: null, many: ['x', 'y'] }
    }
    const { requests } = await run('/v1/notes?first=1', props)
    expect(requests[0]?.headers).toMatchObject({ 'x-number': '7' })
    expect(requests[0]?.headers).not.toHaveProperty('x-none')
    expect(new URL(requests[0]?.url ?? '').search).toBe('?first=1&q=a+b&n=1&many=x&many=y')
  })

  test.each([{ headers: { 'x-a': { b: 1 } } }, { query: { a: { b: 1 } } }, { query: { a: [[1]] } }])(
    '%j is refused before anything is sent',
    async (props) => {
      await expect(run('/v1/notes', props)).rejects.toMatchObject({ code: 'prop_invalid' })
      expect(vendor.total).toBe(0)
    }
  )

  test('POST and PATCH carry the step’s idempotency key, if it wants and has none of its own', async () => {
    await run('/v1/notes', { method: 'POST', body: {} })
    await run('/v1/notes', { method: 'GET' })
    await run('/v1/notes', { method: 'POST', body: {}, send_idempotency_key: false })
    await run('/v1/notes', { method: 'POST', body: {}, headers: { 'Idempotency-Key': 'mine' } })
    expect(vendor.calls.map((call) => call.key)).toEqual(['idempotency-key-of-the-test', null, null, 'mine'])
  })
})

describe('what comes back', () => {
  test('the body is the return value; status and headers are exports', async () => {
    const { value, exports } = await run('/v1/invoices', { query: { status: 'overdue' } })
    expect(value).toMatchObject({ invoices: [{ id: 'inv_1' }, { id: 'inv_3' }] })
    expect(exports).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      $summary: `GET ${new URL(vendor.url).host} answered 200`
    })
  })

  test.each<[string, string, JsonObject, unknown]>([
    ['JSON by its type', 'application/problem+json', {}, 'text'],
    ['text by its type', 'text/csv', {}, '"text"'],
    ['bytes by their type', 'image/png', {}, { $binary: btoa('"text"'), media_type: 'image/png' }],
    ['JSON as text', 'application/json', { response_format: 'text' }, '"text"'],
    ['text as JSON', 'text/plain', { response_format: 'json' }, 'text'],
    [
      'JSON as bytes',
      'application/json',
      { response_format: 'binary' },
      { $binary: btoa('"text"'), media_type: 'application/json' }
    ]
  ])('%s', async (_, type, props, expected) => {
    vendor.behave({ times: 1 }, { body: 'text', headers: { 'content-type': type } })
    expect((await run('/v1/whoami', props)).value).toEqual(expected)
  })

  test('no body is no value', async () => {
    const { value } = await run('/v1/notes', { method: 'POST', body: { text: 'x' } })
    const gone = await run(`/v1/notes/${(value as { id: string }).id}`, { method: 'DELETE' })
    expect(gone.value).toBeUndefined()
    expect(gone.exports['status']).toBe(204)
  })

  test('JSON that is none is an error that does not quote it', async () => {
    vendor.behave({ times: 1 }, { raw: '{"private": oops', headers: { 'content-type': 'application/json' } })
    const fault = await run('/v1/whoami').catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'vendor_bad_json' })
    expect(String(fault)).not.toContain('private')
  })

  test('a body without a type is JSON if it reads as JSON', async () => {
    expect(await untyped('{"a":1}')).toEqual({ a: 1 })
    expect(await untyped('hello')).toBe('hello')
  })

  test('redirects are followed, unless the step wants to see them', async () => {
    const path = `/v1/notes?_redirect=${encodeURIComponent('/v1/whoami')}`
    expect((await run(path)).value).toEqual({ customer: 'ada' })
    const { exports } = await run(path, { follow_redirects: false })
    expect(exports).toMatchObject({ status: 307, headers: { location: '/v1/whoami' } })
  })
})

describe('an error status', () => {
  test('fails with the API’s own words, and says whether repeating helps', async () => {
    const host = new URL(vendor.url).host
    await expect(run('/v1/notes/none')).rejects.toMatchObject({
      code: 'vendor_rejected',
      status: 404,
      retryable: false,
      message: `${host} says \`404 Not Found\`: no such record in notes`
    })
    await expect(run('/v1/whoami', {}, { bearer_token: 'token-of-nobody' })).rejects.toMatchObject({
      code: 'credential_rejected',
      message: `${host} says \`401 Unauthorized\`: this token is nobody’s`
    })
    await expect(run('/v1/whoami?_status=503&_retry_after=2')).rejects.toMatchObject({
      code: 'vendor_unavailable',
      retryable: true,
      retryAfterMs: 2000
    })
  })

  test('does not quote a web page', async () => {
    vendor.behave({ times: 1 }, { status: 500, raw: '<h1>it broke</h1>' })
    await expect(run('/v1/whoami')).rejects.toThrow('says `500 Internal Server Error`: it says no more')
  })

  test('does not quote the credential, which an API may say', async () => {
    const refused = run('/v1/whoami?_echo=error')
    await expect(refused).rejects.toThrow('the token bhdl.http.bearer_token.')
  })

  test('is an answer like any other where the step says so', async () => {
    const { value, exports } = await run('/v1/notes/none', { fail_on_error_status: false })
    expect(value).toMatchObject({ error: { code: 'not_found' } })
    expect(exports['status']).toBe(404)
  })
})
