/** Random bytes by the pool: one call into the system's generator costs more than all else that makes a handle. */
import { randomFillSync } from 'node:crypto'

const pool = new Uint8Array(4096)
let used = pool.length

/** Fresh bytes from the system's generator, each handed out once. Valid until the next call; for nonces and handles, not keys. */
export function randomPiece(length: number): Uint8Array {
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += length
  return pool.subarray(used - length, used)
}
