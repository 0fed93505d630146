/** Changing what stands in JSON values, without copying what does not change. */
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'

/** What becomes of the parts of a value. */
export interface JsonVisitor {
  string(text: string): Json
  number(value: number): Json
  key(text: string): string
  /** The visitor for what stands under a key; this one where there is none. */
  under?(key: string): JsonVisitor
}

/** Deeper values are refused, before they exhaust the stack. */
const MAX_DEPTH = 1_000

/**
 * The value with its parts changed; the same value where none did.
 * @throws Fault `value_too_deep` (413)
 */
export function mapJson(value: Json, visitor: JsonVisitor, depth = 0): Json {
  if (typeof value === 'string') return visitor.string(value)
  if (typeof value === 'number') return visitor.number(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === MAX_DEPTH) {
    throw new Fault('value_too_deep', `a value is nested more than ${MAX_DEPTH} levels deep`, { status: 413 })
  }
  return Array.isArray(value) ? mapArray(value, visitor, depth + 1) : mapObject(value, visitor, depth + 1)
}

function mapArray(items: Json[], visitor: JsonVisitor, depth: number): Json[] {
  let copy: Json[] | undefined
  for (let i = 0; i < items.length; i++) {
    const item = items[i] ?? null
    const changed = mapJson(item, visitor, depth)
    if (changed !== item) (copy ??= [...items])[i] = changed
  }
  return copy ?? items
}

function mapObject(value: JsonObject, visitor: JsonVisitor, depth: number): JsonObject {
  let entries: [string, Json][] | undefined
  const keys = Object.keys(value)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? ''
    const item = value[key] ?? null
    const name = visitor.key(key)
    const changed = mapJson(item, visitor.under?.(key) ?? visitor, depth)
    if (name === key && changed === item) continue
    entries ??= Object.entries(value)
    entries[i] = [name, changed]
  }
  // fromEntries defines properties, so a key `__proto__` stays a key
  return entries === undefined ? value : Object.fromEntries(entries)
}
