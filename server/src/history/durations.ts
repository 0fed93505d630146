const UNITS = [
  { ms: 86_400_000, sign: 'd' },
  { ms: 3_600_000, sign: 'h' },
  { ms: 60_000, sign: 'min' }
] as const

/** A span as people read it: `412 ms`, `1.5 s`, `2 min 5 s`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')} s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 3_600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function pair(large: number, largeSign: string, small: number, smallSign: string): string {
  return small === 0 ? `${large} ${largeSign}` : `${large} ${largeSign} ${small} ${smallSign}`
}

/** How long ago, roughly: `just now`, `5 min ago`, `in 3 h`. */
export function ago(at: number, now: number): string {
  const distance = Math.abs(now - at)
  if (distance < 1_000) return 'just now'
  const unit = UNITS.find(({ ms }) => distance >= ms)
  const text = unit ? `${Math.floor(distance / unit.ms)} ${unit.sign}` : `${Math.floor(distance / 1_000)} s`
  return at > now ? `in ${text}` : `${text} ago`
}

/** `2026-11-22 20:53:58 UTC` from an ISO 8601 time. */
export function date(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
}

/** `20:53:58.123` from an ISO 8601 time. */
export function clock(iso: string): string {
  return iso.slice(11, 23)
}
