/** Runs without an engine: their rows as history finds them. */
import type { Command } from '../../storage/command.ts'
import { query } from '../../storage/query.ts'
import type { RunStatus } from '../../storage/schema.ts'

interface RunToInsert {
  /** Null for a run that goes on. */
  endedAt: number | null
  id: number
  uuid: string
  workflow: number
  version: number
  status: RunStatus
  at: number
  event: string
}

const insert = query<Omit<RunToInsert, 'event'>>()((db, p) =>
  db.insertInto('runs').values({
    id: p.id,
    uuid: p.uuid,
    workflow_id: p.workflow,
    version_id: p.version,
    status: p.status,
    keep: 1,
    accepted_at: p.at,
    ended_at: p.endedAt,
    replay_of: null,
    ending: null
  })
)
const insertEvent = query<{ run: number; body: string }>()((db, p) =>
  db.insertInto('events').values({ run: p.run, body: p.body })
)
const setStatus = query<{ id: number; status: RunStatus; at: number | null }>()((db, p) =>
  db.updateTable('runs').set({ status: p.status, ended_at: p.at }).where('id', '=', p.id)
)

const putRun: Command<RunToInsert, undefined> = async (tx, { event, ...run }) => {
  await tx.run(insert, run)
  await tx.run(insertEvent, { run: run.id, body: event })
  return undefined
}
const markRun: Command<{ id: number; status: RunStatus; at: number | null }, undefined> = async (tx, run) => {
  await tx.run(setStatus, run)
  return undefined
}

export const runRows = { putRun, markRun }
