/**
 * Compiled code (`cachedData`) cannot be handed to `vm`: V8 runs what it is given there without checking it, and says that
 * it must come from V8 itself, so it would be a way to native code.
 */
import { refusal, refusing } from './refusal.ts'

type Call = (...args: unknown[]) => unknown

/** The functions that compile, and which of their arguments is the options. */
const COMPILING = { compileFunction: 2, runInContext: 2, runInNewContext: 2, runInThisContext: 1 } as const

interface Vm extends Record<keyof typeof COMPILING, Call> {
  Script: { new (code: unknown, options?: unknown): object; prototype: object }
}

export function lockScripts(module: object): void {
  const vm = module as Vm
  const { Script: Original } = vm
  function Script(code: unknown, options?: unknown): object {
    return Reflect.construct(Original, [code, withoutCode(options)], new.target ?? Script) as object
  }
  // The classes behind it take compiled code too.
  Script.prototype = Original.prototype
  Reflect.set(Original.prototype, 'constructor', Script)
  Reflect.set(Object.getPrototypeOf(Original.prototype) as object, 'constructor', refusing('compiled code'))
  vm.Script = Script as unknown as Vm['Script']
  for (const [name, place] of Object.entries(COMPILING) as [keyof typeof COMPILING, number][]) {
    const compile = vm[name]
    vm[name] = (...args) => compile(...args.map((arg, at) => (at === place ? withoutCode(arg) : arg)))
  }
}

/** A copy, so that what was looked at is what is used. */
function withoutCode(options: unknown): unknown {
  if (typeof options !== 'object' || options === null) return options
  const copy: Record<string, unknown> = { ...options }
  if (copy['cachedData'] !== undefined) throw refusal('compiled code')
  return copy
}
