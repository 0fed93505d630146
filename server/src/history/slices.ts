/** Work that stops when its time is up, and says how far it came. */

export interface Slice {
  /** How many of what was asked are settled: from the list's start, or in all. */
  settled: number
  /** Whether nothing is left to do. */
  done: boolean
  /** Milliseconds that the command took. */
  tookMs: number
}

export interface Stopwatch {
  late(): boolean
  elapsed(): number
}

export function stopwatch(budgetMs: number): Stopwatch {
  const start = performance.now()
  return {
    late: () => performance.now() - start >= budgetMs,
    elapsed: () => performance.now() - start
  }
}
