/**
 * What runs in the writer thread. Plain JavaScript, so that the thread loads no type stripper; a thread has a compile
 * cache of its own (`bin/bellhop.js` says why there is one).
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../../.cache', import.meta.url)))
const [{ serveWriter }, { commands }, { giveBackMemory }] = await Promise.all([
  import('../storage/sqlite/writer-thread.ts'),
  import('./writer-commands.ts'),
  import('./give-back-memory.ts')
])
flushCompileCache()
giveBackMemory()
await serveWriter(commands)
