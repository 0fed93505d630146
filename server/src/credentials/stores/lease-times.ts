/** When what runs hold is renewed, tried again and given up. Pure; times in milliseconds. */

const FIRST_TRY_MS = 1_000
const LONGEST_PAUSE_MS = 300_000
/** Clocks differ. */
const LAPSED_MS = 3_600_000
const UNNOTICED_MS = 1_000

/** The clock that can be set, and the one that cannot. */
export interface Clocks {
  wall: number
  monotonic: number
}

/** Whether the clock was set back in between. */
export function wentBack(before: Clocks, now: Clocks): boolean {
  return now.wall - before.wall < now.monotonic - before.monotonic - UNNOTICED_MS
}

/** At half of what is left: a renewal that fails can be tried several times before it matters. */
export function nextRenewal(expiresAt: number, now: number): number {
  return now + Math.max(FIRST_TRY_MS, Math.floor((expiresAt - now) / 2))
}

/** @param failures how many there were before this one */
export function nextTry(failures: number, now: number): number {
  return now + Math.min(FIRST_TRY_MS * 2 ** Math.min(failures, 30), LONGEST_PAUSE_MS)
}

/** Whether it is gone by itself, for it was not renewed. */
export function lapsed(expiresAt: number, now: number): boolean {
  return expiresAt + LAPSED_MS < now
}
