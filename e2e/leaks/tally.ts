import { wayOf } from './stage/cast.ts'
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
  /** By their ways, credentials of requests that started a run. */
  readonly carried = new Map<string, number>()
  /** By their ways, credentials that a store gave and a vendor got. */
  readonly fetched = new Map<string, number>()
  /** By code, errors in which steps of runs that are shown ended. */
  readonly codes = new Map<string, number>()
  /** Workflows that were tried as drafts, and those whose requests showed that they carried a credential. */
  tried = 0
  asked = 0
  /** Calls for which a vendor was sent the credential itself. */
  called = 0

  add({ cast, answer, run, status, exhibits, calls, fetched, codes }: Performance): void {
    this.requests++
    if (run !== undefined) {
      this.runs++
      for (const { carrier, source } of cast.credentials) count(this.carried, wayOf(carrier, source))
    }
    this.called += calls
    count(this.answers, answer.status)
    if (status !== undefined) count(this.statuses, status)
    for (const way of fetched) count(this.fetched, way)
    for (const code of codes) count(this.codes, code)
    const tests = exhibits.filter(({ place }) => place === 'test')
    if (tests.length > 0) this.tried++
    if (tests.some(({ bytes }) => bytes.includes('"credentials":[{"place":'))) this.asked++
    if (exhibits.some(({ place, bytes }) => place === 'items' && bytes.includes('"index":0'))) this.items++
    if (exhibits.some(({ place, bytes }) => place === 'run' && bytes.includes('bhdl.'))) this.handled++
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
