import { randomBytes } from 'node:crypto'

/** The unguessable part of a trigger's address: 144 random bits. */
export function newEndpoint(): string {
  return randomBytes(18).toString('base64url')
}
