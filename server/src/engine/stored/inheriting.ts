/** What a run begins with because another has finished it: rows of its own, in the commit that accepts it (I3). */
import { query } from '../../storage/query.ts'
import type { RunSeal } from '../../secrets/seal.ts'
import type { Tx } from '../../storage/tx.ts'
import type { Inherited } from '../port.ts'
import { insertLastStep, type StepRow } from './queries.ts'
import { logsToRow, purpose, toRow } from './sealing.ts'

interface SleepRow {
  run: number
  position: number
  name: string
  startedAt: number
  until: number
}

export interface InheritedRows {
  steps: StepRow[]
  sleeps: SleepRow[]
}

const insertSleep = query<SleepRow>()((db, p) =>
  db.insertInto('waits').values({
    run: p.run,
    lane: '',
    position: p.position,
    name: p.name,
    kind: 'sleep',
    started_at: p.startedAt,
    until: p.until,
    how: null,
    ended_at: null,
    value: null
  })
)

/** @param seal the run's, if it is not kept */
export function inheritedRows(run: number, seal: RunSeal | undefined, inherited: readonly Inherited[]): InheritedRows {
  const rows: InheritedRows = { steps: [], sleeps: [] }
  for (const one of inherited) {
    if (one.call === 'sleep') {
      const { position, name, startedAt, until } = one
      rows.sleeps.push({ run, position, name, startedAt, until })
      continue
    }
    const { call: _call, text, logs, ...step } = one
    const place = { lane: '', position: step.position }
    const value = toRow(seal, purpose.value(place), text)
    // The run that did it has spent the time.
    const row = { ...step, ...place, run, status: 'succeeded', spentMs: 0, value }
    rows.steps.push({ ...row, logs: logsToRow(seal, purpose.logs(place), logs) })
  }
  return rows
}

export async function putInherited(tx: Tx, { steps, sleeps }: InheritedRows): Promise<void> {
  for (const step of steps) await tx.run(insertLastStep, step)
  for (const sleep of sleeps) await tx.run(insertSleep, sleep)
}
