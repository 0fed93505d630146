import type { Duplex } from 'node:stream'
import { badAnswer } from '../faults.ts'

/**
 * Ends a connection on which more than so many bytes come back while `work` goes on: a row is in memory before its
 * client shows it, and one row can be a gigabyte.
 * @throws Fault `store_bad_answer`, and whatever `work` throws
 */
export async function metered<T>(stream: Duplex, limit: number, work: Promise<T>): Promise<T> {
  const { promise: exceeded, reject } = Promise.withResolvers<never>()
  let bytes = 0
  const meter = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes <= limit) return
    reject(tooLarge(limit))
    stream.destroy()
  }
  stream.on('data', meter)
  try {
    return await Promise.race([work, exceeded])
  } finally {
    stream.off('data', meter)
  }
}

/** An answer of more bytes than are taken in. */
export function tooLarge(limit: number): Error {
  return badAnswer(
    `answered with more than ${limit / 1024 / 1024} MiB`,
    'Select fewer columns or rows, or take them in parts.'
  )
}
