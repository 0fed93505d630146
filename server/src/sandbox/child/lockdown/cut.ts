/** What is taken out of modules that foreign code may have. */
import { lockProcess } from './process.ts'
import { refusing } from './refusal.ts'
import { lockScripts } from './scripts.ts'

/** Changes a module's exports in place. */
export type CutDown = (module: object) => void

/** By the name of the module. */
export const CUT: Readonly<Record<string, CutDown>> = {
  // A hook would stand before ours; the caches are files, and code.
  module: refuse(
    'registerHooks',
    'register',
    'runMain',
    '_preloadModules',
    '_initPaths',
    'enableCompileCache',
    'flushCompileCache'
  ),
  os: (os) => {
    refuse('setPriority')(os)
    Object.assign(os, HOST)
  },
  process: (module) => lockProcess(module as NodeJS.Process),
  // Flags change what was checked before; profiles and snapshots are files, and hold more than code sees.
  v8: refuse(
    'setFlagsFromString',
    'writeHeapSnapshot',
    'getHeapSnapshot',
    'setHeapSnapshotNearHeapLimit',
    'setHeapProfileNearHeapLimit',
    'takeCoverage',
    'stopCoverage',
    'queryObjects',
    'startCpuProfile',
    'startHeapProfile'
  ),
  vm: lockScripts,
  worker_threads: refuse('Worker')
}

function refuse(...names: string[]): CutDown {
  return (module) => {
    for (const name of names) if (name in module) Reflect.set(module, name, refusing(`${name}()`))
  }
}

/** The host is nobody's business: its name, its networks, its users. */
const HOST = {
  hostname: () => 'localhost',
  networkInterfaces: () => ({}),
  homedir: () => '/tmp',
  userInfo: () => ({ uid: -1, gid: -1, username: 'bellhop', homedir: '/tmp', shell: null })
}
