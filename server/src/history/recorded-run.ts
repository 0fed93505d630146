/** A run as it stands in its journal, for whoever goes on from it: rows of its main line, with values as they were written. */
import type { Json } from '@bellhop/sdk'
import type { Reader } from '../storage/tx.ts'
import { runKey } from '../storage/ids.ts'
import { query } from '../storage/query.ts'

const runRow = query<{ id: number }>()((db, p) =>
  db.selectFrom('runs').select(['id', 'uuid', 'workflow_id', 'version_id', 'keep', 'ended_at']).where('id', '=', p.id)
)

const eventRow = query<{ run: number }>()((db, p) => db.selectFrom('events').select('body').where('run', '=', p.run))

const stepRows = query<{ run: number }>()((db, p) =>
  db
    .selectFrom('steps')
    .select(['position', 'name', 'kind', 'status', 'started_at', 'ended_at', 'attempts', 'value', 'logs'])
    .where('run', '=', p.run)
    .where('lane', '=', '')
    .orderBy('position')
)

const waitRows = query<{ run: number }>()((db, p) =>
  db
    .selectFrom('waits')
    .select(['position', 'name', 'kind', 'how', 'started_at', 'until', 'value'])
    .where('run', '=', p.run)
    .where('lane', '=', '')
)

const openWait = query<{ run: number }>()((db, p) =>
  db
    .selectFrom('waits')
    .select('name')
    .where('run', '=', p.run)
    .where('kind', '=', 'wait')
    .where('how', 'is', null)
    .limit(1)
)

export interface RecordedStep {
  position: number
  name: string
  kind: string
  status: 'succeeded' | 'failed'
  started_at: number
  ended_at: number
  attempts: number
  /** JSON text. */
  value: string
  /** JSON text, or null. */
  logs: string | null
}

export interface RecordedWait {
  position: number
  name: string
  kind: 'sleep' | 'wait'
  how: 'resumed' | 'timed_out' | null
  started_at: number
  until: number
  value: string | null
}

export interface RecordedRun {
  uuid: string
  workflowId: number
  versionId: number
  ended: boolean
  /** Undefined where nothing of the run was kept, or retention has begun to take it away. */
  event: Json | undefined
  steps(): Promise<RecordedStep[]>
  waits(): Promise<RecordedWait[]>
}

/** Undefined where history has no such run. */
export async function recordedRun(reader: Reader, uuid: string): Promise<RecordedRun | undefined> {
  const row = await runAt(reader, uuid)
  if (row === undefined) return undefined
  const run = row.id
  const body = row.keep === 1 ? (await reader.get(eventRow, { run }))?.body : undefined
  return {
    uuid,
    workflowId: row.workflow_id,
    versionId: row.version_id,
    ended: row.ended_at !== null,
    event: typeof body === 'string' ? (JSON.parse(body) as Json) : undefined,
    // What is kept is not sealed.
    steps: () => reader.all(stepRows, { run }) as Promise<RecordedStep[]>,
    waits: () => reader.all(waitRows, { run }) as Promise<RecordedWait[]>
  }
}

/** The name of the wait that a request would end now. Undefined where the run waits for none. */
export async function openWaitOf(reader: Reader, uuid: string): Promise<string | undefined> {
  const row = await runAt(reader, uuid)
  return row?.ended_at === null ? (await reader.get(openWait, { run: row.id }))?.name : undefined
}

async function runAt(reader: Reader, uuid: string) {
  const id = runKey(uuid)
  const row = id === undefined ? undefined : await reader.get(runRow, { id })
  return row?.uuid === uuid ? row : undefined
}
