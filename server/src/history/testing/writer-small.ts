/** The same with a database that cannot grow beyond 4 MB, as on a full disk. */
import { serveWriter } from '../../storage/sqlite/writer-thread.ts'
import { testCommands } from './row-commands.ts'

await serveWriter(testCommands, { opened: ({ db }) => db.exec('pragma max_page_count = 1000') })
