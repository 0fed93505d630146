/** What runs in the writer thread. */
import { serveWriter } from '../storage/writer-thread.ts'
import { commands } from './writer-commands.ts'

serveWriter(commands)
