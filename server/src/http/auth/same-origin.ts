/**
 * Whether a request comes from Bellhop's own pages. Browsers say where a request comes from in two headers that no page can
 * set: `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/), to addresses that they trust, and `Origin`, with all
 * that may change something. Programs send neither, and have no cookie that a stranger could use.
 */
import type { FastifyRequest } from 'fastify'
import { HttpFault } from '../problem.ts'

const READS = new Set(['GET', 'HEAD'])

/** @throws HttpFault `cross_site` (403) */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  const site = request.headers['sec-fetch-site']
  // `none`: typed into the address bar.
  const fromHere = site === undefined || site === 'same-origin' || (site === 'none' && READS.has(request.method))
  const { origin } = request.headers
  if (fromHere && (origin === undefined || isOurs(origin, request, publicUrl))) return
  throw new HttpFault(
    'cross_site',
    403,
    'this request comes from a page of another site',
    'Where a proxy changes the Host header, set BELLHOP_PUBLIC_URL to the address that browsers use.'
  )
}

/** Whether the browser speaks TLS, as far as can be seen from here: with us, or with a proxy in front. */
export function isOverTls(request: FastifyRequest, publicUrl: string | undefined): boolean {
  const { origin } = request.headers
  if (origin !== undefined) return origin.startsWith('https:')
  return request.protocol === 'https' || publicUrl === `https://${request.host}`
}

function isOurs(origin: string, { host }: FastifyRequest, publicUrl: string | undefined): boolean {
  if (origin === `http://${host}` || origin === `https://${host}`) return true
  return publicUrl !== undefined && origin === new URL(publicUrl).origin
}
