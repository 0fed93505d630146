/** A writer thread for history's tests: the sweeper's commands, and some that write rows as an engine does. */
import { serveWriter } from '../../storage/sqlite/writer-thread.ts'
import { testCommands } from './row-commands.ts'

await serveWriter(testCommands)
