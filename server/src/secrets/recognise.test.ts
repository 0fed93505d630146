import { describe, expect, it } from 'vitest'
import { keyringOf } from './fixtures/keyrings.ts'
import { credentialsOfHeaders, defang, defangJson, protectAnswerFields } from './recognise.ts'

const HANDLE = 'bhdl.slack.token.00000000000000000000000000'
const HARMLESS = HANDLE.replace('bhdl.', 'bhdl-')

function values(headers: Record<string, string>): string[] {
  return credentialsOfHeaders(headers).map(({ field, value }) => `${field}=${value}`)
}

describe('credentials of headers', () => {
  it('are the token of a scheme, both parts of Basic and their pair', () => {
    const pair = Buffer.from('user:pass:word').toString('base64')
    expect(values({ authorization: 'Bearer  abc.def-ghi ' })).toEqual(['headers_authorization=abc.def-ghi'])
    expect(values({ 'proxy-authorization': `basic ${pair}` })).toEqual([
      `headers_proxy_authorization=${pair}`,
      'headers_proxy_authorization_user=user',
      'headers_proxy_authorization_password=pass:word'
    ])
    expect(values({ authorization: 'just-a-token' })).toEqual(['headers_authorization=just-a-token'])
  })

  it('are each cookie; one too short to be searched for goes with its name or the whole header', () => {
    expect(values({ cookie: 'sid=0123456789; lang=en; a=1; empty=; q="quoted-value"' })).toEqual([
      'headers_cookie_sid=0123456789',
      'headers_cookie_lang=lang=en',
      'headers_cookie_a=sid=0123456789; lang=en; a=1; empty=; q="quoted-value"',
      'headers_cookie_q=quoted-value'
    ])
  })

  it('are cookies as their owner wrote them, too', () => {
    expect(values({ cookie: 'sid=a%2Bb%3Dcdef; odd=100%-certain' })).toEqual([
      'headers_cookie_sid=a%2Bb%3Dcdef',
      'headers_cookie_sid=a+b=cdef',
      'headers_cookie_odd=100%-certain'
    ])
  })

  it('are each of several values of one header, and the whole', () => {
    expect(values({ 'x-api-key': 'first-key, second-key' })).toEqual([
      'headers_x_api_key=first-key, second-key',
      'headers_x_api_key=first-key',
      'headers_x_api_key=second-key'
    ])
  })

  it('are the values of set-cookie, dates and attributes apart', () => {
    expect(
      values({ 'set-cookie': 'sid=abcdefgh; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Path=/, other=ijklmnop; Secure' })
    ).toEqual(['headers_set_cookie_sid=abcdefgh', 'headers_set_cookie_other=ijklmnop'])
  })

  it('are headers named like keys', () => {
    const names = [
      'x-api-key',
      'api-key',
      'apikey',
      'x-auth-token',
      'private-token',
      'x-gitlab-token',
      'x-client-secret'
    ]
    for (const name of names) expect(values({ [name]: 'some-value' })).toHaveLength(1)
    const others = [
      'content-type',
      'idempotency-key',
      'user-agent',
      'x-request-id',
      'sec-websocket-key',
      'x-ratelimit-token'
    ]
    for (const name of others) expect(values({ [name]: 'some-value' })).toEqual([])
  })

  it('too short to be searched for go with the whole header too', () => {
    expect(values({ authorization: 'Bearer abc' })).toEqual([
      'headers_authorization=Bearer abc',
      'headers_authorization=abc'
    ])
  })

  it('have labels that handles can carry', () => {
    const keyring = keyringOf()
    for (const { field, value } of credentialsOfHeaders({ cookie: `${'n'.repeat(80)}=abcdefgh` })) {
      expect(keyring.mint(value, { app: 'event', field, audience: null })).toMatch(
        /^bhdl\.event\.headers_cookie_n{25}\./
      )
    }
  })
})

describe('answer fields', () => {
  const protect = (value: string, field: string) => `<${field}:${value}>`

  it('of OAuth are replaced wherever they stand, however they are written', () => {
    const answer = { ok: true, authed: { access_token: 'a', refreshToken: 'b', note: 'c' }, list: [{ ID_TOKEN: 'd' }] }
    expect(protectAnswerFields(answer, [], protect)).toEqual({
      ok: true,
      authed: { access_token: '<access_token:a>', refreshToken: '<refreshToken:b>', note: 'c' },
      list: [{ ID_TOKEN: '<ID_TOKEN:d>' }]
    })
  })

  it('that an app declares are replaced too, with all text and numbers below them', () => {
    expect(protectAnswerFields({ codes: ['x', 12, { y: 'z' }, null, true] }, ['codes'], protect)).toEqual({
      codes: ['<codes:x>', '<codes:12>', { y: '<codes:z>' }, null, true]
    })
  })

  it('that are handles already, or empty, stay; and so does a value without any', () => {
    const answer = { access_token: HANDLE, client_secret: '' }
    expect(protectAnswerFields(answer, [], protect)).toBe(answer)
  })
})

describe('handle-shaped text from outside', () => {
  it('is made harmless', () => {
    expect(defang(`a ${HANDLE}${HANDLE} b`)).toBe(`a ${HARMLESS}${HARMLESS} b`)
    expect(defang(`bhdl.${HANDLE}`)).toBe(`bhdl.${HARMLESS}`)
    expect(defang('bhdl.example.com')).toBe('bhdl.example.com')
  })

  it('is made harmless in keys and strings of a value, which else stays the same', () => {
    expect(defangJson({ [HANDLE]: [HANDLE, 1] })).toEqual({ [HARMLESS]: [HARMLESS, 1] })
    const value = { a: ['b', 1, null] }
    expect(defangJson(value)).toBe(value)
  })

  it('stays where it is a live handle', () => {
    expect(defang(`${HANDLE} ${HANDLE.replace('0', '1')}`, (handle) => handle === HANDLE)).toBe(
      `${HANDLE} ${HARMLESS.replace('0', '1')}`
    )
  })
})
