import { serveWriter } from '../../../storage/writer-thread.ts'
import { commands } from './commands.ts'

serveWriter(commands)
