/**
 * Undoes an answer's content codings (RFC 9110, section 8.4; RFC 9659 for zstd) as it streams, and keeps count: of what
 * comes in and of what comes out, so that an answer which unpacks to more than the limit is given up while it unpacks.
 */
import { pipeline, Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { Fault } from '@bellhop/sdk'
import { badAnswer, tooLarge } from './failures.ts'
import type { Target } from './hosts.ts'

/** More than two codings have no honest use. */
const MAX_CODINGS = 3

/** The codings of a `Content-Encoding` in the order in which they were applied; undefined if one can't be undone. */
export function readCodings(contentEncoding: string): string[] | undefined {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
  const known = codings.length <= MAX_CODINGS && codings.every((coding) => Object.hasOwn(DECODERS, coding))
  return known ? codings : undefined
}

/** @throws Fault `vendor_bad_answer` for an answer's coding that can't be undone */
export function codingsOf(contentEncoding: string, target: Target): string[] {
  const codings = readCodings(contentEncoding)
  if (codings !== undefined) return codings
  throw badAnswer(target, "is packed in a way that can't be undone, so it can't be searched for credentials")
}

/**
 * @throws Fault `answer_too_large` (while iterating) beyond `limit` bytes, packed or unpacked; `vendor_bad_answer`
 *   where the coding is broken; whatever `body` throws
 */
export function decoded(
  body: AsyncIterable<Buffer>,
  codings: readonly string[],
  limit: number,
  target: Target
): AsyncGenerator<Buffer, void, undefined> {
  const packed = counted(body, limit, target)
  return codings.length === 0 ? packed : unpackedAll(packed, codings, limit, target)
}

async function* unpackedAll(
  packed: AsyncGenerator<Buffer, void, undefined>,
  codings: readonly string[],
  limit: number,
  target: Target
): AsyncGenerator<Buffer, void, undefined> {
  const first = await packed.next()
  // No body at all, as HEAD and 304 answer: nothing to unpack.
  if (first.done === true) return
  try {
    yield* counted(unpacked(resumed(first.value, packed), first.value, codings), limit, target)
  } catch (error) {
    throw error instanceof Error && !isCodingError(error) ? error : badAnswer(target, 'is packed, and broken')
  }
}

/** What is broken destroys the stream. @param first bytes of the body, if they are known */
export function unpacked(body: AsyncIterable<Buffer>, first: Buffer | undefined, codings: readonly string[]): Readable {
  let stream: Readable = Readable.from(body, { objectMode: false })
  for (const [i, coding] of codings.toReversed().entries()) {
    const decoder = DECODERS[coding]?.(i === 0 ? first : undefined)
    // Errors surface at the end of the pipeline, where they are read.
    if (decoder !== undefined) stream = pipeline(stream, decoder, () => undefined)
  }
  return stream
}

const DECODERS: Record<string, (first: Buffer | undefined) => Transform> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
  // Meant is zlib's format, but some servers send bare deflate; the first byte tells (RFC 1950, section 2.2).
  deflate: (first) => (first === undefined || ((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw())
}

/** @throws Fault `answer_too_large` (while iterating) beyond `limit` bytes */
export async function* counted(
  body: AsyncIterable<Buffer>,
  limit: number,
  target: Target
): AsyncGenerator<Buffer, void, undefined> {
  let count = 0
  for await (const chunk of body) {
    count += chunk.length
    if (count > limit) throw tooLarge(target, limit)
    yield chunk
  }
}

export async function* resumed(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield first
  yield* rest
}

function isCodingError(error: Error): boolean {
  if (error instanceof Fault || !('code' in error) || typeof error.code !== 'string') return false
  return /^(?:Z_|ERR_|ZSTD_|ERR__ERROR|ERR_BROTLI)/.test(error.code)
}
