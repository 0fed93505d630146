/**
 * A vendor's answer for sandboxed code: decoded, scrubbed and otherwise as it came, in one piece where its fields matter
 * or it is small, else as it streams in.
 */
import type { Duplex } from 'node:stream'
import { MAX_HANDLE_LENGTH } from '../secrets/handle.ts'
import type { Keyring } from '../secrets/keyring.ts'
import { codingsIn, NONE, valueOf, WIRE_HEADERS } from './answers.ts'
import { counted, decoded, resumed } from './decode.ts'
import { joined, type Exchange, type Head, type RawHeader } from './exchange.ts'
import {
  foreignCharset,
  harmless,
  isDeclaredStream,
  isDeclaredWhole,
  looksLikeJson,
  scrubRaw,
  scrubWhole,
  type Belonging,
  type WholeBody
} from './scrubbing.ts'

export interface RelayedAnswer {
  status: number
  statusText: string
  /** In the order and spelling of the vendor; without what describes the body on the wire, where there is one. */
  headers: readonly RawHeader[]
  /** The body, where it was read to its end. */
  whole?: WholeBody
  /** The body, where it is still on its way. To be read to the end; leaving it early gives the connection up. */
  stream?: AsyncIterable<Uint8Array>
  /** What came after the body. Complete when the body is. */
  trailers(): readonly RawHeader[]
  /** The connection, where the server changed the protocol: nothing of it is decoded or scrubbed. */
  upgraded?: Duplex
}

/** An answer that is no longer is read before it is handed on. */
const SMALL = 256 * 1024

export interface Limits {
  /** Longest answer that has to be read at once. */
  bytes: number
  /** Told how many bytes more are held for that. */
  hold: (bytes: number) => void
}

/** @throws Fault `answer_too_large`, `vendor_bad_answer`, and what `hold` throws */
export async function relayedAnswer(
  exchange: Exchange,
  head: Head,
  method: string,
  to: Belonging,
  limits: Limits
): Promise<RelayedAnswer> {
  const { status, statusText, headers: raw, upgraded } = head
  const trailers = (): readonly RawHeader[] => scrubRaw('', exchange.trailers, to, NONE).headers
  const start = (body = true): Pick<RelayedAnswer, 'status' | 'statusText' | 'headers' | 'trailers'> => {
    return { status, ...scrubRaw(statusText, raw, to, body ? WIRE_HEADERS : NONE), trailers }
  }
  if (upgraded !== undefined) return { ...start(), upgraded }
  if (method === 'HEAD' || status === 204 || status === 304) {
    exchange.discard()
    return start(method !== 'HEAD')
  }
  const body = await bodyOf(exchange, head, method, limits)
  // After the body, so that what it made known is scrubbed here, too.
  if (Buffer.isBuffer(body)) {
    const whole = scrubWhole(body, valueOf(raw, 'content-type'), raw, to)
    const { headers, ...rest } = start()
    return { ...rest, headers: headers.map(asUtf8), whole }
  }
  // And a stream is searched for what is known when it starts, so its cookies come first.
  const before = start()
  return { ...before, stream: scrubbed(body, to) }
}

/** What is scrubbed as text is told in UTF-8, whatever it was. */
function asUtf8([name, value]: RawHeader): RawHeader {
  const isForeign = name.toLowerCase() === 'content-type' && foreignCharset(value) !== undefined
  return [name, isForeign ? value.replace(/charset="?[\w.:-]+"?/i, 'charset=utf-8') : value]
}

/** All of it, where that is wanted, or else what is to come. */
async function bodyOf(
  exchange: Exchange,
  head: Head,
  method: string,
  { bytes: limit, hold }: Limits
): Promise<Buffer | AsyncGenerator<Buffer, void, undefined>> {
  const type = valueOf(head.headers, 'content-type')
  const declared = isDeclaredWhole(type)
  const codings = codingsIn(exchange, head, method, declared ? limit : Infinity)
  const length = valueOf(head.headers, 'content-length')
  if (codings.length === 0 && (declared || (length !== '' && Number(length) <= SMALL)))
    return exchange.whole(limit, hold)
  const body = decoded(exchange, codings, declared ? limit : Infinity, exchange.target)
  if (declared) return collected(body, hold)
  // Whoever listens for events wants to know at once that it began.
  if (isDeclaredStream(type)) return body
  const first = await body.next()
  if (first.done === true) return Buffer.alloc(0)
  const all = resumed(first.value, body)
  return looksLikeJson(first.value) ? collected(counted(all, limit, exchange.target), hold) : all
}

async function collected(body: AsyncIterable<Buffer>, hold: (bytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) {
    hold(chunk.length)
    chunks.push(chunk)
  }
  return joined(chunks)
}

async function* scrubbed(body: AsyncIterable<Buffer>, to: Belonging): AsyncGenerator<Uint8Array, void, undefined> {
  const scrubber = to.keyring.scrubStream()
  const guard = harmlessStream(to.keyring)
  for await (const chunk of body) yield guard.write(scrubber.write(chunk))
  yield Buffer.concat([guard.write(scrubber.end()), guard.end()])
}

/** `harmless` over bytes in pieces: holds back what may be the start of a handle. */
function harmlessStream(keyring: Keyring): { write(chunk: Uint8Array): Uint8Array; end(): Uint8Array } {
  let held = ''
  const flush = (upTo: number): Uint8Array => {
    const out = Buffer.from(held.slice(0, upTo), 'latin1')
    held = held.slice(upTo)
    return out
  }
  return {
    write: (chunk) => {
      held = harmless(held + Buffer.from(chunk).toString('latin1'), keyring)
      return flush(safeLength(held))
    },
    end: () => flush(held.length)
  }
}

/** How much of `text` can't be part of a handle that goes on in the next chunk. */
function safeLength(text: string): number {
  const from = Math.max(0, text.length - MAX_HANDLE_LENGTH)
  const start = /b(?:h(?:d(?:l(?:\.[a-z0-9_.-]*)?)?)?)?$/.exec(text.slice(from))
  return start === null ? text.length : from + start.index
}
