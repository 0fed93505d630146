/** The writer thread of storage's own tests. */
import { serveWriter } from '../writer-thread.ts'
import { commands } from './commands.ts'

serveWriter(commands)
