/**
 * A process for tests to kill: opens the directory given, then sets `n` = 1, 2, 3, … in `meta`, a line on its output
 * for each after its commit; or prints the fault that kept it from opening.
 */
import { Fault } from '@bellhop/sdk'
import { SqliteStorage } from '../storage.ts'
import type { TestCommands } from '../../testing/commands.ts'

const [dir = '', entry = 'writer-entry'] = process.argv.slice(2)
const writer = new URL(`./${entry}.ts`, import.meta.url)
try {
  const storage = await SqliteStorage.open<TestCommands>({ dir, writer, ballastBytes: 0 })
  process.stdout.write('open\n')
  for (let n = 1; ; n++) {
    await storage.write('set', { key: 'n', value: String(n) })
    process.stdout.write(`${n}\n`)
  }
} catch (error) {
  process.stdout.write(error instanceof Fault ? `${error.code}: ${error.message}\n` : `${String(error)}\n`)
  process.exitCode = 2
}
