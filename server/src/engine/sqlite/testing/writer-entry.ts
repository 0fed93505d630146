/** The writer thread of the engine's own tests and measurements. */
import { serveWriter } from '../../../storage/sqlite/writer-thread.ts'
import { commands } from '../../stored/testing/commands.ts'

await serveWriter(commands)
