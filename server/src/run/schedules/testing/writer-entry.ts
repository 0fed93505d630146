import { serveWriter } from '../../../storage/sqlite/writer-thread.ts'
import { commands } from './commands.ts'

await serveWriter(commands)
