/** Many secrets, large ones, and ones made to be hard to tell apart. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyringOf, replacedIn, revealAll } from './fixtures/keyrings.ts'
import { handlePattern } from './handle.ts'

const tokens = (count: number) =>
  Array.from({ length: count }, () => `xoxb-2411-${randomBytes(24).toString('base64url')}`)
const thousand = <T>(make: (index: number) => T) => Array.from({ length: 1_000 }, (_, index) => make(index))

describe('among 1,000 secrets', () => {
  it('each is found, in each form', () => {
    const secrets = tokens(1_000)
    const keyring = keyringOf(...secrets)
    const text = secrets
      .flatMap((secret) => [
        secret,
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
        Buffer.from(Buffer.from(secret).toString('base64')).toString('base64')
      ])
      .map((form) => `(${form})`)
      .join('')
    const scrubbed = keyring.scrubText(text)
    expect(scrubbed.replace(handlePattern(), '').replace(/[A-Za-z0-9+/]{0,2}={0,2}\)/g, ')')).toBe('()'.repeat(4_000))
    expect(revealAll(keyring, scrubbed)).toBe(text)
  })

  it('those with a common beginning and end are told apart', () => {
    const secrets = thousand((index) => `common-beginning-${String(index).padStart(4, '0')}-common-end`)
    const keyring = keyringOf(...secrets)
    const scrubbed = keyring.scrubText(secrets.join(' ')).split(' ')
    expect(scrubbed.map((handle) => keyring.get(handle)?.value)).toEqual(secrets)
    expect(keyring.scrubText('common-beginning-x-common-end')).toBe('common-beginning-x-common-end')
  })

  it('those that contain one another are told apart', () => {
    const base = randomBytes(600).toString('hex')
    const secrets = thousand((index) => base.slice(0, 6 + index))
    const keyring = keyringOf(...secrets)
    const asked = secrets.filter((_, index) => index % 97 === 0)
    const scrubbed = keyring
      .scrubText(asked.map((secret) => `${secret}!`).join(''))
      .split('!')
      .slice(0, -1)
    expect(scrubbed.map((handle) => keyring.get(handle)?.value)).toEqual(asked)
  })

  it('those that repeat one character are found', () => {
    const keyring = keyringOf(...thousand((index) => 'a'.repeat(6 + index)))
    const text = `b${'a'.repeat(50_000)}b${'a'.repeat(700)}b`
    const scrubbed = keyring.scrubText(text)
    expect(scrubbed.replace(handlePattern(), '<>')).toBe('b<>b<>b')
    const values = [...scrubbed.matchAll(handlePattern())].map(([handle]) => keyring.get(handle)?.value.length)
    expect(values).toEqual([50_000, 700])
    expect(revealAll(keyring, scrubbed)).toBe(text)
  })
})

describe('a secret of 64 KiB', () => {
  const secret = randomBytes(48 * 1024).toString('base64')

  it.each([
    ['as it is', secret],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in hex of hex', Buffer.from(Buffer.from(secret).toString('hex')).toString('hex')],
    ['with escapes', secret.replaceAll('A', '\\u0041').replaceAll('/', '\\/')]
  ])('is found %s', (_name, form) => {
    const keyring = keyringOf(secret)
    const scrubbed = keyring.scrubText(`<${form}>`)
    expect(scrubbed.length).toBeLessThan(200)
    expect(revealAll(keyring, scrubbed)).toBe(`<${form}>`)
  })

  it('of one repeated character is told from a text full of it', () => {
    const keyring = keyringOf(`${'a'.repeat(40_000)}b${'a'.repeat(20_000)}`)
    const text = 'a'.repeat(2_000_000)
    expect(keyring.scrubText(text)).toBe(text)
  })
})

describe('secrets and texts made to resemble each other', () => {
  it('are refused instead of searched forever', () => {
    const secrets = thousand((index) => `abcdef${'x'.repeat(index)}`)
    const text = `abcdef${'x'.repeat(500)} `.repeat(10_000)
    expect(() => keyringOf(...secrets).scrubText(text)).toThrowError(
      expect.objectContaining({ code: 'scrub_too_costly', status: 413 })
    )
  })

  it('of escapes alone are searched', () => {
    const keyring = keyringOf('secret-token-123456')
    for (const unit of ['%25', '%2', '%', '\\', '\\\\u005c', '%5c', '\\u0025']) {
      const text = unit.repeat(100_000)
      expect(keyring.scrubText(text)).toBe(text)
    }
  })

  it('with too many lines are refused', () => {
    const lines = (count: number) => Array.from({ length: count }, () => randomBytes(12).toString('hex')).join('\n')
    const many = Array.from({ length: 10 }, () => lines(2_500))
    expect(() => keyringOf(...many)).toThrowError(expect.objectContaining({ code: 'too_many_secrets', status: 413 }))
  })
})

describe('a text beyond ASCII', () => {
  it('does not pass for a secret by the low bytes of its characters', () => {
    const secret = 'secret-token-123456'
    const lookalike = Array.from(secret, (character) => String.fromCharCode(character.charCodeAt(0) + 0x100)).join('')
    const keyring = keyringOf(secret)
    const form = Buffer.from(secret).toString('hex')
    const hexAlike = Array.from(form, (character) => String.fromCharCode(character.charCodeAt(0) + 0x100)).join('')
    for (const text of [lookalike, hexAlike, `\\u0041${lookalike}`]) expect(keyring.scrubText(text)).toBe(text)
  })

  it('is searched like any other', () => {
    const keyring = keyringOf('secret-token-123456')
    const text = '漢字 secret-token-123456 \\u0073ecret-token-123456 😀 %73ecret-token-123456 ü'
    expect(replacedIn(keyring, keyring.scrubText(text)).map(({ from, to }) => text.slice(from, to))).toEqual([
      'secret-token-123456',
      '\\u0073ecret-token-123456',
      '%73ecret-token-123456'
    ])
  })
})
