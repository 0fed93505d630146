import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Echoed } from './echo.ts'

/** How the answer's body travels. */
export interface Wire {
  pieces?: number
  gzip?: boolean
}

/** Writes a reply. Resolves when it is handed over or the caller has gone. */
export async function send(response: ServerResponse, reply: Echoed, wire: Wire): Promise<void> {
  const plain = reply.raw ?? (reply.body === undefined ? '' : JSON.stringify(reply.body))
  const body = wire.gzip === true ? gzipSync(plain) : Buffer.from(plain)
  const headers: Record<string, string> = { ...reply.headers }
  if (plain !== '') headers['content-type'] ??= 'application/json; charset=utf-8'
  if (wire.gzip === true) headers['content-encoding'] = 'gzip'
  const streamed = wire.pieces !== undefined || reply.trailer !== undefined
  if (reply.trailer !== undefined) headers['trailer'] = 'x-echo-trailer'
  if (!streamed) headers['content-length'] = String(body.length)
  if (reply.reason === undefined) response.writeHead(reply.status, headers)
  else response.writeHead(reply.status, reply.reason, headers)
  if (streamed) await inPieces(response, body, wire.pieces ?? body.length)
  if (reply.trailer !== undefined) response.addTrailers({ 'x-echo-trailer': reply.trailer })
  response.end(streamed ? undefined : body)
}

/** Waits for each piece to leave, so that the pieces arrive apart. */
async function inPieces(response: ServerResponse, body: Buffer, size: number): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    await new Promise<void>((done) => {
      response.write(body.subarray(at, at + size), () => setImmediate(done))
    })
  }
}
