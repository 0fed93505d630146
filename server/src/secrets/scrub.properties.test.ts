/** Properties of scrubbing over generated secrets, surroundings and encodings (I1; rule 2 of handles). */
import type { Json } from '@bellhop/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choices, encodeWith, encodings, secrets, words } from './fixtures/encodings.ts'
import { keyringOf, replacedIn, revealAll } from './fixtures/keyrings.ts'

/** A stray escape character before a shorter secret may hide it when its first character is not escaped. */
const SAFE_BEHIND_ESCAPES = 13

/** A text with one encoded secret in it, and where. */
const planted = fc
  .record({
    values: fc.array(secrets, { minLength: 1, maxLength: 3 }),
    names: encodings,
    decided: choices,
    before: words(0, 20),
    after: words(0, 20)
  })
  .map(({ values, names, decided, before, after }) => {
    const [secret = ''] = values
    const { text, from, to } = encodeWith(names, secret, decided)
    const gap = Buffer.byteLength(secret) < SAFE_BEHIND_ESCAPES ? ' ' : ''
    const start = before.length + gap.length
    // A stray escape character before it may make its first character's escape read as something else.
    const unclear = /[\\%]$/.test(before + gap) ? 36 : 0
    return { values, text: `${before}${gap}${text}${after}`, from: start + from + unclear, to: start + to }
  })

describe('scrubbed text', () => {
  it('holds no character of a secret, in any encoding nested up to two deep', () => {
    fc.assert(
      fc.property(planted, ({ values, text, from, to }) => {
        const keyring = keyringOf(...values)
        const scrubbed = keyring.scrubText(text)
        const replaced = replacedIn(keyring, scrubbed)
        expect(replaced.some((range) => range.from <= from && range.to >= to)).toBe(true)
      }),
      { numRuns: 2_500 }
    )
  })

  it('reveals to the original, byte for byte', () => {
    fc.assert(
      fc.property(planted, ({ values, text }) => {
        const keyring = keyringOf(...values)
        expect(revealAll(keyring, keyring.scrubText(text))).toBe(text)
      }),
      { numRuns: 1_000 }
    )
  })

  it('is not changed by scrubbing it again', () => {
    fc.assert(
      fc.property(planted, ({ values, text }) => {
        const keyring = keyringOf(...values)
        const scrubbed = keyring.scrubText(text)
        expect(keyring.scrubText(scrubbed)).toBe(scrubbed)
      }),
      { numRuns: 1_000 }
    )
  })

  it('is the text itself where no secret stands in it', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ maxLength: 300, unit: 'grapheme' }), (secret, text) => {
        expect(keyringOf(secret).scrubText(text)).toBe(text)
      }),
      { numRuns: 500 }
    )
  })
})

/** Digits of base64, more than a form of most secrets could span: so something is let go by length alone. */
const behind = fc.nat({ max: 2_000 }).map((length) => 'A'.repeat(length))
const cutting = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })

describe('a scrubbed stream', () => {
  it('is the scrubbed whole, wherever it is cut', () => {
    fc.assert(
      fc.property(planted, planted, behind, cutting, (one, other, more, cuts) => {
        const keyring = keyringOf(...one.values, ...other.values)
        const text = (one.text + other.text + more).toWellFormed()
        const stream = keyring.scrubStream()
        const bytes = Buffer.from(text)
        const out: Uint8Array[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1
          out.push(stream.write(bytes.subarray(at, at + size)))
          at += size
        }
        out.push(stream.end())
        expect(Buffer.concat(out).toString()).toBe(keyring.scrubText(text))
      }),
      { numRuns: 1_000 }
    )
  })

  it('passes arbitrary bytes on unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (chunks) => {
        const stream = keyringOf('a-secret-that-is-not-there').scrubStream()
        const out = [...chunks.map((chunk) => stream.write(chunk)), stream.end()]
        expect(Buffer.concat(out).equals(Buffer.concat(chunks))).toBe(true)
      }),
      { numRuns: 300 }
    )
  })
})

describe('a scrubbed value', () => {
  it('holds the secret in no key, string or number, and reveals to what it was', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        planted,
        fc.integer({ min: 100_000 }),
        (value, { values, text }, digits) => {
          const keyring = keyringOf(...values, String(digits))
          const whole = JSON.stringify([{ [text]: value, list: [text, { digits, longer: Number(`12${digits}`) }] }])
          const scrubbed = JSON.stringify(keyring.scrub(JSON.parse(whole) as Json))
          const [secret = ''] = values
          for (const one of [secret, String(digits)]) {
            expect(revealParts(scrubbed).some((part) => part.includes(one))).toBe(false)
          }
          const restored: unknown = JSON.parse(scrubbed, (_, item: unknown) => revealItem(item))
          expect(numbersAsText(restored)).toEqual(numbersAsText(JSON.parse(whole)))

          function revealItem(item: unknown): unknown {
            if (typeof item === 'string') return revealAll(keyring, item)
            if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
            return Object.fromEntries(Object.entries(item).map(([key, one]) => [revealAll(keyring, key), one]))
          }
        }
      ),
      { numRuns: 400 }
    )
  })
})

/** What stands between the handles of a JSON text, unescaped. */
function revealParts(text: string): string[] {
  const parts: string[] = []
  JSON.parse(text, (key, item: unknown) => {
    parts.push(key, ...(typeof item === 'string' || typeof item === 'number' ? [String(item)] : []))
    return item
  })
  return parts.flatMap((part) => part.split(/bhdl\.[a-z0-9_.-]+/))
}

/** A number that became a handle reveals to its text. */
function numbersAsText(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) => (typeof item === 'number' ? String(item) : item))
}
