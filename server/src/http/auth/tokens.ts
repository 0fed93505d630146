import { createHash, createHmac, randomBytes } from 'node:crypto'

/** 256 random bits as text: what stands in a cookie or a link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a token. It is random, so that nothing slow is needed. */
export function tokenHash(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

/** What a session's page sends with what it changes: known to who reads answers, not to who can only have requests sent. */
export function csrfOf(token: string): string {
  return createHmac('sha256', token).update('bellhop csrf').digest('base64url')
}
