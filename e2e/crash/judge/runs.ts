/** I2: what was acknowledged is on the disk after every kill, and reaches the end that it should. */
import { FINAL, type Evidence, type Killed, type Violation } from '../evidence/evidence.ts'
import type { Request } from '../load/ledger.ts'
import { callsOf, endOf } from '../load/recipes.ts'
import { numbered, type NumberedCall } from './proofs.ts'
import { wasServed } from './steps.ts'

/** A run and the request that was told of it. */
interface Promised {
  run: string
  request: Request
  /** When it was acknowledged first, in Unix milliseconds. */
  at: number
  calls: readonly NumberedCall[]
}

function promisedIn({ requests, calls }: Evidence): Promised[] {
  const byRun = Map.groupBy(numbered(calls), ({ run }) => run)
  return requests.flatMap((request) =>
    [...Map.groupBy(request.told, ({ run }) => run)].map(([run, told]) => ({
      run,
      request,
      at: Math.min(...told.map(({ at }) => at)),
      calls: byRun.get(run) ?? []
    }))
  )
}

/** Nothing acknowledged is missing, after any kill and in the end. What is not kept is missing after its end only. */
export function lostRuns(evidence: Evidence): Violation[] {
  return promisedIn(evidence).flatMap((promised): Violation[] => {
    const { run, request } = promised
    const kill = evidence.kills.find((kill) => promised.at < kill.at && isLost(promised, kill))
    if (kill !== undefined) return [{ law: 'lost', subject: run, what: `${request.recipe.name}: after a kill` }]
    if (request.recipe.kept && !evidence.end.runs.has(run)) {
      return [{ law: 'lost', subject: run, what: `${request.recipe.name}: in the end` }]
    }
    return []
  })
}

function isLost({ run, request, calls }: Promised, { runs, at }: Killed): boolean {
  if (runs.has(run)) return false
  if (request.recipe.kept) return true
  return !callsOf(request.recipe, request.order).every((step) => wasServed(calls, step, at))
}

/** Every run that there is has ended, acknowledged or not, and once it has it never changes. */
export function unendedRuns({ drained, end, kills }: Evidence): Violation[] {
  const violations: Violation[] = []
  for (const [run, status] of new Map([...drained.statuses, ...end.runs])) {
    if (!FINAL.has(status)) {
      violations.push({ law: 'unended', subject: run, what: `${status} after ${drained.afterMs} ms of peace` })
    }
    const before = kills.map(({ runs }) => runs.get(run)).find((then) => then !== undefined && FINAL.has(then))
    if (before !== undefined && before !== status) {
      violations.push({ law: 'changed_end', subject: run, what: `was ${before} after a kill, and then ${status}` })
    }
  }
  return violations
}

/** Every acknowledged run ended as its workflow does, having done all of its steps, and is kept only where it should. */
export function ends(evidence: Evidence): Violation[] {
  return promisedIn(evidence).flatMap((promised): Violation[] => {
    const { run, request, calls } = promised
    const { recipe, order, cancel } = request
    const status = evidence.end.runs.get(run)
    if (!recipe.kept && status !== undefined) return [{ law: 'stayed', subject: run, what: recipe.name }]
    if (cancel !== undefined && status === 'cancelled') return []
    const expected = cancel?.cancelled === undefined ? endOf(recipe, order) : 'cancelled'
    if (status !== undefined && status !== expected) {
      return [
        {
          law: 'wrong_end',
          subject: run,
          what: `${recipe.name} ended as ${status}, not ${expected}: ${evidence.end.endings.get(run) ?? ''}`
        }
      ]
    }
    return callsOf(recipe, order)
      .filter((step) => !wasServed(calls, step))
      .map((step) => ({ law: 'skipped_step', subject: run, what: `${recipe.name} never had step ${step} answered` }))
  })
}

/** A request makes no more runs than it was sent; with an `Idempotency-Key` one at most, and one answer. */
export function repeatedRequests({ requests, calls }: Evidence): Violation[] {
  const byCustomer = Map.groupBy(numbered(calls), ({ call }) => call.customer ?? '')
  return requests.flatMap(({ id, key, sent, told }): Violation[] => {
    const seen = byCustomer.get(id) ?? []
    const runs = new Set([...told.map(({ run }) => run), ...seen.map(({ run }) => run)])
    const answers = new Set(told.flatMap(({ ended, status }) => (ended === undefined ? [] : [`${status} ${ended}`])))
    const violations: Violation[] = []
    if (runs.size > (key === undefined ? sent : 1)) {
      violations.push({
        law: 'two_runs',
        subject: id,
        what: `${runs.size} runs of ${sent} requests, key: ${key ?? 'none'}`
      })
    }
    if (key !== undefined && answers.size > 1) {
      violations.push({ law: 'two_answers', subject: id, what: [...answers].join(' and ') })
    }
    return violations
  })
}
