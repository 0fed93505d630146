/** The keyring's life: what it takes in, what it shows, what it seals, and its end (rules 1, 3 and 4 of handles; I5). */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { keyringOf, origin, revealAll, RUN, testSeal } from './fixtures/keyrings.ts'
import { handlePattern } from './handle.ts'
import { Keyring, MAX_DERIVED, MAX_SECRET_BYTES, MAX_SECRETS } from './keyring.ts'
import { MasterKey } from './seal.ts'

const TOKEN = 'xoxb-2411-Zm9vL2Jhcg'

function fault(code: string, status?: number) {
  return expect.objectContaining(status === undefined ? { code } : { code, status }) as Error
}

describe('mint', () => {
  it('returns one handle for the same value, app, field and audience, and else another', () => {
    const keyring = new Keyring(testSeal())
    const handle = keyring.mint(TOKEN, origin())
    expect(handle).toMatch(/^bhdl\.slack\.oauth_access_token\.[0-9a-hjkmnp-tv-z]{26}$/)
    expect(keyring.mint(TOKEN, origin())).toBe(handle)
    const others = [
      keyring.mint(`${TOKEN}x`, origin()),
      keyring.mint(TOKEN, origin('github')),
      keyring.mint(TOKEN, origin('slack', 'bot_token')),
      keyring.mint(TOKEN, { ...origin(), audience: null })
    ]
    expect(new Set([handle, ...others]).size).toBe(5)
    expect(keyring.size).toBe(5)
  })

  it('makes handles that nobody can guess', () => {
    const tails = Array.from({ length: 600 }, () => keyringOf(TOKEN).scrubText(TOKEN).slice(-26))
    expect(new Set(tails).size).toBe(600)
    // 130 bits are written, 128 of them random.
    expect(tails.every((tail) => '048cgmrw'.includes(tail.at(-1) ?? ''))).toBe(true)
  })

  it('writes labels in the characters of handles', () => {
    const keyring = new Keyring(testSeal())
    const handle = keyring.mint(TOKEN, { app: 'My App', field: `Übung.${'x'.repeat(60)}`, audience: null })
    expect(handle).toMatch(new RegExp(`^bhdl\\.my_app\\._bung_x{34}\\.[0-9a-z]{26}$`))
    expect(revealAll(keyring, handle)).toBe(TOKEN)
  })

  it('refuses what is too large, too many or empty', () => {
    const keyring = new Keyring(testSeal())
    expect(() => keyring.mint('ü'.repeat(MAX_SECRET_BYTES / 2 + 1), origin())).toThrowError(
      fault('secret_too_large', 413)
    )
    keyring.mint('ü'.repeat(MAX_SECRET_BYTES / 2), origin())
    expect(() => keyring.mint('', origin())).toThrowError(fault('secret_empty'))
    for (let i = keyring.size; i < MAX_SECRETS; i++) keyring.mint(`secret number ${i}`, origin())
    expect(() => keyring.mint('one more secret', origin())).toThrowError(fault('too_many_secrets', 413))
    expect(() => keyring.mint('secret number 7', origin())).not.toThrow()
  })

  it('knows nothing of what it refused, but that something was refused', () => {
    const keyring = new Keyring(testSeal())
    const lines = (from: number) => Array.from({ length: 3_000 }, (_, i) => `line number ${from + i} of`).join('\n')
    for (let i = 0; i < 6; i++) keyring.mint(lines(i * 3_000), origin())
    expect([keyring.size, keyring.incomplete]).toEqual([6, false])
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => keyring.mint(lines(50_000), origin())).toThrowError(fault('too_many_secrets', 413))
    }
    expect([keyring.size, keyring.incomplete]).toEqual([6, true])
    expect(keyring.takeMinted()).toHaveLength(6)
  })

  it('never quotes the value in a fault', () => {
    const keyring = new Keyring(testSeal())
    const value = TOKEN.repeat(5_000)
    expect(() => keyring.mint(value, origin())).toThrowError(
      expect.objectContaining({ message: expect.not.stringContaining(TOKEN) as string })
    )
  })

  it('does not count encoded occurrences as secrets, and bounds them', () => {
    const keyring = keyringOf(TOKEN)
    const escapes = (bits: number) =>
      Array.from(TOKEN, (character, index) =>
        (bits >> index) & 1 ? `\\u00${character.charCodeAt(0).toString(16)}` : character
      ).join('')
    for (let bits = 1; bits <= MAX_DERIVED; bits++) keyring.scrubText(escapes(bits))
    expect(keyring.size).toBe(1)
    expect(() => keyring.scrubText(escapes(MAX_DERIVED + 1))).toThrowError(fault('too_many_secrets', 413))
  })
})

