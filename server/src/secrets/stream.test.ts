/** What a stream lets go of, and when (I1; rule 6 of the door). */
import { describe, expect, it } from 'vitest'
import { keyringOf, origin, revealAll, testSeal } from './fixtures/keyrings.ts'
import { Keyring } from './keyring.ts'

const TOKEN = 'xoxb-2411-Zm9vL2Jhcg'

/** What comes out for each chunk, and at the end. */
function pass(keyring: Keyring, chunks: readonly (string | Uint8Array)[]): string[] {
  const stream = keyring.scrubStream()
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
  return [...chunks.map((chunk) => text(stream.write(Buffer.from(chunk)))), text(stream.end())]
}

describe('a scrubbed stream', () => {
  it('lets everything go behind a byte that no secret contains', () => {
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
})
