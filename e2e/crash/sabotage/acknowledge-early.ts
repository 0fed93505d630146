/** A server that says "accepted" before the commit. */
import { setTimeout as pause } from 'node:timers/promises'
import { replaceWrite } from './writes.ts'

replaceWrite('acceptRun', async (write) => {
  void pause(500).then(write)
  return { how: 'accepted' }
})