describe('reveal', () => {
  it('replaces handles by what is said of them', () => {
    const keyring = keyringOf(TOKEN)
    const handle = keyring.scrubText(TOKEN)
    expect(keyring.reveal(`Bearer ${handle}, ${handle}`, ({ origin: { app, field } }) => `<${app} ${field}>`)).toBe(
      'Bearer <slack oauth_access_token>, <slack oauth_access_token>'
    )
  })

  it('refuses a dead handle and says where it came from', () => {
    const dead = keyringOf(TOKEN).scrubText(TOKEN)
    expect(() => revealAll(keyringOf('another secret'), `Bearer ${dead}`)).toThrowError(
      expect.objectContaining({
        code: 'dead_handle',
        message: expect.stringContaining('slack.oauth_access_token') as string,
        hint: expect.stringContaining('slack') as string
      })
    )
  })

  it('reveals once: a handle inside a secret stays text', () => {
    const keyring = new Keyring(testSeal())
    const inner = keyring.mint(TOKEN, origin())
    const outer = keyring.mint(`key=${inner}`, origin('github'))
    expect(revealAll(keyring, outer)).toBe(`key=${inner}`)
  })
})

describe('a secret that becomes known late', () => {
  it('shows in the size, and scrubbing again finds it (rule 5 of handles)', () => {
    const keyring = keyringOf(TOKEN)
    const written = keyring.scrubText(`${TOKEN} late-secret-value`)
    const mark = keyring.size
    keyring.mint('late-secret-value', origin('github'))
    expect(keyring.size).toBeGreaterThan(mark)
    const again = keyring.scrubText(written)
    expect(again.replace(handlePattern(), '<>')).toBe('<> <>')
    expect(revealAll(keyring, again)).toBe(`${TOKEN} late-secret-value`)
  })
})

describe('at rest', () => {
  it('what was minted is handed out sealed, once, and opens to the same keyring', () => {
    const keyring = new Keyring(testSeal())
    const handle = keyring.mint(TOKEN, origin())
    const encoded = keyring.scrubText(Buffer.from(TOKEN).toString('hex'))
    const rows = keyring.takeMinted()
    expect(rows.map((row) => row.handle)).toEqual([handle, encoded])
    expect(keyring.takeMinted()).toEqual([])
    for (const row of rows) {
      expect(row.origin).not.toContain(TOKEN)
      expect(Buffer.from(row.sealed).includes(TOKEN)).toBe(false)
    }
    const opened = Keyring.open(testSeal(), rows)
    expect(opened.size).toBe(1)
    expect(opened.get(handle)).toMatchObject({ value: TOKEN, origin: origin() })
    expect(opened.scrubText(`${TOKEN} ${Buffer.from(TOKEN).toString('hex')}`)).toBe(`${handle} ${encoded}`)
    expect(opened.mint(TOKEN, origin())).toBe(handle)
    expect(opened.takeMinted()).toEqual([])
  })

  it('opens for no other run, no other key, and with no other origin', () => {
    const keyring = keyringOf(TOKEN)
    const rows = keyring.takeMinted()
    const [row] = rows
    const elsewhere = rows.map((one) => ({ ...one, origin: one.origin.replace('slack.com', 'evil.com') }))
    expect(row?.origin).toContain('slack.com')
    const key = new MasterKey(new Uint8Array(32).fill(7))
    const otherKey = new MasterKey(new Uint8Array(32).fill(8))
    expect(() => Keyring.open(key.runSeal(RUN.replace('9', '8')), rows)).toThrowError(fault('keyring_unreadable'))
    expect(() => Keyring.open(otherKey.runSeal(RUN), rows)).toThrowError(fault('keyring_unreadable'))
    expect(() => Keyring.open(key.runSeal(RUN), elsewhere)).toThrowError(fault('keyring_unreadable'))
    expect(() =>
      Keyring.open(key.runSeal(RUN), [{ handle: 'x', sealed: new Uint8Array(3), origin: '{' }])
    ).toThrowError(fault('keyring_unreadable'))
  })
})

describe('the end', () => {
  it('forgets all values, and refuses what it could not scrub any more', () => {
    const keyring = keyringOf(TOKEN)
    const handle = keyring.scrubText(TOKEN)
    keyring.destroy()
    expect(keyring.get(handle)).toBeUndefined()
    expect(keyring.takeMinted()).toEqual([])
    expect(() => revealAll(keyring, handle)).toThrowError(fault('dead_handle'))
    const attempts = [
      () => keyring.scrubText(TOKEN),
      () => keyring.scrub({ a: TOKEN }),
      () => keyring.scrubStream(),
      () => keyring.mint('another secret', origin())
    ]
    for (const attempt of attempts) expect(attempt).toThrowError(fault('keyring_destroyed'))
  })

  it('no value shows in an inspection or in JSON', () => {
    const keyring = keyringOf(TOKEN)
    keyring.scrubText(`${TOKEN} text`)
    const shown = [inspect(keyring, { depth: 9, showHidden: true }), JSON.stringify({ keyring })]
    for (const text of shown) expect(text).not.toContain('2411')
  })
})
