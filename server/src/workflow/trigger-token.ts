import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { MasterKey } from '../secrets/seal.ts'

/** A trigger's token: what a caller of a workflow with `auth: { type: token }` proves itself with. 256 random bits. */
export function newToken(): string {
  return `bht_${randomBytes(32).toString('base64url')}`
}

/** The hash under which a token is kept, in hex; worth nothing without the master key, or for a workflow of another name. */
export function tokenHash(master: MasterKey, workflow: string, token: string): string {
  return Buffer.from(master.hmac('trigger-token', workflow, token)).toString('hex')
}

/** Whether the token is the one, in constant time. A workflow that has none yet lets nobody in. */
export function tokenMatches(master: MasterKey, workflow: string, token: string, hash: string | undefined): boolean {
  const given = Buffer.from(tokenHash(master, workflow, token), 'hex')
  return hash !== undefined && timingSafeEqual(given, Buffer.from(hash, 'hex'))
}
