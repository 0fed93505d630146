/** Users for processes: numbers that belong to nobody, a new range at each start of a server. */
import { readFileSync } from 'node:fs'
import { randomInt } from 'node:crypto'

/** More than there are processes at a time. */
const RANGE = 1_000
/** Above what systems give to people, services and containers, and below what is negative somewhere. */
const LOWEST = 1_000_000_000
const HIGHEST = 2_000_000_000

/** Ranges that this process has given out: no two kinds of processes are to share a user. */
let given = 0

/** The first number of a range that this process may become; another server on the host has most probably another. */
export function firstUser(): number {
  const last = lastMapped()
  given += 1
  if (last < HIGHEST) return Math.max(1_000, last - given * RANGE - 1_000)
  return LOWEST + randomInt((HIGHEST - LOWEST) / RANGE) * RANGE
}

/** The last user that there is in this process's user namespace: in a container, it is often 65535. */
function lastMapped(): number {
  const [first = 0, , count = 0] = readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/).map(Number)
  return first + count - 1
}
