/**
 * A vendor that says the caller's token back, wherever an answer can hold text and in every encoding that a leak
 * could hide in: what the scrubbing of answers is tested against.
 */
import type { Reply } from './visit.ts'

export const ECHO_PLACES = ['body', 'key', 'error', 'header', 'cookie', 'status', 'trailer', 'location'] as const
export type EchoPlace = (typeof ECHO_PLACES)[number]

const ENCODINGS = {
  plain: (text: string) => text,
  base64: (text: string) => Buffer.from(text).toString('base64'),
  /** The other two alignments of base64: one and two bytes stand in front. */
  base64_1: (text: string) => Buffer.from(`.${text}`).toString('base64'),
  base64_2: (text: string) => Buffer.from(`..${text}`).toString('base64'),
  base64url: (text: string) => Buffer.from(text).toString('base64url'),
  hex: (text: string) => Buffer.from(text).toString('hex'),
  HEX: (text: string) => Buffer.from(text).toString('hex').toUpperCase(),
  url: (text: string) => percent(text, /[^A-Za-z0-9]/),
  url_all: (text: string) => percent(text, /./s),
  json: (text: string) => text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  base64_url: (text: string) => encodeURIComponent(Buffer.from(text).toString('base64')),
  hex_base64: (text: string) => Buffer.from(Buffer.from(text).toString('base64')).toString('hex')
} satisfies Record<string, (text: string) => string>
export type EchoEncoding = keyof typeof ENCODINGS
export const ECHO_ENCODINGS = Object.keys(ENCODINGS).filter(isEncoding)

/** Where the token is said back, and how it is written there. */
export interface Echo {
  place: EchoPlace
  encoding: EchoEncoding
}

/** A reply with what only echoes need. */
export interface Echoed extends Reply {
  reason?: string
  trailer?: string
}

/** Reads `place:encoding,place`; without an encoding it is plain. Unknown parts are left out. */
export function parseEchoes(text: string): Echo[] {
  return text.split(',').flatMap((part) => {
    const [place, encoding = 'plain'] = part.split(':')
    const known = ECHO_PLACES.find((one) => one === place)
    return known !== undefined && isEncoding(encoding) ? [{ place: known, encoding }] : []
  })
}

/** The reply with the token in it. In headers and the status line only text that can stand there. */
export function echo(reply: Reply, echoes: readonly Echo[], token: string): Echoed {
  return echoes.reduce((said: Echoed, one) => {
    const text = ENCODINGS[one.encoding](token)
    // JSON's own escapes would be escaped once more if they went through JSON.stringify.
    if (one.encoding === 'json' && one.place === 'body') return { ...said, raw: `{"echo":"${text}"}` }
    return PUT[one.place](said, text)
  }, reply)
}

/** By place, the reply with a text in it. */
const PUT: Readonly<Record<EchoPlace, (reply: Echoed, text: string) => Echoed>> = {
  body: (reply, text) => ({
    ...reply,
    body: { echo: text, about: `You sent ${text} to us.`, answer: reply.body ?? null }
  }),
  key: (reply, text) => ({ ...reply, body: { [text]: true, answer: reply.body ?? null } }),
  error: (reply, text) => ({
    ...reply,
    status: Math.max(reply.status, 400),
    body: { error: { code: 'refused', message: `the token ${text} may not do this` } }
  }),
  header: (reply, text) => ({ ...reply, headers: { ...reply.headers, 'x-echo': line(text) } }),
  cookie: (reply, text) => ({
    ...reply,
    headers: { ...reply.headers, 'set-cookie': `session=${encodeURIComponent(text)}; HttpOnly` }
  }),
  status: (reply, text) => ({ ...reply, reason: `Fine ${line(text)}` }),
  trailer: (reply, text) => ({ ...reply, trailer: line(text) }),
  location: (reply, text) => ({
    ...reply,
    headers: { ...reply.headers, location: `/v1/whoami?echo=${encodeURIComponent(text)}` }
  })
}

/** Text that a header or the status line can carry. */
function line(text: string): string {
  return /^[\t\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text)
}

function percent(text: string, what: RegExp): string {
  return [...Buffer.from(text)].map((byte) => escaped(byte, what)).join('')
}

function escaped(byte: number, what: RegExp): string {
  const letter = String.fromCharCode(byte)
  return byte > 127 || what.test(letter) ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}` : letter
}

function isEncoding(name: string): name is EchoEncoding {
  return Object.hasOwn(ENCODINGS, name)
}
