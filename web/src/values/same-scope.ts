import { useState } from 'react'
import { isObject, type Json } from './json.ts'
import type { Scope, Source } from './scope.ts'

/**
 * The scope as it was, as long as it says the same: whoever makes one anew at every change of a document need not have its
 * samples, which may be large, looked through again.
 */
export function useSameScope(scope: Scope): Scope {
  const [kept, setKept] = useState(scope)
  const same =
    kept === scope || (kept.length === scope.length && kept.every((one, index) => saysSame(one, scope[index])))
  if (!same) setKept(scope)
  return same ? kept : scope
}

function saysSame(one: Source, other: Source | undefined): boolean {
  if (one.path !== other?.path || one.label !== other.label || one.from !== other.from) return false
  return one.sample === other.sample || holdsSame(one.sample, other.sample)
}

/** Whether two objects hold the very same values: what is inside of those is not looked at. */
function holdsSame(one: Json | undefined, other: Json | undefined): boolean {
  if (!isObject(one) || !isObject(other)) return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key])
}
