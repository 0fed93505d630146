/** A writer thread whose database is full at 256 pages (1 MiB), on whatever disk. */
import { serveWriter } from '../writer-thread.ts'
import { commands } from '../../testing/commands.ts'

await serveWriter(commands, { opened: ({ db }) => db.exec('pragma max_page_count = 256') })
