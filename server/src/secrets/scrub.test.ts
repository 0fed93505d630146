/** What is found, form by form, and what takes its place (I1; rules 2 and 4 of handles). */
import type { Json } from '@bellhop/sdk'
import { describe, expect, it } from 'vitest'
import { keyringOf, origin, revealAll, testSeal } from './fixtures/keyrings.ts'
import { handlePattern } from './handle.ts'
import { Keyring } from './keyring.ts'

const TOKEN = 'xoxb-2411-Zm9vL2Jhcg'
const QUOTED = 'p"a\\s/s w+r%d'
const UMLAUT = 'Schlüssel-für-Übermut'

const b64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')
const hex = (text: string) => Buffer.from(text).toString('hex')
const json = (text: string) => JSON.stringify(text).slice(1, -1)
const everyCharacter = (text: string) =>
  Array.from(text, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const everyByte = (text: string) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16)}`).join('')

function parse(text: string): Json {
  return JSON.parse(text) as Json
}

/** The scrubbed text with `<>` for handles. */
function shape(keyring: Keyring, text: string): string {
  const scrubbed = keyring.scrubText(text)
  expect(revealAll(keyring, scrubbed)).toBe(text)
  return scrubbed.replace(handlePattern(), '<>')
}

describe('a secret in a text is replaced', () => {
  const forms: [name: string, secret: string, text: string, expected: string][] = [
    ['as it is', TOKEN, `Bearer ${TOKEN}!`, 'Bearer <>!'],
    ['twice', TOKEN, `${TOKEN}${TOKEN}`, '<><>'],
    ['trimmed', ` ${TOKEN}\n`, `a ${TOKEN} b`, 'a <> b'],
    ['beyond ASCII', UMLAUT, `«${UMLAUT}»`, '«<>»'],
    ['JSON-escaped', QUOTED, `"${json(QUOTED)}"`, '"<>"'],
    ['JSON-escaped with slashes', QUOTED, `"${json(QUOTED).replace('/', '\\/')}"`, '"<>"'],
    ['as JSON escapes of each character', TOKEN, everyCharacter(TOKEN), '<>'],
    ['as upper-case JSON escapes', TOKEN, everyCharacter(TOKEN).toUpperCase().replaceAll('\\U', '\\u'), '<>'],
    ['with one character JSON-escaped', TOKEN, `x${TOKEN.replace('b', '\\u0062')}x`, 'x<>x'],
    ['as JSON in JSON', QUOTED, json(json(QUOTED)), '<>'],
    ['as JSON escapes of surrogate pairs', 'pass😀word', 'pass\\ud83d\\ude00word', '<>'],
    ['URL-encoded', QUOTED, `?a=${encodeURIComponent(QUOTED)}&b`, '?a=<>&b'],
    ['URL-encoded with plus for space', QUOTED, encodeURIComponent(QUOTED).replace('%20', '+'), '<>'],
    ['as percent escapes of each byte', UMLAUT, everyByte(UMLAUT), '<>'],
    ['as upper-case percent escapes', TOKEN, everyByte(TOKEN).toUpperCase(), '<>'],
    ['URL-encoded twice', QUOTED, encodeURIComponent(encodeURIComponent(QUOTED)), '<>'],
    ['in base64', TOKEN, b64(`${TOKEN}!`), '<>ch'],
    ['in base64, second alignment', 'secret-key', b64('1secret-key'), 'MX<>'],
    ['in base64, third alignment', 'secret-keys', b64('12secret-keys'), 'MTJ<>'],
    ['in base64 of the URL alphabet', '???>>>???>>>', Buffer.from('???>>>???>>>').toString('base64url'), '<>'],
    ['in base64 of Latin-1', 'Schlüssel', btoa('Schlüssel'), '<>'],
    ['in hex', TOKEN, hex(TOKEN), '<>'],
    ['in upper-case hex', TOKEN, hex(TOKEN).toUpperCase(), '<>'],
    ['in base64 of hex', TOKEN, b64(hex(TOKEN)), '<>'],
    ['in base64 of JSON', QUOTED, b64(json(QUOTED)), '<>'],
    ['in base64 of JSON escapes', TOKEN, b64(everyCharacter(TOKEN)), '<>'],
    ['in base64 of an URL', QUOTED, b64(encodeURIComponent(QUOTED)), '<>'],
    ['in hex of base64', 'secret-key12', hex(b64('secret-key12')), '<>'],
    ['in hex of JSON', QUOTED, hex(json(QUOTED)), '<>'],
    ['in an URL of base64', '???>>>???>>>', encodeURIComponent(b64('???>>>???>>>')), '<>'],
    ['in JSON of base64', '???>>>???>>>', b64('???>>>???>>>').replaceAll('/', '\\/'), '<>'],
    ['in base64 of base64', 'secret-key12', b64(b64('secret-key12')), '<>'],
    ['behind a stray backslash', TOKEN, `a\\${everyCharacter(TOKEN)}`, 'a<>'],
    ['behind a stray percent sign', 'abcdef-abcdef-abcdef', '%abcdef-abcdef-%61bcdef', '%<>']
  ]

  it.each(forms)('%s', (_name, secret, text, expected) => {
    expect(shape(keyringOf(secret), text)).toBe(expected)
  })

  it('line by line, but for the frame of a key', () => {
    const lines = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'Q29udGludWVkIG9uIHRoZSBuZXh0IGxp', 'short-line']
    const frame = ['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----'] as const
    const keyring = keyringOf([frame[0], ...lines, frame[1]].join('\n'))
    expect(shape(keyring, `${lines[0]} and ${lines[1]} and ${lines[2]}`)).toBe('<> and <> and short-line')
    expect(shape(keyring, frame.join())).toBe(frame.join())
    expect(shape(keyring, b64(`!!!${lines[0]}`).replace(/=+$/, ''))).toBe('ISEh<>')
  })

  it('by lines that an environment file escaped', () => {
    expect(shape(keyringOf('first-line-of-a-key\\nsecond-line-of-a-key'), 'second-line-of-a-key')).toBe('<>')
  })

  it('also where no space is left before the next', () => {
    const keyring = keyringOf('first-secret', 'other-secret')
    expect(shape(keyring, 'first-secretother-secretfirst-secret')).toBe('<><><>')
  })
})

describe('what takes its place', () => {
  it('is the handle of the secret where it stands as it is, and one of its own for each encoded text', () => {
    const keyring = new Keyring(testSeal())
    const handle = keyring.mint(TOKEN, origin('slack', 'token'))
    const [plain = '', encoded = '', again = ''] = keyring.scrubText(`${TOKEN} ${hex(TOKEN)} ${hex(TOKEN)}`).split(' ')
    expect(plain).toBe(handle)
    expect(encoded).toMatch(/^bhdl\.slack\.token\./)
    expect(encoded).not.toBe(handle)
    expect(again).toBe(encoded)
    expect(keyring.get(encoded)).toMatchObject({ value: hex(TOKEN), origin: origin('slack', 'token') })
    expect(keyring.size).toBe(1)
  })

  it('is the first handle of a value that two apps have', () => {
    const keyring = new Keyring(testSeal())
    const first = keyring.mint(TOKEN, origin('slack'))
    const second = keyring.mint(TOKEN, origin('github'))
    expect(second).not.toBe(first)
    expect(keyring.scrubText(TOKEN)).toBe(first)
    expect(revealAll(keyring, second)).toBe(TOKEN)
  })

  it('is the handle of the longest secret that stands there', () => {
    const keyring = keyringOf('secret', 'my-secret-of-old', 'secret-of')
    const [longest] = [...keyring.scrubText('my-secret-of-old').matchAll(handlePattern())]
    expect(keyring.get(longest?.[0] ?? '')?.value).toBe('my-secret-of-old')
    expect(shape(keyring, 'a secret-of a secret')).toBe('a <> a <>')
  })

  it('covers secrets that overlap as one, so that nothing of either stays', () => {
    expect(shape(keyringOf('abcdef-ghijkl', 'ghijkl-mnopqr'), '(abcdef-ghijkl-mnopqr)')).toBe('(<>)')
    expect(shape(keyringOf('aaaaaa'), `b${'a'.repeat(100)}b`)).toBe('b<>b')
  })

  it('is the longer of two that repeat each other', () => {
    const keyring = keyringOf('aaaaaa', 'a'.repeat(20))
    expect(keyring.get(keyring.scrubText('a'.repeat(20)))?.value).toBe('a'.repeat(20))
  })

  it('leaves live handles alone, whatever secret occurs in their labels', () => {
    const keyring = new Keyring(testSeal())
    const handle = keyring.mint(TOKEN, origin('slack', 'oauth_access_token'))
    for (const word of ['oauth_access_token', 'bhdl.slack', handle.slice(-20), 'access']) keyring.mint(word, origin())
    expect(keyring.scrubText(`<${handle}>`)).toBe(`<${handle}>`)
    expect(keyring.scrubText('oauth_access_token')).not.toBe('oauth_access_token')
  })

  it('takes the place of a secret that looks like a handle', () => {
    const lookalike = 'bhdl.slack.token.00000000000000000000000000'
    const keyring = keyringOf(lookalike)
    expect(shape(keyring, `a ${lookalike} b`)).toBe('a <> b')
  })

  it('takes the place of a secret around a live handle', () => {
    const keyring = new Keyring(testSeal())
    const around = `before ${keyring.mint(TOKEN, origin())} after`
    keyring.mint(around, origin('github'))
    expect(keyring.scrubText(around)).toMatch(/^bhdl\.github\.\S+$/)
  })
})

describe('in a JSON value', () => {
  it('keys, strings and numbers are scrubbed', () => {
    const keyring = keyringOf(TOKEN, '1234567890')
    const scrubbed = keyring.scrub({ [`k-${TOKEN}`]: [TOKEN, 1234567890, -991234567890.5, 123456789, true, null] })
    expect(JSON.stringify(scrubbed).replace(handlePattern(), '<>')).toBe(
      '{"k-<>":["<>","<>","-99<>.5",123456789,true,null]}'
    )
  })

  it('a number that lost digits is found by what JSON made of it', () => {
    const digits = '12345678901234567890123'
    const keyring = keyringOf(digits)
    expect(JSON.stringify(keyring.scrub({ id: Number(digits) }))).toMatch(/^\{"id":"bhdl\./)
  })

  it('a number is found by its hex', () => {
    expect(keyringOf('303132').scrub(303132)).toMatch(/^bhdl\./)
    expect(keyringOf('012345').scrub(303132333435)).toMatch(/^bhdl\./)
  })

  it('a secret shorter than 6 characters is replaced as a whole string or number, and nowhere else', () => {
    const keyring = keyringOf('1234', 'abc', ' xyz ')
    const value = { abc: ['abc', 'abcd', 'xabc', 1234, '1234', 12345, 'xyz', ' xyz '] }
    const scrubbed = keyring.scrub(value)
    expect(JSON.stringify(scrubbed).replace(handlePattern(), '<>')).toBe(
      '{"abc":["<>","abcd","xabc","<>","<>",12345,"<>","<>"]}'
    )
    expect(keyring.scrubText('abc 1234')).toBe('abc 1234')
  })

  it('a blank secret is replaced as a whole string only', () => {
    const keyring = keyringOf('        ')
    expect(keyring.scrubText('a        b')).toBe('a        b')
    expect(keyring.scrub(['        '])).toEqual([expect.stringMatching(/^bhdl\./)])
  })

  it('nothing is copied where nothing was found', () => {
    const keyring = keyringOf(TOKEN)
    const value = { a: [{ b: 'text that is long enough to be searched' }], c: { d: [1, 2] }, e: TOKEN }
    const scrubbed = keyring.scrub(value)
    expect(scrubbed).not.toBe(value)
    expect(scrubbed).toHaveProperty('a')
    expect(typeof scrubbed === 'object' && scrubbed !== null && 'a' in scrubbed && scrubbed['a']).toBe(value.a)
    expect(keyring.scrub(value.a)).toBe(value.a)
  })

  it('a key __proto__ stays a key', () => {
    const scrubbed = keyringOf(TOKEN).scrub(parse(`{"__proto__":{"x":"${TOKEN}"}}`))
    expect(JSON.stringify(scrubbed)).toMatch(/^\{"__proto__":\{"x":"bhdl\./)
  })

  it('depth is refused before it exhausts the stack', () => {
    const deep = parse(`${'['.repeat(5_000)}"${TOKEN}"${']'.repeat(5_000)}`)
    expect(() => keyringOf(TOKEN).scrub(deep)).toThrowError(expect.objectContaining({ code: 'value_too_deep' }))
  })
})
