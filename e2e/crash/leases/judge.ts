/** What may not be after kills, worked out from the evidence. */
import { FINAL } from '../evidence/evidence.ts'
import { UNWRITTEN_MS, type LeaseEvidence } from './campaign.ts'
import { CALLS } from './workflows.ts'

export type LeaseLaw =
  | 'unended'
  | 'repeated_step'
  | 'key_changed'
  | 'wrong_credential'
  | 'readable'
  | 'lease_left'
  | 'token_left'
  | 'row_left'

export interface Broken {
  law: LeaseLaw
  what: string
}

const LAWS: readonly ((evidence: LeaseEvidence) => Broken[])[] = [unended, repeated, keys, credentials, readable, left]

export function judgeLeases(evidence: LeaseEvidence): Broken[] {
  return LAWS.flatMap((law) => law(evidence))
}

/** I2. */
function unended({ runs, kills }: LeaseEvidence): Broken[] {
  const known = new Map([
    ...kills.flatMap((kill) => [...kill.runs.keys()].map((run) => [run, 'unknown'] as const)),
    ...runs
  ])
  return [...known]
    .filter(([, status]) => status !== 'succeeded')
    .map(([run, status]) => ({ law: 'unended', what: `${run} is ${status}` }))
}

/** I3, by the vendor's word (a later step was called) and by the journal's, read after a kill. */
function repeated({ calls, kills }: LeaseEvidence): Broken[] {
  const broken: Broken[] = []
  for (const [run, its] of Map.groupBy(calls, ({ run }) => run)) {
    const steps = its.map(({ step }) => step)
    if (steps.includes(CALLS[1]) && steps.lastIndexOf(CALLS[0]) > steps.indexOf(CALLS[1])) {
      broken.push({ law: 'repeated_step', what: `${run}: ${steps.join(', ')}` })
    }
  }
  for (const { moment, runs, finished, seen } of kills) {
    const done = new Set(finished)
    for (const { run, step } of calls.slice(seen)) {
      if (!done.has(`${run} ${step}`) && !FINAL.has(runs.get(run ?? '') ?? '')) continue
      broken.push({ law: 'repeated_step', what: `${run} ${step}, finished before the kill at ${moment}` })
    }
  }
  return broken
}

function keys({ calls }: LeaseEvidence): Broken[] {
  const steps = Map.groupBy(calls, ({ run, step }) => `${run} ${step}`)
  return [...steps]
    .filter(([, its]) => new Set(its.map(({ key }) => key)).size > 1)
    .map(([what]) => ({ law: 'key_changed', what }))
}

/** Whom Vault made serves one run, and nobody else comes in. */
function credentials({ calls }: LeaseEvidence): Broken[] {
  return [...Map.groupBy(calls, ({ customer }) => customer)].flatMap(([customer, its]): Broken[] => {
    if (customer === null || customer === 'anyone') {
      return [{ law: 'wrong_credential', what: `${its.length} calls with what Vault never made` }]
    }
    const runs = new Set(its.map(({ run }) => run))
    return runs.size === 1 ? [] : [{ law: 'wrong_credential', what: `${customer} served ${[...runs].join(', ')}` }]
  })
}

/** I1. */
function readable(evidence: LeaseEvidence): Broken[] {
  const after = evidence.kills.flatMap(({ moment, readable }) => readable.map((what) => `${what} after ${moment}`))
  return [...after, ...evidence.readable].map((what) => ({ law: 'readable', what }))
}

function left({ leases, tokens, later, trouble, rows }: LeaseEvidence): Broken[] {
  const broken: Broken[] = []
  const say = (law: LeaseLaw, count: number, what: string): void => {
    if (count > 0) broken.push({ law, what: `${count} ${what}` })
  }
  say('lease_left', leases, 'leases live after the end of all runs')
  say('token_left', tokens.filter(({ lastsMs }) => lastsMs > UNWRITTEN_MS).length, 'tokens live and do not lapse')
  say('lease_left', later?.leases ?? 0, 'leases have outlived what was never written down')
  say('token_left', later?.tokens ?? 0, 'tokens have outlived their two minutes')
  say('row_left', trouble.length, 'holdings are in trouble')
  say('row_left', rows, 'rows of holdings are left')
  return broken
}
