/** A writer thread whose every commit fails as on a disk that lost a write (SQLITE_IOERR_FSYNC). */
import { serveWriter } from '../writer-thread.ts'
import { commands } from '../../testing/commands.ts'

await serveWriter(commands, {
  commit: () => {
    throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1034 })
  }
})
