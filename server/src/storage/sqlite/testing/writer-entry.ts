/** The writer thread of storage's own tests. */
import { serveWriter } from '../writer-thread.ts'
import { commands } from '../../testing/commands.ts'

await serveWriter(commands)
