/** The writer thread of tests of stores. */
import { serveWriter } from '../../../storage/writer-thread.ts'
import { testCommands } from './commands.ts'

serveWriter(testCommands)
