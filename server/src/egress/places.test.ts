import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault, type FetchInit } from '@bellhop/sdk'
import { audience, testKeyring } from './fixtures/scopes.ts'
import { reveal } from './places.ts'
import { draft } from './request.ts'

const VALUE = 'xoxb-THE-secret-0123456789'
const keyring = testKeyring()
const places = { headers: ['x-key', 'authorization'], query: ['key'], body: ['token'] }
const handle = keyring.mint(VALUE, { app: 'acme', field: 'token', audience: audience(['api.acme.example'], places) })

const percent = (text: string, at: number): string =>
  text.slice(0, at) + `%${text.charCodeAt(at).toString(16)}` + text.slice(at + 1)
const escape = (text: string, at: number): string =>
  `${text.slice(0, at)}\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}${text.slice(at + 1)}`

/** A handle as it is, or disguised. */
const written = fc.oneof(
  { weight: 3, arbitrary: fc.constant(handle) },
  fc.constant(`Bearer ${handle}`),
  fc.constant(handle.toUpperCase()),
  fc.constant(encodeURIComponent(encodeURIComponent(`${handle}/`))),
  fc.nat(handle.length - 1).map((at) => percent(handle, at)),
  fc.nat(handle.length - 1).map((at) => escape(handle, at)),
  fc.nat(handle.length - 1).map((at) => handle.slice(0, at)),
  fc.nat(handle.length - 1).map((at) => `${handle.slice(0, at)}\t${handle.slice(at)}`),
  fc.constantFrom('base64', 'hex', 'base64url').map((encoding) => Buffer.from(handle).toString(encoding)),
  fc.constant(`Basic ${Buffer.from(`${handle}:x`).toString('base64')}`)
)

/** Requests that mention the handle in any place, to any of several hosts. */
const request = fc.record({
  host: fc.constantFrom(
    'api.acme.example',
    'API.ACME.example.',
    'acme.example',
    'api.acme.example.evil.test',
    'api.acme.example:8443',
    'x@api.acme.example'
  ),
  scheme: fc.constantFrom('https', 'http'),
  path: fc.option(written, { nil: 'path' }),
  query: fc.option(fc.tuple(fc.constantFrom('key', 'KEY', 'other', 'k%65y', handle), written), { nil: undefined }),
  fragment: fc.option(written, { nil: undefined }),
  header: fc.option(fc.tuple(fc.constantFrom('x-key', 'Authorization', 'x-other', 'cookie', `x-${handle}`), written), {
    nil: undefined
  }),
  type: fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain'),
  body: fc.option(fc.tuple(fc.constantFrom('token', 'text', 'to\\u006ben', handle), written), { nil: undefined })
})

interface Parts {
  url: string
  init: FetchInit
}

type Request = typeof request extends fc.Arbitrary<infer T> ? T : never

function build({ host, scheme, path, query, fragment, header, type, body }: Request): Parts {
  const search = query === undefined ? '' : `?${query[0]}=${query[1]}`
  const url = `${scheme}://${host}/${path}${search}${fragment === undefined ? '' : `#${fragment}`}`
  const headers: Record<string, string> = { 'content-type': type }
  if (header !== undefined) headers[header[0]] = header[1]
  if (body === undefined) return { url, init: { headers } }
  const [name, value] = body
  return {
    url,
    init: { method: 'POST', headers, body: type.endsWith('json') ? `{"${name}":"${value}"}` : `${name}=${value}` }
  }
}

/** The places of a request where the secret has arrived; Basic credentials are opened. */
function arrivals({ path, headers, body }: ReturnType<typeof reveal>): string[] {
  const found: string[] = []
  const [before = '', search = ''] = path.split('?')
  if (before.includes(VALUE)) found.push('path')
  for (const [name, value] of new URLSearchParams(search))
    if (`${name}=${value}`.includes(VALUE)) found.push(`query ${name}`)
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1] ?? ''
    const opened = Buffer.from(value.replace(/^Basic /, ''), 'base64').toString()
    if (`${headers[i]}:${value}${opened}`.includes(VALUE)) found.push(`header ${headers[i]}`)
  }
  const text = body?.toString() ?? ''
  if (text.includes(VALUE)) {
    const names = text.startsWith('{') ? Object.keys(JSON.parse(text) as object) : [...new URLSearchParams(text).keys()]
    found.push(...names.map((name) => `body ${name}`))
  }
  return found
}

/** Where a request goes and where the secret has arrived in it, or why it was refused. */
function outcome(parts: Request): { origin: string; places: string[]; refusal: string } {
  const { url, init } = build(parts)
  try {
    const one = draft(url, init)
    return { origin: one.target.origin, places: arrivals(reveal(one, { keyring }, () => undefined)), refusal: '' }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { origin: '', places: [], refusal: `${error.message} ${error.hint}` }
  }
}

describe('reveal', () => {
  it("shows the secret in the app's places of the app's host only, however a request is written (I6)", () => {
    const allowed = ['query key', 'header x-key', 'header authorization', 'body token']
    let revealed = 0
    fc.assert(
      fc.property(request, (parts) => {
        const { origin, places, refusal } = outcome(parts)
        if (places.length > 0) revealed++
        expect(places.filter((place) => origin !== 'https://api.acme.example' || !allowed.includes(place))).toEqual([])
        expect(refusal).not.toContain(VALUE)
      }),
      { numRuns: 3000 }
    )
    // The property says something only if some of the requests went through.
    expect(revealed).toBeGreaterThan(20)
  })
})
