/**
 * Node's own modules. A bundle imports those that the sandbox gives; of others packages get a stand-in, because they import
 * much that they never call. The sandbox does not rely on it: what is refused is refused there again.
 */
import { builtinModules } from 'node:module'

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

/** A stand-in for a module that the sandbox does not have at all: everything is there, and says no when it is called. */
export function standIn(name: string): string {
  return `
const refuse = () => {
  throw Object.assign(new Error('code in a workflow cannot use node:${name}'), { code: 'ERR_ACCESS_DENIED' })
}
const it = new Proxy({}, {
  get: (_, key) => (typeof key === 'symbol' || key === '__esModule' ? undefined : key === 'default' ? it : refuse)
})
module.exports = it`
}

/**
 * Stands at the head of each bundle. CommonJS code that computes what it requires gets Node's own modules, as far as the
 * sandbox gives them. It declares nothing: a name could be one of the code that follows.
 */
export const HEAD = `
globalThis.require ??= Object.assign((name) => {
  const it = process.getBuiltinModule?.(name)
  if (it !== undefined) return it
  throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' })
}, { resolve: (name) => name, cache: {} })
`
