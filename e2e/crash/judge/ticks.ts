/** Schedules: a tick and its run are on the disk together or not at all, and while the server is up no tick is left out. */
import type { Evidence, Violation } from '../evidence/evidence.ts'
import type { Disk } from '../evidence/inspector.ts'
import { PERIOD_MS } from '../load/clock.ts'

export function ticks({ kills, end }: Evidence): Violation[] {
  return [
    ...kills.flatMap((kill, index) => apart(kill, `kill ${index + 1}`)),
    ...apart(end, 'the end'),
    ...gaps(kills, end)
  ]
}

/** Ticks without their run, and runs that are not the only one of a tick. */
function apart({ ticks }: Disk, subject: string): Violation[] {
  const seen = new Set<number | null>()
  return ticks.flatMap(({ run, at, told }): Violation[] => {
    if (run === null) return [{ law: 'tick_lost', subject, what: `the tick ${at} is noted, and has no run` }]
    if (at === null) return [{ law: 'tick_twice', subject: run, what: `${subject}: this run has no tick of its own` }]
    if (told !== at || seen.has(told)) {
      return [{ law: 'tick_twice', subject: run, what: `${subject}: the tick ${at}, and its event says ${told}` }]
    }
    seen.add(told)
    return []
  })
}

/** After the last kill the server is up: the first tick may have waited for it, and from there on none is missing. */
function gaps(kills: Evidence['kills'], end: Disk): Violation[] {
  const up = kills.at(-1)?.at ?? 0
  const fired = end.ticks.map(({ at }) => at ?? 0).filter((at) => at > up)
  const sorted = fired.toSorted((one, other) => one - other)
  return sorted.slice(1).flatMap((at, index): Violation[] => {
    const before = sorted[index] ?? at
    if (at - before === PERIOD_MS) return []
    return [{ law: 'tick_lost', subject: 'the end', what: `no tick between ${before} and ${at}` }]
  })
}
