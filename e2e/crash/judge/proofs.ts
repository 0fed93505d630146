/**
 * From when on a step is known to be finished, on evidence that cannot be early. Calls are numbered in the order in
 * which the vendor saw them begin; `seen` says that the first so many calls had begun, so a call with that number or a
 * higher one began later.
 */
import type { Call } from '@bellhop/examples/vendor'
import type { Evidence } from '../evidence/evidence.ts'
import { callsOf } from '../load/recipes.ts'

export interface Proof {
  run: string
  step: string
  seen: number
  source: 'later step' | 'answer' | 'history' | 'disk' | 'row'
}

/** Calls of steps that say who they are, each with its number. */
export interface NumberedCall {
  call: Call
  number: number
  run: string
  step: string
}

export function numbered(calls: readonly Call[]): NumberedCall[] {
  return calls.flatMap((call, number) => {
    const { run, step } = call
    return run === null || step === null ? [] : [{ call, number, run, step }]
  })
}

/** All proofs that there are. */
export function proofsIn(evidence: Evidence): Proof[] {
  return [
    ...byLaterSteps(evidence),
    ...byAnswers(evidence),
    ...evidence.sights.map((sight): Proof => ({ ...sight, source: 'history' })),
    ...byDisk(evidence),
    ...byRows(evidence)
  ]
}

/** A step begins only after the checkpoints of those before it. */
function byLaterSteps({ requests, calls }: Evidence): Proof[] {
  const orders = new Map(requests.map((request) => [request.id, callsOf(request.recipe, request.order)]))
  const proofs: Proof[] = []
  const proven = new Set<string>()
  for (const { call, number, run, step } of numbered(calls)) {
    const order = orders.get(call.customer ?? '') ?? []
    for (const earlier of order.slice(0, Math.max(0, order.indexOf(step)))) {
      if (proven.has(`${run} ${earlier}`)) continue
      proven.add(`${run} ${earlier}`)
      proofs.push({ run, step: earlier, seen: number, source: 'later step' })
    }
  }
  return proofs
}

/** Whoever is told a run's end is told it after the commit that ended the run. */
function byAnswers({ requests }: Evidence): Proof[] {
  return requests.flatMap(({ told, recipe, order }) =>
    told
      .filter(({ ended }) => ended !== undefined)
      .flatMap(({ run, seen }) => callsOf(recipe, order).map((step): Proof => ({ run, step, seen, source: 'answer' })))
  )
}

/** What the disk held while no server was alive is committed. */
function byDisk({ kills }: Evidence): Proof[] {
  return kills.flatMap(({ steps, seen }) => steps.map(({ run, step }): Proof => ({ run, step, seen, source: 'disk' })))
}

/**
 * A row is written once. It tells when the attempt ended whose result it holds, so a call that began after that belongs
 * to a later attempt: of the same process, which had the result in its hands, or of a later process, whose disk had it.
 * The clock is this machine's in all processes; a machine whose clock is set back meanwhile may see a false alarm.
 */
function byRows({ end, calls }: Evidence): Proof[] {
  const rows = new Map(end.steps.map(({ run, step, endedAt }) => [`${run} ${step}`, endedAt]))
  return numbered(calls).flatMap(({ call, number, run, step }): Proof[] => {
    const endedAt = rows.get(`${run} ${step}`)
    return endedAt === undefined || call.started.at <= endedAt ? [] : [{ run, step, seen: number, source: 'row' }]
  })
}

/** The earliest proof of each step. */
export function earliest(proofs: readonly Proof[]): ReadonlyMap<string, Proof> {
  const first = new Map<string, Proof>()
  for (const proof of proofs) {
    const name = `${proof.run} ${proof.step}`
    const before = first.get(name)
    if (before === undefined || proof.seen < before.seen) first.set(name, proof)
  }
  return first
}
