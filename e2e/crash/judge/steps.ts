/** I3 and I6, with the vendor as the witness: what each step called, how often, with which key and whose token. */
import { FINAL, type Evidence, type Violation } from '../evidence/evidence.ts'
import { earliest, numbered, proofsIn, type NumberedCall } from './proofs.ts'

/** No call of a step begins after the step is known to be finished. */
export function repeatedSteps(evidence: Evidence): Violation[] {
  const proofs = earliest(proofsIn(evidence))
  return numbered(evidence.calls).flatMap(({ run, step, number }): Violation[] => {
    const proof = proofs.get(`${run} ${step}`)
    if (proof === undefined || number < proof.seen) return []
    const what = `call ${number} of step ${step} began after call ${proof.seen}, when it was finished (${proof.source})`
    return [{ law: 'repeated_step', subject: run, what }]
  })
}

/** No call of any step begins after its run is known to have ended, cancelled runs included. */
export function callsAfterTheEnd(evidence: Evidence): Violation[] {
  const ended = new Map<string, number>()
  const note = (run: string, seen: number): void => void ended.set(run, Math.min(seen, ended.get(run) ?? Infinity))
  for (const { runs, seen } of evidence.kills) {
    for (const [run, status] of runs) if (FINAL.has(status)) note(run, seen)
  }
  for (const { cancel, told } of evidence.requests) {
    if (cancel?.cancelled !== undefined) note(cancel.run, cancel.cancelled)
    for (const { run, ended, seen } of told) if (ended !== undefined) note(run, seen)
  }
  return numbered(evidence.calls).flatMap(({ run, step, number }): Violation[] => {
    const end = ended.get(run)
    if (end === undefined || number < end) return []
    return [{ law: 'call_after_end', subject: run, what: `call ${number} of step ${step}; it had ended at ${end}` }]
  })
}

/** Every attempt of a step carries the same idempotency key, and no other step does. */
export function idempotencyKeys(evidence: Evidence): Violation[] {
  const keyOf = new Map<string, string | null>()
  const stepOf = new Map<string | null, string>()
  return numbered(evidence.calls).flatMap(({ call: { key }, run, step, number }): Violation[] => {
    const name = `${run} ${step}`
    const first = keyOf.get(name) ?? key
    const owner = stepOf.get(key) ?? name
    keyOf.set(name, first)
    stepOf.set(key, owner)
    if (key !== null && key === first && owner === name) return []
    return [{ law: 'key_changed', subject: run, what: `call ${number} of step ${step} has the key ${key ?? 'none'}` }]
  })
}

/** Every call carries the token of the customer who asked for this run: also after the keyring was read back. */
export function credentials(evidence: Evidence): Violation[] {
  const owners = ownersOf(evidence)
  return numbered(evidence.calls).flatMap(({ call: { customer }, run, step, number }): Violation[] => {
    const owner = owners.get(run)
    if (customer !== null && customer !== 'anyone' && (owner ?? customer) === customer) return []
    const what = `call ${number} of step ${step} came as ${customer ?? 'nobody'}, the run is ${owner ?? 'somebody'}’s`
    return [{ law: 'wrong_credential', subject: run, what }]
  })
}

/** Whose runs are whose: by what callers were told, and by the first call of runs that nobody was told of. */
export function ownersOf({ requests, calls }: Evidence): ReadonlyMap<string, string> {
  const owners = new Map(requests.flatMap(({ id, told }) => told.map(({ run }) => [run, id] as const)))
  for (const { call, run } of numbered(calls)) {
    if (call.customer !== null && !owners.has(run)) owners.set(run, call.customer)
  }
  return owners
}

/** Whether the vendor answered a call of this step so that it succeeded, at the latest then. */
export function wasServed(calls: readonly NumberedCall[], step: string, at = Infinity): boolean {
  return calls.some(({ call, step: name }) => {
    const status = call.ended?.status ?? 0
    return name === step && status >= 200 && status < 300 && (call.ended?.at ?? Infinity) <= at
  })
}
