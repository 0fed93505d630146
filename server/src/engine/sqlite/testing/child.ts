/**
 * A process for tests to kill: accepts runs of two steps in the directory given, 20 at a time and without end, and
 * writes a line for each acknowledgement and each finished first step.
 */
import { SqliteStorage } from '../../../storage/sqlite/storage.ts'
import { Keyring } from '../../../secrets/keyring.ts'
import { RunIds } from '../../../storage/ids.ts'
import type { StepPolicy } from '../../port.ts'
import { SqliteEngine } from '../engine.ts'
import type { TestCommands } from '../../stored/testing/commands.ts'
import { MASTER } from './master.ts'

const [dir = ''] = process.argv.slice(2)
const writer = new URL('./writer-entry.ts', import.meta.url)
const storage = await SqliteStorage.open<TestCommands>({ dir, writer, ballastBytes: 0 })
const policy: StepPolicy = { kind: 'use', retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }
const engine = await SqliteEngine.open({
  storage,
  master: MASTER,
  execute: async (run, durable) => {
    await durable.step('first', async () => ({ value: 1, minted: [], logs: [] }), policy)
    process.stdout.write(`finished ${run.id.uuid}\n`)
    await durable.step('second', async () => ({ value: 2, minted: [], logs: [] }), policy)
    return { status: 'succeeded' }
  }
})
await engine.start()

const ids = new RunIds()
async function acceptWithoutEnd(): Promise<never> {
  for (;;) {
    const id = ids.next(Date.now())
    const keyring = new Keyring(MASTER.runSeal(id.uuid))
    keyring.mint('a-secret-of-this-run', { app: 'slack', field: 'token', audience: null })
    const run = { id, workflowId: 1, versionId: 1, event: 1, eventText: '1', keyring, timeoutMs: 60_000, keep: true }
    const result = await engine.accept(run)
    process.stdout.write(`accepted ${id.uuid}\n`)
    if (result.accepted) await result.ended
  }
}
await Promise.all(Array.from({ length: 20 }, acceptWithoutEnd))
