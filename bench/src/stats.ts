/** Numbers of many rounds as few. */

export interface Spread {
  min: number
  median: number
  max: number
}

/** @param sorted ascending; NaN where it is empty */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = quantile(sorted, 0.5)
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] ?? NaN)) / 2
}

export function spreadOf(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) }
}

/** How much more each round's figure is than that of the round beside it. */
export function differencesOf(figures: readonly number[], beside: readonly number[]): Spread {
  return spreadOf(figures.map((value, i) => value - (beside[i] ?? NaN)))
}

/**
 * Each round's figure over the figure of the round beside it: what slows the machine down for a while slows both down,
 * and leaves their ratio alone.
 */
export function ratiosOf(over: readonly number[], under: readonly number[]): Spread {
  return spreadOf(over.map((value, i) => value / (under[i] ?? NaN)))
}
