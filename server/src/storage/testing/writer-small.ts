/** A writer thread whose database is full at 256 pages (1 MiB), on whatever disk. */
import { serveWriter } from '../writer-thread.ts'
import { commands } from './commands.ts'

serveWriter(commands, { opened: ({ db }) => db.exec('pragma max_page_count = 256') })
