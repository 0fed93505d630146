import { Fault } from '@bellhop/sdk'
import type { Storage } from '../storage.ts'
import type { TestCommands } from './commands.ts'

/**
 * What a process does that tests kill: opens storage, then sets `n` = 1, 2, 3, … in `meta`, a line on its output for each
 * after its commit; or prints the fault that kept it from opening.
 */
export async function countUp(open: () => Promise<Storage<TestCommands>>): Promise<void> {
  try {
    const storage = await open()
    process.stdout.write('open\n')
    for (let n = 1; ; n++) {
      await storage.write('set', { key: 'n', value: String(n) })
      process.stdout.write(`${n}\n`)
    }
  } catch (error) {
    process.stdout.write(error instanceof Fault ? `${error.code}: ${error.message}\n` : `${String(error)}\n`)
    process.exitCode = 2
  }
}
