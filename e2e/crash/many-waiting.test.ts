/**
 * A directory with 20,000 waiting runs: the server starts, leaves them where they are, and brings back the few that are
 * due. How quick that is, and in how much memory, the bench says (`bench/src/recovery.ts`).
 */
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { RunIds, runKey } from '../../server/src/storage/ids.ts'
import { eventually, post } from '../support/world.ts'
import { listRuns } from './evidence/history.ts'
import { Stage } from './stage.ts'

const WAITING = 20_000
const DUE = 50

test(`a start with ${WAITING} waiting runs brings back the ${DUE} that are due, and no other`, async () => {
  const stage = await Stage.open()
  onTestFinished(() => stage.close())
  const { vendor } = stage
  const url = await stage.server.deploy('patient', patient(vendor.url))
  const run = (await post(url, {})).headers.get('x-bellhop-run') ?? ''
  await eventually(async () => ((await runs(stage, 'waiting')).has(run) ? true : undefined))
  await stage.server.stop()
  multiply(join(stage.data, 'bellhop.db'), run)

  await stage.launch().listening
  const ended = await eventually(async () => {
    const succeeded = await runs(stage, 'succeeded')
    return succeeded.size < DUE ? undefined : succeeded
  })
  expect(new Set(vendor.calls.map((call) => call.run))).toEqual(ended)
  expect((await runs(stage, 'waiting')).size).toBe(1 + WAITING - DUE)
  // It takes on new ones as ever, and has begun none of those that wait.
  expect((await post(url, {})).status).toBe(200)
  await stage.server.stop()
  expect(vendor.total).toBe(DUE)
})

function patient(vendor: string): string {
  return `
name: patient
trigger: { type: http }
steps:
  - { name: wait, delay: 1d }
  - name: call
    use: http-request
    props:
      url: "${vendor}/v1/whoami?api_key=of-anyone"
      headers: { x-run-id: "{{steps.trigger.context.id}}", x-step: call }
`
}

async function runs({ server }: Stage, status: string): Promise<Set<string>> {
  return new Set((await listRuns(server, `status=${status}`)).keys())
}

/** Copies one waiting run's rows under new ids; the first few are due. It holds no secrets, which are sealed for one run. */
function multiply(path: string, run: string): void {
  const db = new DatabaseSync(path)
  const original = runKey(run)
  if (original === undefined) throw new Error('the server did not name its run')
  const ids = new RunIds(original)
  db.exec('begin')
  const tables = ['runs', 'events', 'unfinished', 'waits'].map((table) => copier(db, table, original))
  for (let n = 0; n < WAITING; n++) {
    const { key, uuid } = ids.next(Date.now())
    const due = n < DUE ? { until: Date.now(), wake_at: Date.now() } : {}
    for (const copy of tables) copy({ id: key, run: key, uuid, ...due })
  }
  db.exec('commit')
  db.close()
}

/** Inserts a table's row of a run again, with those columns changed that the table has. */
function copier(
  db: DatabaseSync,
  table: string,
  run: number
): (changes: Readonly<Record<string, SQLInputValue>>) => void {
  const key = table === 'runs' ? 'id' : 'run'
  const row = db.prepare(`select * from ${table} where ${key} = ?`).get(run) ?? {}
  const columns = Object.keys(row)
  const insert = db.prepare(`insert into ${table} (${columns.join()}) values (${columns.map(() => '?').join()})`)
  return (changes) => void insert.run(...columns.map((column) => changes[column] ?? row[column] ?? null))
}
