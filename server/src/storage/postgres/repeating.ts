/** What is tried again, how often, and when. */
import type { Failure } from './failures.ts'

/**
 * Times that something is tried. Of those that meet one gets through each time, so that many can mean many tries; a key that
 * is taken is seen the second time. A restart of the server, or a migration, is found out connection by connection, and
 * there are no more of them than this.
 */
const MOST: Readonly<Record<Failure, number>> = {
  again: 50,
  taken: 3,
  stale: 50,
  lost: 50,
  full: 1,
  slow: 1,
  command: 1
}

/** Milliseconds after which nothing is begun once more. */
const LONGEST_MS = 10_000

/**
 * @param tries how often it was tried, from 1
 * @param elapsedMs since the first
 */
export function mayRepeat(failure: Failure, tries: number, elapsedMs: number): boolean {
  return tries < MOST[failure] && elapsedMs < LONGEST_MS
}

/** Milliseconds until the next try, at random: those that met are not to meet again. */
export function pauseOf(tries: number): number {
  return Math.random() * Math.min(2 ** tries, 100)
}
