/** What `$.respond` takes: text and JSON as they are; bytes and streams, which JSON cannot say. */

export interface Said {
  status?: number
  headers?: Record<string, unknown>
  body?: unknown
  immediate?: boolean
}

/** Most bytes that are read of a stream; the server takes fewer, and says so. */
const MOST = 64 << 20

/** The body's bytes, a stream read to its end; undefined where it is text or JSON. @throws Error for one without end */
export async function bytesOf({ body }: Said): Promise<Buffer | undefined> {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (body instanceof ArrayBuffer) return Buffer.from(body)
  if (!isStream(body)) return undefined
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MOST) throw new Error(`\`$.respond\` was given a stream of more than ${MOST >> 20} MB`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array | string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
