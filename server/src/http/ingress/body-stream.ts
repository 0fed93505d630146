/** Reads a request's body into memory: within the cap, counted against the server's budget, and decompressed. */
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'
import { HttpFault } from '../problem.ts'
import type { Ticket } from './load.ts'

const NOTHING = Buffer.alloc(0)

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const DECODERS = new Map<string, Decoder>([
  ['gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)],
  ['br', promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress)],
  ['zstd', promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress)]
])

/**
 * The decoded body, empty where there is none.
 * @throws HttpFault `body_too_large` (413), `unsupported_encoding` (415), `body_undecodable` and `body_incomplete` (400),
 *   and what `ticket.take` throws
 */
export async function readBody(raw: IncomingMessage, limit: number, ticket: Ticket): Promise<Buffer> {
  const { headers } = raw
  const length = headers['content-length']
  if (headers['transfer-encoding'] === undefined && (length === undefined || length === '0')) return NOTHING
  const decode = decoderOf(headers['content-encoding'])
  if (Number(length) > limit) throw tooLarge(limit)
  const bytes = await collect(raw, limit, ticket)
  return decode === undefined || bytes.length === 0 ? bytes : await decompress(bytes, decode, limit, ticket)
}

function tooLarge(limit: number): HttpFault {
  return new HttpFault('body_too_large', 413, `the request body is larger than ${limit} bytes`)
}

/**
 * All bytes of the stream. When it refuses, the stream flows on to nobody, so that the caller gets to read why and the
 * connection stays usable; Node's `requestTimeout` bounds how long that may take.
 */
function collect(raw: IncomingMessage, limit: number, ticket: Ticket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size > limit) return refuse(tooLarge(limit))
      try {
        ticket.take(chunk.length)
      } catch (error) {
        return refuse(error)
      }
      chunks.push(chunk)
    }
    const onEnd = (): void => {
      leave()
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size))
    }
    const onGone = (): void => refuse(new HttpFault('body_incomplete', 400, 'the connection ended before the body did'))
    const leave = (): void => {
      raw.off('data', onData).off('end', onEnd).off('close', onGone)
    }
    const refuse = (error: unknown): void => {
      leave()
      reject(error)
    }
    // Without a listener an aborted upload would be an uncaught error, also after we have left.
    raw.on('error', () => {})
    raw.on('data', onData).on('end', onEnd).on('close', onGone)
  })
}

function decoderOf(encoding: string | undefined): Decoder | undefined {
  if (encoding === undefined) return undefined
  const name = encoding.trim().toLowerCase()
  if (name === '' || name === 'identity') return undefined
  const decoder = DECODERS.get(name)
  if (decoder !== undefined) return decoder
  const accepted = 'gzip, deflate, br, zstd'
  throw new HttpFault(
    'unsupported_encoding',
    415,
    'the body has a content-encoding that is not understood',
    `Send one of: ${accepted}; or none.`,
    {
      'accept-encoding': accepted
    }
  )
}

async function decompress(bytes: Buffer, decode: Decoder, limit: number, ticket: Ticket): Promise<Buffer> {
  const decoded = await decode(bytes, { maxOutputLength: limit }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit)
    throw new HttpFault('body_undecodable', 400, 'the body is not what its content-encoding header says')
  })
  ticket.take(decoded.length)
  return decoded
}
