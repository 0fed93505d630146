/** What DBOS logs, as far as somebody should know. */
import type { DLogger } from '@dbos-inc/dbos-sdk'

/** Milliseconds between two complaints: while the database is away, every workflow complains at every try. */
const PAUSE_MS = 1_000
const LONGEST = 300

/**
 * A logger that passes on warnings and errors, in one line each and one at a time. DBOS knows no data of Bellhop, so
 * that its messages hold none either.
 */
export function complaints(say: (message: string) => void): DLogger {
  let last = -Infinity
  const complain = (entry: unknown): void => {
    if (performance.now() - last < PAUSE_MS) return
    last = performance.now()
    const [line = ''] = String(entry).split('\n')
    say(`DBOS: ${line.slice(0, LONGEST)}`)
  }
  return { info: () => {}, debug: () => {}, warn: complain, error: complain }
}
