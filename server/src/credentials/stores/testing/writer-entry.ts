/** The writer thread of tests of stores. */
import { serveWriter } from '../../../storage/sqlite/writer-thread.ts'
import { testCommands } from './commands.ts'

await serveWriter(testCommands)
