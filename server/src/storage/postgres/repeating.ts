/** What is tried again, how often, and when. */
import type { Failure } from './failures.ts'

/**
 * Times that something is tried. Of those that meet one gets through each time, so that many can mean many tries; a key that
 * is taken is seen the second time; a statement from before a migration is on no more connections than there are.
 */
const MOST: Readonly<Record<Failure, number>> = {
  again: 25,
  taken: 3,
  stale: 50,
  lost: 3,
  full: 1,
  slow: 1,
  command: 1
}

/** @param tries how often it was tried, from 1 */
export function mayRepeat(failure: Failure, tries: number): boolean {
  return tries < MOST[failure]
}

/** Milliseconds until the next try, at random: those that met are not to meet again. */
export function pauseOf(tries: number): number {
  return Math.random() * Math.min(2 ** tries, 100)
}
