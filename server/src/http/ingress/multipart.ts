import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import type { JsonObject } from '@bellhop/sdk'
import { HttpFault } from '../problem.ts'
import { binary } from './binary.ts'
import { Fields } from './fields.ts'

const MAX_PARTS = 1_000
const MAX_NAME_BYTES = 1_000

/**
 * Parses `multipart/form-data` (RFC 7578): text fields as strings, files as binary values with their file name.
 * @throws HttpFault `bad_multipart` and `forbidden_key` (400), `too_many_parts` (413)
 */
export function parseMultipart(bytes: Buffer, contentType: string): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const fields = new Fields()
    const parser = openParser(contentType)
    const fail = (error: unknown): void => {
      reject(error instanceof HttpFault ? error : badMultipart())
      parser.removeAllListeners()
      // Whatever is still to come from it has nobody to tell.
      parser.on('error', () => {})
    }
    const add = (name: string, value: string | JsonObject): void => {
      try {
        fields.add(name, value)
      } catch (error) {
        fail(error)
      }
    }
    parser
      .on('field', add)
      .on('file', (name, stream, filename, _encoding, mediaType) => {
        collect(stream, (content) =>
          add(name, { ...binary(content, mediaType), ...(filename === undefined ? {} : { filename }) })
        )
      })
      .on('partsLimit', () => fail(new HttpFault('too_many_parts', 413, `the form has more than ${MAX_PARTS} parts`)))
      .on('error', fail)
      .on('finish', () => resolve(fields.object))
    parser.end(bytes)
  })
}

/** The whole body is in memory and capped already, so fields and files need no cap of their own. */
function openParser(contentType: string): BusboyInstance {
  const limits = { parts: MAX_PARTS, fieldNameSize: MAX_NAME_BYTES, fieldSize: Infinity, fileSize: Infinity }
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits })
  } catch {
    throw badMultipart()
  }
}

function collect(stream: BusboyFileStream, done: (content: Buffer) => void): void {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('end', () => done(Buffer.concat(chunks)))
}

function badMultipart(): HttpFault {
  return new HttpFault('bad_multipart', 400, 'the body is not the multipart form that its content-type names')
}
