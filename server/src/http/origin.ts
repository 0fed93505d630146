import type { FastifyRequest } from 'fastify'

/** Scheme and authority that trigger URLs begin with: as configured, or else as this caller reached the server. */
export function originOf(request: FastifyRequest, publicUrl: string | undefined): string {
  return publicUrl ?? `${request.protocol}://${request.host === '' ? addressOf(request) : request.host}`
}

/** Where a caller of HTTP/1.0, which needs no Host header, has come to. */
function addressOf({ socket: { localAddress = '', localPort } }: FastifyRequest): string {
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`
}
