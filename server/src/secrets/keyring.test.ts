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

describe('the keyring of an item, on top of its run’s', () => {
  const OWN = 'token-of-the-item-0123'
  const both = (): { run: Keyring; item: Keyring } => {
    const run = keyringOf(TOKEN)
    const item = run.above()
    item.mint(OWN, origin('github'))
    return { run, item }
  }

  it('knows what the run’s knows, and tells it nothing', () => {
    const { run, item } = both()
    const scrubbed = item.scrubText(`${TOKEN} and ${OWN}`)
    expect(scrubbed).toMatch(/^bhdl\.slack\.\S+ and bhdl\.github\.\S+$/)
    expect(revealAll(item, scrubbed)).toBe(`${TOKEN} and ${OWN}`)
    expect(run.scrubText(OWN)).toBe(OWN)
    expect([run.size, item.size, run.known, item.known]).toEqual([1, 2, 1, 2])
    expect([run.knows(OWN), item.knows(OWN), item.knows(TOKEN)]).toEqual([false, true, true])
    expect(item.mint(TOKEN, origin())).toBe(run.scrubText(TOKEN))
  })

  it('keeps what it mints for itself, sealed apart, and dies alone', () => {
    const { run, item } = both()
    run.takeMinted()
    item.mint(TOKEN, origin('github'))
    const rows = item.takeMinted()
    expect(rows).toHaveLength(2)
    expect(run.takeMinted()).toEqual([])
    expect(revealAll(run.above(rows), item.scrubText(OWN))).toBe(OWN)
    item.destroy()
    expect(() => item.scrubText('x')).toThrowError(fault('keyring_destroyed'))
    expect(run.scrubText(TOKEN)).toMatch(/^bhdl/)
  })

  it('replaces secrets of both that overlap as one, whichever is longer', () => {
    const run = keyringOf('shared-middle')
    const item = run.above()
    item.mint('before-shared-middle', origin())
    item.mint('middle-after-the-end', origin())
    for (const text of ['before-shared-middle', 'shared-middle-after-the-end', 'before-shared-middle-after-the-end']) {
      const scrubbed = item.scrubText(`<${text}>`)
      expect(scrubbed).toMatch(/^<bhdl\.[^<>]+>$/)
      expect(scrubbed.match(handlePattern())).toHaveLength(1)
      expect(revealAll(item, scrubbed)).toBe(`<${text}>`)
    }
  })

  it('finds both in streams, cut anywhere, and in encodings', () => {
    const { item } = both()
    const text = JSON.stringify({ a: TOKEN, b: Buffer.from(`x${OWN}`).toString('base64'), c: encodeURIComponent(OWN) })
    for (const size of [1, 7, 1000]) {
      const stream = item.scrubStream()
      const bytes = Buffer.from(text)
      let out = ''
      for (let at = 0; at < bytes.length; at += size) out += Buffer.from(stream.write(bytes.subarray(at, at + size)))
      out += Buffer.from(stream.end())
      expect(out).not.toContain(TOKEN)
      expect(out).not.toContain(OWN)
      expect(revealAll(item, out)).toBe(text)
    }
  })

  it('replaces short secrets of both as whole values, numbers too', () => {
    const run = keyringOf('1234')
    const item = run.above()
    item.mint('777', origin())
    expect(JSON.stringify(item.scrub({ a: 1234, b: '777', c: 777, d: 1 }))).toMatch(
      /^\{"a":"bhdl\.\S+","b":"bhdl\.\S+","c":"bhdl\.\S+","d":1\}$/
    )
  })

  it('never searches inside the handles of either', () => {
    const run = keyringOf('oauth_access_token')
    const item = run.above()
    const handle = item.mint(OWN, origin('github'))
    expect(item.scrubText(`${handle} oauth_access_token`)).toMatch(new RegExp(`^${handle.replaceAll('.', '\\.')} bhdl`))
  })

  it('holds a thousand secrets of its own, and is incomplete where either is', () => {
    const run = new Keyring(testSeal())
    for (let i = 0; i < MAX_SECRETS; i++) run.mint(`secret number ${i}`, origin())
    const item = run.above()
    for (let i = 0; i < MAX_SECRETS; i++) item.mint(`of the item ${i}`, origin())
    expect(item.incomplete).toBe(false)
    expect(() => item.mint('one more', origin())).toThrowError(fault('too_many_secrets', 413))
    expect([run.incomplete, item.incomplete, run.above().incomplete]).toEqual([false, true, false])
  })

  it('hands down what the run has to know, too', () => {
    const { run, item } = both()
    item.handDown()
    expect(run.scrubText(OWN)).toMatch(/^bhdl\.github\./)
    expect([run.size, run.known]).toEqual([2, 2])
    expect(revealAll(item, item.scrubText(OWN))).toBe(OWN)
  })
})
