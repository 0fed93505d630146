/** An answer as callers see it: decoded, scrubbed, and read to its end or as a stream. */
import { Fault, type FetchAnswer } from '@bellhop/sdk'
import { MAX_HANDLE_LENGTH } from '../secrets/handle.ts'
import type { Keyring } from '../secrets/keyring.ts'
import { codingsOf, decoded } from './decode.ts'
import { joined, type Exchange, type Head, type RawHeader } from './exchange.ts'
import { tooLarge } from './failures.ts'
import { nameOf } from './hosts.ts'
import { harmless, isWhole, parseJson, scrubHead, scrubWhole, type Belonging, type WholeBody } from './scrubbing.ts'

/** A scrubbed answer whose body is still on its way. */
export interface OpenAnswer {
  status: number
  statusText: string
  headers: Readonly<Record<string, string>>
  /** To be read to the end or left early, unless the answer is closed. */
  body: AsyncIterable<Uint8Array>
  /** Lets go of the connection, whatever was read. */
  close(): void
  /** What came after the body. Complete when the body is. */
  trailers(): Readonly<Record<string, string>>
}

/** They describe the body on the wire, not the one that a caller reads. */
const WIRE_HEADERS: ReadonlySet<string> = new Set(['content-encoding', 'content-length', 'transfer-encoding'])
const NONE: ReadonlySet<string> = new Set()

/**
 * Reads an answer to its end.
 * @throws Fault `answer_too_large`, `vendor_bad_answer`, and those of the exchange
 */
export async function readAnswer(
  exchange: Exchange,
  head: Head,
  method: string,
  to: Belonging,
  limit: number
): Promise<FetchAnswer> {
  const codings = codingsIn(exchange, head, method, limit)
  const bytes = await (codings.length === 0 ? exchange.whole(limit) : unpackedWhole(exchange, codings, limit))
  const body = scrubWhole(bytes, valueOf(head.headers, 'content-type'), head.headers, to)
  // After the body, so that what it made known is scrubbed here, too.
  return asFetchAnswer(startOf(head, method, to), body, nameOf(exchange.target))
}

/** Hands an answer on as it comes in; what has fields of its own (JSON, forms) comes in one piece. */
export function openAnswer(exchange: Exchange, head: Head, method: string, to: Belonging, limit: number): OpenAnswer {
  const start = startOf(head, method, to)
  // A stream is searched for what is known when it starts.
  void start.headers['set-cookie']
  return {
    ...start,
    body: scrubbedBody(bodyOf(exchange, head, method, limit), head, to),
    close: () => exchange.discard(),
    trailers: () => scrubHead('', exchange.trailers, to).headers
  }
}

function startOf(head: Head, method: string, to: Belonging): Pick<OpenAnswer, 'status' | 'statusText' | 'headers'> {
  return {
    status: head.status,
    ...scrubHead(head.statusText, head.headers, to, method === 'HEAD' ? NONE : WIRE_HEADERS)
  }
}

function bodyOf(
  exchange: Exchange,
  head: Head,
  method: string,
  limit: number
): AsyncGenerator<Buffer, void, undefined> {
  return decoded(exchange, codingsIn(exchange, head, method, limit), limit, exchange.target)
}

async function unpackedWhole(exchange: Exchange, codings: readonly string[], limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of decoded(exchange, codings, limit, exchange.target)) chunks.push(chunk)
  return joined(chunks)
}

/**
 * The codings to undo, outermost last; otherwise the answer is given up.
 * @throws Fault `answer_too_large` where the answer says so beforehand, `vendor_bad_answer`
 */
function codingsIn(exchange: Exchange, head: Head, method: string, limit: number): string[] {
  try {
    const codings = codingsOf(valueOf(head.headers, 'content-encoding'), exchange.target)
    if (codings.length === 0 && method !== 'HEAD' && Number(valueOf(head.headers, 'content-length')) > limit) {
      throw tooLarge(exchange.target, limit)
    }
    return codings
  } catch (error) {
    exchange.discard()
    throw error
  }
}

async function* scrubbedBody(
  body: AsyncGenerator<Buffer, void, undefined>,
  head: Head,
  to: Belonging
): AsyncGenerator<Uint8Array> {
  const first = await body.next()
  if (first.done === true) return
  const type = valueOf(head.headers, 'content-type')
  if (isWhole(type, first.value)) {
    const chunks = [first.value]
    for await (const chunk of body) chunks.push(chunk)
    yield scrubWhole(Buffer.concat(chunks), type, head.headers, to).bytes()
    return
  }
  const scrubber = to.keyring.scrubStream()
  const guard = harmlessStream(to.keyring)
  yield guard.write(scrubber.write(first.value))
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

function valueOf(headers: readonly RawHeader[], name: string): string {
  let joined: string | undefined
  for (const [rawName, value] of headers) {
    if (rawName.length === name.length && rawName.toLowerCase() === name)
      joined = joined === undefined ? value : `${joined}, ${value}`
  }
  return joined ?? ''
}

function asFetchAnswer(
  start: Pick<OpenAnswer, 'status' | 'statusText' | 'headers'>,
  body: WholeBody,
  where: string
): FetchAnswer {
  return {
    ...start,
    ok: start.status >= 200 && start.status < 300,
    text: async () => body.text(),
    bytes: async () => body.bytes(),
    json: async () => {
      const value = body.value ?? parseJson(body.text())
      if (value !== undefined) return value
      throw new Fault('vendor_bad_json', `the answer of ${where} (status ${start.status}) is not JSON`, {
        status: start.status
      })
    }
  }
}
