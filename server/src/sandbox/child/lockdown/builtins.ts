/**
 * Node's own modules, which foreign code may have by name only if they are listed (`protocol/builtins.ts`). There are two ways to one: a resolution,
 * by whatever kind of import or require, all of which pass the hook; and `process.getBuiltinModule`, which is replaced.
 *
 * Node's permissions deny what is dangerous in them already; the list is there for what the permissions do not know
 * (`node:sqlite` opened any file; there may be a next one).
 */
import { registerHooks, syncBuiltinESMExports } from 'node:module'
import { ALLOWED, REFUSING } from '../../protocol/builtins.ts'
import { CUT, type CutDown } from './cut.ts'
import { refusal, refusing } from './refusal.ts'

type GetBuiltin = (id: string) => Record<string, unknown> | undefined

/** Closes both ways. After it, this file's own imports are the only ones that were not asked for. */
export function lockBuiltins(): void {
  const host = process as unknown as { getBuiltinModule: GetBuiltin }
  const getBuiltin = host.getBuiltinModule.bind(process)
  const prepared = new Set<string>()

  /** Cuts the module down before it is seen for the first time. */
  function admit(name: string): void {
    if (prepared.has(name)) return
    const refusing = REFUSING.has(name)
    if (!refusing && !ALLOWED.has(name)) throw refusal(`the module node:${name}`)
    prepared.add(name)
    const cut: CutDown | undefined = refusing ? refuseAll : CUT[name]
    const module = cut === undefined ? undefined : getBuiltin(name)
    if (cut === undefined || module === undefined) return
    cut(module)
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
  // These were loaded by this file or its neighbours, and are cut down at once.
  for (const name of ['module', 'process', 'os', 'v8', 'worker_threads']) admit(name)
}

function refuseAll(module: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === 'function') module[name] = refusing(`${name}()`)
  }
}
