import { createHash, timingSafeEqual } from 'node:crypto'

/** The token of an `Authorization: Bearer` header (RFC 6750, 2.1), or `undefined` where there is none. */
export function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1]
}

/** Compares two secrets in a time that tells nothing about either, their lengths included. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
