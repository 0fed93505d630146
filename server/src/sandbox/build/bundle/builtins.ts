/**
 * Node's own modules. Those that code may use are imported by the bundle; of the others it gets a stand-in, because packages
 * import much that they never call. The sandbox does not rely on it: what is refused is refused there again.
 */
import { builtinModules } from 'node:module'

/** What code in the sandbox may import. */
export const ALLOWED = new Set([
  'assert',
  'assert/strict',
  'async_hooks',
  'buffer',
  'console',
  'constants',
  'crypto',
  'diagnostics_channel',
  'dns',
  'dns/promises',
  'events',
  'fs',
  'fs/promises',
  'http',
  'https',
  'net',
  'os',
  'path',
  'path/posix',
  'path/win32',
  'perf_hooks',
  'process',
  'punycode',
  'querystring',
  'readline',
  'readline/promises',
  'stream',
  'stream/consumers',
  'stream/promises',
  'stream/web',
  'string_decoder',
  'sys',
  'timers',
  'timers/promises',
  'tls',
  'tty',
  'url',
  'util',
  'util/types',
  'zlib'
])

/** The module's name without `node:`; undefined for what is none of Node's. */
export function builtinOf(specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return specifier.slice(5)
  return builtinModules.includes(specifier) ? specifier : undefined
}

/** For `import`: exactly the names that there are, so that a wrong one is told at deploy; one each, so that few are imported. */
export async function importedBuiltin(name: string): Promise<string> {
  const names = name === 'process' ? PROCESS : Object.keys((await import(`node:${name}`)) as object)
  const from = JSON.stringify(`node:${name}`)
  return names.map((each) => `export { ${each} } from ${from}`).join('\n')
}

/** What every process has, and the sandbox leaves: other names come and go with how Node was started. */
const PROCESS =
  `abort arch argv argv0 availableMemory chdir config constrainedMemory cpuUsage cwd default emitWarning env execArgv
  execPath exit exitCode features getBuiltinModule hrtime memoryUsage nextTick pid platform ppid release resourceUsage stderr
  stdin stdout title umask uptime version versions`.split(/\s+/)

/** For `require`: what `require` gives. */
export function requiredBuiltin(name: string): string {
  return `import it from ${JSON.stringify(`node:${name}`)}\nmodule.exports = it`
}

/** A stand-in: what is harmless is there, and everything else says no when it is called. */
export function standIn(name: string): string {
  return `
const refuse = () => {
  throw Object.assign(new Error('code in a workflow cannot use node:${name}'), { code: 'ERR_ACCESS_DENIED' })
}
const there = { ${HARMLESS[name] ?? ''} }
const it = new Proxy(there, {
  get: (_, key) =>
    typeof key === 'symbol' || key === '__esModule' ? undefined
    : Object.hasOwn(there, key) ? there[key]
    : key === 'default' ? it : refuse
})
module.exports = it`
}

/** What packages call as they load, for reasons that do no harm. */
const HARMLESS: Readonly<Record<string, string>> = {
  module: 'createRequire: () => require, builtinModules: [], isBuiltin: () => false, syncBuiltinESMExports() {}',
  worker_threads: `isMainThread: true, parentPort: null, workerData: null, threadId: 0, resourceLimits: {},
    MessageChannel, MessagePort, BroadcastChannel, markAsUncloneable() {}, markAsUntransferable() {}`,
  cluster: 'isMaster: true, isPrimary: true, isWorker: false',
  http2: 'constants: {}'
}

/**
 * Stands at the head of each bundle. CommonJS code that computes what it requires gets Node's own modules, as far as the
 * sandbox gives them. `defineComponent` is global, as it is in Pipedream's code steps. Nothing here is declared: the names
 * could be those of the code that follows.
 */
export const HEAD = `
globalThis.defineComponent ??= (component) => component
globalThis.require ??= Object.assign((name) => {
  const it = process.getBuiltinModule?.(name)
  if (it !== undefined) return it
  throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' })
}, { resolve: (name) => name, cache: {} })
`
