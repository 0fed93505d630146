/** A writer thread for this folder's tests: its own commands, and one that gives a workflow a run. */
import type { Command } from '../../storage/command.ts'
import { query } from '../../storage/query.ts'
import { serveWriter } from '../../storage/sqlite/writer-thread.ts'
import { workflowCommands } from '../commands.ts'

const insertRun = query<{ id: number; workflow: number; version: number }>()((db, p) =>
  db.insertInto('runs').values({
    id: p.id,
    uuid: '',
    workflow_id: p.workflow,
    version_id: p.version,
    status: 'running',
    keep: 1,
    accepted_at: 0,
    ended_at: null,
    replay_of: null,
    ending: null
  })
)
const deleteRuns = query()((db) => db.deleteFrom('runs'))

const commands = {
  ...workflowCommands,
  addRun: (async (tx, run) => (await tx.run(insertRun, run)).changes) as Command<
    { id: number; workflow: number; version: number },
    number
  >,
  deleteRuns: (async (tx) => (await tx.run(deleteRuns)).changes) as Command<null, number>
}
export type TestCommands = typeof commands

await serveWriter(commands)
