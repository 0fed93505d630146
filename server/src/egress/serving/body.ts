/**
 * What of a request's body is read before it goes out: what is short, and fields in which a credential of the target may
 * stand. Everything else streams, and handles in it stay handles.
 */
import type { Readable } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import type { DoorScope } from '../door.ts'
import { kindOf } from '../fields.ts'
import { matchingRule, nameOf } from '../hosts.ts'
import type { Draft } from '../request.ts'

/** Bodies that are no longer are read first. */
const SMALL = 256 * 1024
/** Most that is read for the sake of a credential. */
const MAX_FIELDS = 10 * 1024 * 1024

export interface Body {
  whole?: Buffer
  stream?: Readable
  /** Of the stream, where the code has said it. */
  length?: number
}

/**
 * @param from a body; its length, where the code has said it, is its sender's to keep
 * @param hold told how many bytes more are held
 * @throws Fault `body_too_large` (413), and what `hold` throws
 */
export async function readBody(
  from: { stream: Readable; length: number | undefined },
  draft: Draft,
  scope: DoorScope,
  hold: (bytes: number) => void
): Promise<Body> {
  const { stream, length } = from
  if (length !== undefined && length <= SMALL) return { whole: await whole(stream, draft, SMALL, hold) }
  if (mayHoldCredential(draft, scope)) return { whole: await whole(stream, draft, MAX_FIELDS, hold) }
  return length === undefined ? { stream } : { stream, length }
}

function mayHoldCredential(draft: Draft, { keyring }: DoorScope): boolean {
  if (kindOf(draft.headers) === undefined) return false
  return keyring.some(({ origin: { audience } }) => {
    return (
      audience !== null && audience.places.body.length > 0 && matchingRule(audience.hosts, draft.target) !== undefined
    )
  })
}

function whole(request: Readable, { target }: Draft, limit: number, hold: (bytes: number) => void): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    try {
      if (length > limit) throw tooLarge(nameOf(target), limit)
      hold(chunk.length)
      chunks.push(chunk)
    } catch (error) {
      reject(error)
      chunks.length = 0
    }
  })
  request.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
  request.on('error', reject)
  request.on('close', () => reject(new Error('the connection was closed')))
  return promise
}

function tooLarge(where: string, limit: number): Fault {
  return new Fault('body_too_large', `the body of a request to ${where} is longer than ${limit} bytes`, {
    status: 413,
    hint: 'A body in which a credential may stand is read at once: send it in parts, or the credential in a header.'
  })
}
