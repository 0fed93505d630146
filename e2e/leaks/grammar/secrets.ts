/** The credentials that a run carries: of every kind that people have, and different ones in each run. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'

/** What a credential looks like. The generated part is only that; its characters come from `secretOf`. */
export interface SecretShape {
  kind: SecretKind
  /** Random characters in it. */
  length: number
}

/** What all secrets of a kind have in common is shorter than what counts as a piece of one. */
const KINDS = {
  token: (random: string) => random,
  prefixed: (random: string) => `xoxb-${random}`,
  jwt: (random: string) => `eyJ${cut(random, 20)[0]}.${cut(random, 20)[1]}.${random}`,
  base64: (random: string) => `/${Buffer.from(random).toString('base64').slice(1)}`.replace(/.(?==*$)/, '+'),
  hex: (random: string) => Buffer.from(random).toString('hex'),
  url: (random: string) => woven(random, '/+&=?%#;: '),
  quoted: (random: string) => woven(random, `"\\'<>{}$\``),
  unicode: (random: string) => woven(random, 'ßé→漢😀ñ'),
  control: (random: string) => woven(random, '\n\t\r\\n'),
  padded: (random: string) => `  ${random}\n`,
  // Without the words of a real one: with one more character by chance they would be a piece.
  pem: (random: string) => `-----${cut(random, 8)[0]}-----\n${lines(random)}\n-----${cut(random, 8)[0]}-----\n`,
  // A list: with keys, two documents would have more in common than a piece that counts.
  document: (random: string) => JSON.stringify([woven(random, '\n"/'), cut(random, 8)[0]]),
  number: (random: string) => digitsOf(random, 15)
} satisfies Record<string, (random: string) => string>

export type SecretKind = keyof typeof KINDS | 'short' | 'short_number'

/** How many random characters a kind needs at least, and usually has at most. */
const LENGTHS: Partial<Record<SecretKind, readonly [number, number]>> = {
  token: [6, 64],
  pem: [200, 900],
  document: [40, 200],
  padded: [12, 64]
}
const USUAL = [16, 64] as const

/** Of the last, 60,000 characters are just allowed, and 70,000 are not. */
export const secretShape: fc.Arbitrary<SecretShape> = fc.oneof(
  { weight: 12, arbitrary: shapeOf(...(Object.keys(KINDS) as (keyof typeof KINDS)[])) },
  { weight: 1, arbitrary: shapeOf('short', 'short_number') },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('token' as const),
      length: fc.constantFrom(6, 7, 8, 4_000, 60_000, 70_000)
    })
  }
)

function shapeOf(...kinds: SecretKind[]): fc.Arbitrary<SecretShape> {
  return fc.constantFrom(...kinds).chain((kind) => {
    const [min, max] = LENGTHS[kind] ?? USUAL
    return fc.integer({ min, max }).map((length) => ({ kind, length }))
  })
}

/**
 * The credential itself. Its characters are drawn from `source`, which is unique to the run, so that no two runs share
 * a secret and a repetition with the same seed has the same ones.
 */
export function secretOf({ kind, length }: SecretShape, source: string): string {
  const random = randomText(length, source)
  // Five characters or digits that no count, port, status or time of a document is equal to.
  if (kind === 'short') return `${cut(random, 4)[0]}!`
  if (kind === 'short_number') return `9${digitsOf(random, 4).slice(0, 4)}`
  return KINDS[kind](random)
}

/** Kinds that a request header can carry as they are. */
export function isHeaderSafe(secret: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(secret)
}

/**
 * Whether a JSON number says it digit for digit. Hex of many letters is nothing but digits, yet too many: what is read
 * of such a number, by whomever, is another text, and the run has another secret than the judge looks for.
 */
export function isNumber(secret: string): boolean {
  return /^\d+$/.test(secret) && String(Number(secret)) === secret
}

/** Letters and digits from a source: the same text for the same source. */
export function randomText(length: number, source: string): string {
  const bytes = createHash('shake256', { outputLength: length }).update(source).digest()
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789'

function digitsOf(random: string, count: number): string {
  const sum = createHash('sha256').update(random).digest()
  return `1${sum.readBigUInt64LE()}`.padEnd(count, '7').slice(0, count)
}

function cut(text: string, at: number): [string, string] {
  return [text.slice(0, at), text.slice(at)]
}

/** Special characters among the random ones: between any two of them are enough to know the secret by. */
function woven(random: string, specials: string): string {
  const parts = random.match(/.{1,7}/g) ?? []
  const marks = Array.from(specials)
  return parts.map((part, index) => part + (marks[(index + random.length) % marks.length] ?? '')).join('')
}

function lines(random: string): string {
  return (random.match(/.{1,64}/g) ?? []).join('\n')
}
