/** All laws over all evidence. */
import type { Evidence, Violation } from '../evidence/evidence.ts'
import { ends, lostRuns, repeatedRequests, unendedRuns } from './runs.ts'
import { keyrings, readableText } from './secrets.ts'
import { callsAfterTheEnd, credentials, idempotencyKeys, repeatedSteps } from './steps.ts'
import { ticks } from './ticks.ts'

const LAWS: readonly ((evidence: Evidence) => Violation[])[] = [
  lostRuns,
  unendedRuns,
  ends,
  repeatedSteps,
  callsAfterTheEnd,
  idempotencyKeys,
  repeatedRequests,
  ticks,
  credentials,
  readableText,
  keyrings,
  ({ end }) =>
    end.damage.filter((line) => line !== 'ok').map((what) => ({ law: 'damaged', subject: 'bellhop.db', what })),
  ({ strange }) => strange.map((what) => ({ law: 'strange_answer', subject: 'a caller', what }))
]

/** Every law that was broken, and by what. */
export function judge(evidence: Evidence): Violation[] {
  return LAWS.flatMap((law) => law(evidence))
}

/** For a person to read: how often each law was broken, and by what at first. */
export function report(violations: readonly Violation[]): string {
  if (violations.length === 0) return 'no violations'
  const lines = [...Map.groupBy(violations, ({ law }) => law)].flatMap(([law, broken]) => [
    `${law}: ${broken.length}`,
    ...broken.slice(0, 5).map(({ subject, what }) => `  ${subject}: ${what}`)
  ])
  return lines.join('\n')
}
