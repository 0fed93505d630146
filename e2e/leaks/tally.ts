import type { Performance } from './stage/play.ts'

/** What a season was made of: a suite that plays nothing of a kind proves nothing about it. */
export class Tally {
  requests = 0
  /** Requests that started a run. */
  runs = 0
  /** By the run's status at its end. */
  readonly statuses = new Map<string, number>()
  /** By the HTTP status of the trigger's answer. */
  readonly answers = new Map<number, number>()
  /** Runs whose record shows at least one handle. */
  handled = 0
  /** Runs that came to the items of an `each`. */
  items = 0
  /** Calls for which a vendor was sent the credential itself. */
  called = 0

  add({ answer, run, status, exhibits, calls }: Performance): void {
    this.requests++
    if (run !== undefined) this.runs++
    this.called += calls
    count(this.answers, answer.status)
    if (status !== undefined) count(this.statuses, status)
    if (exhibits.some(({ place, bytes }) => place === 'items' && bytes.includes('"index":0'))) this.items++
    if (exhibits.some(({ place, bytes }) => place === 'run' && bytes.includes('bhdl.'))) this.handled++
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
