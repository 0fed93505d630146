/** An answer as callers see it: decoded, scrubbed, and read to its end. */
import { Fault, type FetchAnswer } from '@bellhop/sdk'
import { codingsOf, decoded } from './decode.ts'
import { joined, type Exchange, type Head, type RawHeader } from './exchange.ts'
import { tooLarge } from './failures.ts'
import { nameOf } from './hosts.ts'
import { parseJson, scrubHead, scrubWhole, type Belonging, type WholeBody } from './scrubbing.ts'

/** They describe the body on the wire, not the one that a caller reads. */
export const WIRE_HEADERS: ReadonlySet<string> = new Set(['content-encoding', 'content-length', 'transfer-encoding'])
export const NONE: ReadonlySet<string> = new Set()

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

function startOf(head: Head, method: string, to: Belonging): Pick<FetchAnswer, 'status' | 'statusText' | 'headers'> {
  return {
    status: head.status,
    ...scrubHead(head.statusText, head.headers, to, method === 'HEAD' ? NONE : WIRE_HEADERS)
  }
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
export function codingsIn(exchange: Exchange, head: Head, method: string, limit: number): string[] {
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

export function valueOf(headers: readonly RawHeader[], name: string): string {
  let joined: string | undefined
  for (const [rawName, value] of headers) {
    if (rawName.length === name.length && rawName.toLowerCase() === name)
      joined = joined === undefined ? value : `${joined}, ${value}`
  }
  return joined ?? ''
}

function asFetchAnswer(
  start: Pick<FetchAnswer, 'status' | 'statusText' | 'headers'>,
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
