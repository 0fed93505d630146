/**
 * Node's own modules, which foreign code may have by name only if they are listed (`protocol/builtins.ts`). There are two ways to one: a resolution,
 * by whatever kind of import or require, all of which pass the hook; and `process.getBuiltinModule`, which is replaced.
 *
 * Node's permissions deny what is dangerous in them already; the list is there for what the permissions do not know
 * (`node:sqlite` opened any file; there may be a next one).
 */
import Module, { registerHooks, syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { ALLOWED, REFUSING } from '../../protocol/builtins.ts'
import { CUT, type CutDown } from './cut.ts'
import { refusal, refusing } from './refusal.ts'

type GetBuiltin = (id: string) => object | undefined

/** What is built on another module, and shows it to code without naming it. */
const BUILT_ON: Readonly<Record<string, readonly string[]>> = {
  https: ['tls'],
  http2: ['tls'],
  _tls_common: ['tls'],
  _tls_wrap: ['tls'],
  'dns/promises': ['dns']
}

/**
 * Closes both ways. After it, this file's own imports are the only ones that were not asked for.
 * @returns what admits a module, as asking for it does
 */
export function lockBuiltins(preparations: Readonly<Record<string, CutDown>>): (name: string) => void {
  const host = process as unknown as { getBuiltinModule: GetBuiltin }
  const getBuiltin = host.getBuiltinModule.bind(process)
  const changes: Readonly<Record<string, CutDown>> = { ...CUT, ...preparations }
  const prepared = new Set<string>()

  /** Changes the module before it is seen for the first time. */
  function admit(name: string): void {
    if (prepared.has(name)) return
    const refusing = REFUSING.has(name)
    if (!refusing && !ALLOWED.has(name)) throw refusal(`the module node:${name}`)
    prepared.add(name)
    for (const base of BUILT_ON[name] ?? []) admit(base)
    const change = refusing ? refuseAll : changes[name]
    const module = change === undefined ? undefined : getBuiltin(name)
    if (change === undefined || module === undefined) return
    change(module)
    syncBuiltinESMExports()
  }

  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      if (resolved.url.startsWith('node:')) admit(resolved.url.slice('node:'.length))
      return resolved
    }
  })
  host.getBuiltinModule = (id: unknown) => {
    const name = String(id).replace(/^node:/, '')
    if (!ALLOWED.has(name) && !REFUSING.has(name)) return undefined
    admit(name)
    return getBuiltin(name)
  }
  // These are here already. (Asked for by name, `process` would open its standard input and output.)
  for (const [name, module] of Object.entries({ module: Module, process, os })) {
    CUT[name]?.(module)
    prepared.add(name)
  }
  return admit
}

function refuseAll(module: object): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(module))) {
    if (typeof value === 'function') Reflect.set(module, name, refusing(`${name}()`))
  }
}
