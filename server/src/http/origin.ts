import type { FastifyRequest } from 'fastify'

/** Scheme and authority that trigger URLs begin with: as configured, or else as this caller reached the server. */
export function originOf(request: FastifyRequest, publicUrl: string | undefined): string {
  return publicUrl ?? `${request.protocol}://${request.host}`
}
