import { expect, test } from 'vitest'
import { keyringOf, origin } from './fixtures/keyrings.ts'
import { mintLeaves } from './leaves.ts'

const SOURCE = { app: 'event', field: 'token' }

test('every text and number below becomes a secret, and nothing else', () => {
  const keyring = keyringOf()
  mintLeaves(keyring, { a: 'first-secret', b: [12345678, true, null, ''] }, SOURCE)
  const scrubbed = keyring.scrub(['first-secret', 12345678, true])
  expect(scrubbed).toEqual([
    expect.stringMatching(/^bhdl\.event\.token\./),
    expect.stringMatching(/^bhdl\.event\./),
    true
  ])
  expect(keyring.takeMinted()).toHaveLength(2)
})

test('a secret that is known keeps its handle, and is sealed once', () => {
  const keyring = keyringOf()
  const handle = keyring.mint('token-of-ada', origin())
  mintLeaves(keyring, { token: 'token-of-ada', again: handle }, SOURCE)
  expect(keyring.takeMinted().map((sealed) => sealed.handle)).toEqual([handle])
  expect(keyring.scrub('token-of-ada')).toBe(handle)
})
