/**
 * The builder's page: the files that `web/` was built into, and the page itself for every address that a person opens in a
 * browser, because which page it shows is decided there. It is public like the source that it is made from; what it shows
 * comes from the API, which asks who is there.
 */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { notFound } from '../errors.ts'
import { UiFiles, type Content } from './files.ts'
import { NOT_BUILT } from './not-built.ts'
import { FILE_POLICY, GUARDED, pagePolicy } from './policy.ts'

/** What the build writes where the nonce of an answer goes (`web/vite.config.ts`). */
const NONCE_PLACE = '__BELLHOP_NONCE__'
const NONCE_BYTES = 18
const HTML = 'text/html; charset=utf-8'
/** A year, the longest that anybody keeps. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** @param folder what `npm run build` writes */
export function registerUi(server: FastifyInstance, folder: string): void {
  const files = new UiFiles(folder)
  server.get<{ Params: { '*': string } }>('/*', async (request, reply) => {
    const path = request.params['*']
    const content = await files.file(path, acceptedEncodings(request))
    if (content !== undefined) return sendFile(request, reply, content)
    if (!isNavigation(request, path)) throw notFound()
    return sendPage(reply, await files.index())
  })
}

/** Names of encodings that are not refused by `q=0` (RFC 9110, 12.5.3). */
function acceptedEncodings({ headers }: FastifyRequest): Set<string> {
  const named = (headers['accept-encoding'] ?? '').split(',')
  return new Set(
    named
      .filter((each) => !/;\s*q=0(?:\.0*)?\s*$/.test(each))
      .map((each) => each.replace(/;.*/, '').trim().toLowerCase())
  )
}

/** Somebody opens an address. The API's and the triggers' are not among those that the page knows. */
function isNavigation({ headers }: FastifyRequest, path: string): boolean {
  if (/^(?:api|in|assets)(?:\/|$)/.test(path)) return false
  const mode = headers['sec-fetch-mode']
  return (mode === undefined || mode === 'navigate') && headers.accept?.includes('text/html') === true
}

function sendFile(request: FastifyRequest, reply: FastifyReply, content: Content): FastifyReply {
  const { bytes, type, hashed, encoding, varies, etag } = content
  reply
    .headers(GUARDED)
    .header('content-security-policy', FILE_POLICY)
    .header('cache-control', hashed ? FOR_EVER : 'no-cache')
    .header('etag', etag)
  if (varies) reply.header('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  if (encoding !== undefined) reply.header('content-encoding', encoding)
  return reply.type(type).send(bytes)
}

/** Each answer has a nonce of its own, so the page is never kept. */
function sendPage(reply: FastifyReply, index: string | undefined): FastifyReply {
  const nonce = randomBytes(NONCE_BYTES).toString('base64')
  return reply
    .headers(GUARDED)
    .header('content-security-policy', pagePolicy(nonce))
    .header('cache-control', 'no-store')
    .code(index === undefined ? 503 : 200)
    .type(HTML)
    .send(index?.replaceAll(NONCE_PLACE, nonce) ?? NOT_BUILT)
}
