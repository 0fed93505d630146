import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encode, encodingChain, ENCODINGS } from '../grammar/encodings.ts'
import { randomText, secretOf, secretShape } from '../grammar/secrets.ts'
import { FRAGMENT, Needles } from './needles.ts'
import { search } from './search.ts'
import { wholeValuesIn } from './whole-values.ts'

const longShape = secretShape.filter(({ kind }) => !kind.startsWith('short'))
const source = fc.uuid()
const noise = fc.string({ unit: 'binary', maxLength: 300 })

function needlesOf(...secrets: string[]): Needles {
  const needles = new Needles()
  for (const [index, secret] of secrets.entries()) needles.add(`secret ${index}`, secret)
  return needles
}

function namesIn(needles: Needles, text: string | Buffer): string[] {
  return [...new Set(search(needles, Buffer.from(text)).map(({ name }) => name))]
}

describe('the judge', () => {
  test('finds a secret of any kind in every encoding, two deep, wherever it stands in a document', () => {
    fc.assert(
      fc.property(longShape, source, encodingChain, noise, noise, (shape, from, chain, before, after) => {
        const secret = secretOf(shape, from)
        const written = encode(secret, chain)
        expect(namesIn(needlesOf(secret), `${before}|${written}|${after}`)).toEqual(['secret 0'])
        expect(namesIn(needlesOf(secret), JSON.stringify({ a: [before, `x ${written}`, after] }))).toEqual(['secret 0'])
      }),
      { numRuns: 2_000 }
    )
  })

  test.each(Object.keys(ENCODINGS) as (keyof typeof ENCODINGS)[])('finds the shortest secrets in %s', (encoding) => {
    for (let run = 0; run < 200; run++) {
      const secret = randomText(6, `${encoding} ${run}`)
      for (const before of ['', 'a', 'ab', 'abc']) {
        expect(namesIn(needlesOf(secret), `${before}${ENCODINGS[encoding](secret)}`), secret).toEqual(['secret 0'])
      }
    }
  })

  test('finds a part of a secret, as when it was cut or broken over two pages', () => {
    fc.assert(
      fc.property(source, fc.nat({ max: 48 }), fc.constantFrom('base64', 'hex', 'url'), (from, at, encoding) => {
        const secret = randomText(60, from)
        const part = secret.slice(at, at + FRAGMENT)
        expect(namesIn(needlesOf(secret), encode(part, [encoding]))).toEqual(['secret 0'])
      })
    )
  })

  test('finds each of many secrets, and nothing in what holds none', () => {
    const secrets = Array.from({ length: 5_000 }, (_, index) => randomText(24, `many ${index}`))
    const needles = needlesOf(...secrets)
    const others = Array.from({ length: 20_000 }, (_, index) => randomText(24, `other ${index}`)).join(' ')
    expect(namesIn(needles, others)).toEqual([])
    expect(namesIn(needles, others + encode(secrets[4_711] ?? '', ['base64', 'url']))).toEqual(['secret 4711'])
  })

  test('does not take a part that is too short to mean anything for a leak', () => {
    const secret = randomText(40, 'short part')
    expect(namesIn(needlesOf(secret), secret.slice(10, 10 + FRAGMENT - 1))).toEqual([])
  })

  test('finds short secrets as whole values, as text and as numbers, and only there', () => {
    const short = new Map([
      ['aB3x!', 'text'],
      ['91234', 'number']
    ])
    expect(wholeValuesIn('{"a":["aB3x!"],"b":{"c":91234}}', short)).toEqual(['text', 'number'])
    expect(wholeValuesIn('{"a":"said aB3x! to us","b":912345}', short)).toEqual([])
    expect(wholeValuesIn('no JSON: aB3x!', short)).toEqual([])
  })
})
