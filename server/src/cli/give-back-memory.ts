import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Loading makes V8's young generation as large as it may become, and V8 shrinks it only when memory is short. Once,
 * when all is loaded, each thread gives back what load would take again as it needs it: twenty megabytes the one that
 * serves, six the one that writes.
 */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as NodeJS.GCFunction
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
