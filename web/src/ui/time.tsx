import { useSyncExternalStore } from 'react'
import { Tooltip } from './tooltip.tsx'

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' })
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1]
]

/** How long ago or how far ahead, in the largest unit that is whole. */
export function relative(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000)
  if (seconds > -5 && seconds < 15) return 'just now'
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return RELATIVE.format(Math.round(seconds / size), unit)
}

const TICK_MS = 15_000
let current = Date.now()
const watchers = new Set<() => void>()

/** One clock for all: it ticks while somebody looks. */
function watch(watcher: () => void): () => void {
  if (watchers.size === 0) {
    current = Date.now()
    clock = setInterval(tick, TICK_MS)
  }
  watchers.add(watcher)
  return () => {
    watchers.delete(watcher)
    if (watchers.size === 0) clearInterval(clock)
  }
}
let clock: ReturnType<typeof setInterval> | undefined

function tick(): void {
  current = Date.now()
  for (const watcher of watchers) watcher()
}

/** Now, to within a quarter of a minute. */
function useNow(): number {
  return useSyncExternalStore(watch, () => current)
}

/** A moment, as people say it; exactly, on hover. Goes with the clock. */
export function Time({ at, className = '' }: { at: string; className?: string }) {
  const now = useNow()
  return (
    <Tooltip text={EXACT.format(new Date(at))}>
      <time dateTime={at} className={`whitespace-nowrap tabular-nums ${className}`}>
        {relative(Date.parse(at), now)}
      </time>
    </Tooltip>
  )
}

/** A length of time in milliseconds: `340 ms`, `2.4 s`, `3 m 20 s`, `2 h 5 m`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} m ${Math.round((ms % 60_000) / 1_000)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`
}
