/** What a stream lets go of, and when (I1; rule 6 of the door). */
import { describe, expect, it } from 'vitest'
import { keyringOf, origin, revealAll, testSeal } from './fixtures/keyrings.ts'
import { Keyring } from './keyring.ts'

const TOKEN = 'xoxb-2411-Zm9vL2Jhcg'

/** What comes out for each chunk, and at the end. */
function pass(keyring: Keyring, chunks: readonly (string | Uint8Array)[]): string[] {
  const stream = keyring.scrubStream()
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
  return [...chunks.map((chunk) => text(stream.write(Buffer.from(chunk)))), text(stream.end())]
}

describe('a scrubbed stream', () => {
  it('lets everything go behind a byte that no form of a secret contains', () => {
    expect(pass(keyringOf(TOKEN), ['data: hello\n\n', 'data: you\n\n'])).toEqual([
      'data: hello\n\n',
      'data: you\n\n',
      ''
    ])
  })

  it('holds back what could be the beginning of a secret', () => {
    const keyring = keyringOf(TOKEN)
    const handle = keyring.scrubText(TOKEN)
    expect(pass(keyring, ['a xoxb-2411', '-Zm9vL2Jhcg b', ' c'])).toEqual(['a ', `${handle} `, 'b ', 'c'])
  })

  it('holds back no more than the longest form could span', () => {
    const stream = keyringOf(TOKEN).scrubStream()
    const chunk = Buffer.alloc(50_000, 'A')
    let released = 0
    for (let i = 0; i < 10; i++) released += stream.write(chunk).length
    // JSON in JSON writes 36 characters for one.
    expect(10 * chunk.length - released).toBeLessThanOrEqual(36 * TOKEN.length * 2 + chunk.length)
    expect(released + stream.end().length).toBe(10 * chunk.length)
  })

  it.each(['', '.', '..'])(
    'finds what base64 encodes of an escaped secret behind “%s”, wherever it lets go',
    (before) => {
      const escaped = Array.from(TOKEN, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('')
      const keyring = keyringOf(TOKEN)
      const encoded = Buffer.from(`${before}${escaped}..`).toString('base64')
      for (let behind = 0; behind < 36 * TOKEN.length + encoded.length; behind += 7) {
        // Nothing here ends all forms, so it is by length that some is let go.
        const text = encoded + 'A'.repeat(behind)
        expect(pass(keyring, [text]).join('')).toBe(keyring.scrubText(text))
      }
    }
  )

  it('finds a secret whose characters are cut in the middle', () => {
    const keyring = keyringOf('Schlüssel-für-Übermut')
    const text = '«Schlüssel-für-Übermut»'
    const stream = keyring.scrubStream()
    const out = Array.from(Buffer.from(text), (byte) => stream.write(Uint8Array.of(byte)))
    expect(Buffer.concat([...out, stream.end()]).toString()).toBe(keyring.scrubText(text))
  })

  it('keeps a live handle whole, whatever secret occurs in its label', () => {
    const keyring = new Keyring(testSeal())
    const handle = keyring.mint(TOKEN, origin('slack', 'access-token'))
    keyring.mint('access-token', origin())
    for (let cut = 1; cut < handle.length; cut++) {
      expect(pass(keyring, [handle.slice(0, cut), handle.slice(cut), '\n']).join('')).toBe(`${handle}\n`)
    }
  })

  it('passes bytes that are no text on around a secret', () => {
    const keyring = keyringOf(TOKEN)
    const stream = keyring.scrubStream()
    const noise = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const out = Buffer.concat([stream.write(Buffer.concat([noise, Buffer.from(TOKEN), noise])), stream.end()])
    expect(out.equals(Buffer.concat([noise, Buffer.from(keyring.scrubText(TOKEN)), noise]))).toBe(true)
  })

  it('replaces bytes that are no UTF-8 by the handle of the secret itself', () => {
    const keyring = keyringOf('Schlüssel')
    const out = Buffer.from(keyring.scrubStream().write(Buffer.from('Schlüssel!\n', 'latin1'))).toString()
    expect(revealAll(keyring, out)).toBe('Schlüssel!\n')
  })

  it('does not see what becomes of a chunk after it was written', () => {
    const keyring = keyringOf(TOKEN)
    const stream = keyring.scrubStream()
    const chunk = Buffer.from(TOKEN)
    const released = [stream.write(chunk)]
    chunk.fill(0)
    released.push(stream.write(Buffer.from('\n')), stream.end())
    expect(Buffer.concat(released).toString()).toBe(`${keyring.scrubText(TOKEN)}\n`)
  })

  it('lets all go at once where there is no secret', () => {
    expect(pass(new Keyring(testSeal()), ['abc', 'def'])).toEqual(['abc', 'def', ''])
  })

  it('refuses to go on when its keyring is destroyed', () => {
    const keyring = keyringOf(TOKEN)
    const stream = keyring.scrubStream()
    keyring.destroy()
    expect(() => stream.write(Buffer.from(`${TOKEN}\n`))).toThrowError(
      expect.objectContaining({ code: 'keyring_destroyed' })
    )
  })
})
