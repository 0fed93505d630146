/** Which tick of a schedule is fired, and since when somebody has been there to fire ticks. Pure. */
import { tickAfter, tickBefore, type Schedule } from '../../workflow/schedule.ts'

/** Who is this late has missed the tick, whatever the reason. */
const LATEST_MS = 60_000
/** Clocks that differ by more have been set; less is a clock that is being disciplined. */
const JUMP_MS = 1_000

/** A schedule with something to do: its row. */
export interface Due {
  schedule: Schedule
  /** Every tick up to here is settled. */
  settled: number
  /** The next tick, no later than now. */
  due: number
}

/** What to do with a schedule now, as one commit. */
export interface Decision {
  /** The tick that is settled, the latest of several. */
  tick: number
  /** Whether a run is started for it. */
  fire: boolean
  settled: number
  next: number | null
}

/**
 * Ticks that came while somebody was there are on time, and each is fired, in order. Those before it were missed: of
 * these the latest is fired, once, or none.
 * @param since as in `Watch`
 */
export function decide({ schedule, settled, due }: Due, since: number, now: number): Decision {
  const from = Math.max(since, now - LATEST_MS)
  const missed = due < from
  const latest = missed ? (tickBefore(schedule, from) ?? due) : due
  // A tick that a schedule before this one has left is not among this one's own.
  const tick = latest > settled ? Math.max(latest, due) : due
  const until = Math.max(settled, tick)
  return {
    tick,
    fire: !missed || schedule.missed === 'run_once',
    settled: until,
    next: tickAfter(schedule, until) ?? null
  }
}

/** The clocks at one moment, in milliseconds: the one that can be set, and the one that only goes on. */
export interface Clocks {
  wall: number
  monotonic: number
}

/** Since when somebody has watched the clock without a gap, and what it said last. */
export interface Watch extends Clocks {
  since: number
}

/**
 * Where the clock was set, or the machine slept, watching begins anew: from the last look on, as the clock now tells it.
 * So a tick that a small correction has passed over, as at the start of a machine, is still on time.
 */
export function look(before: Watch, clocks: Clocks): Watch {
  const gone = clocks.monotonic - before.monotonic
  const wasSet = Math.abs(clocks.wall - before.wall - gone) > JUMP_MS
  return { ...clocks, since: wasSet ? clocks.wall - gone : before.since }
}
