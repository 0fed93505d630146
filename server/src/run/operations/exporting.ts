import { Fault, type Json } from '@bellhop/sdk'
import { z } from 'zod'
import { json } from './json.ts'
import type { Left, Site } from './site.ts'

/** JSON has no word for `undefined`, functions and their like: then there is nothing to export. */
const input = z.object({ key: z.string().min(1).max(256), value: json.optional() })

/** More JSON text than this is not an export but a file. */
export const MAX_EXPORT_CHARACTERS = 20_000_000

/** Names that the server gives exports itself. */
const RESERVED = new Map([
  ['$return_value', 'Return the value, or export it under another name.'],
  ['$resume_data', 'It is what a request to `resume_url` brought.']
])

/** `$.export`. @throws Fault `reserved_export`, `export_too_large` */
export const exporting = {
  input,
  run({ left }: Site, { key, value }: z.output<typeof input>): undefined {
    const hint = RESERVED.get(key)
    if (hint !== undefined) throw new Fault('reserved_export', `a step cannot export \`${key}\``, { hint })
    if (value === undefined) return
    weigh(left, key, value)
    left.exports.set(key, value)
  }
}

/** Exports are kept in memory until the attempt ends, when they are judged together. @throws Fault `export_too_large` */
function weigh(left: Left, key: string, value: Json): void {
  const size = key.length + sizeOf(value)
  left.exported += size - (left.sizes.get(key) ?? 0)
  left.sizes.set(key, size)
  if (left.exported > MAX_EXPORT_CHARACTERS) throw exportTooLarge()
}

/** In characters of JSON. What is no JSON is refused when the attempt ends. */
function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length
  try {
    return JSON.stringify(value)?.length ?? 0
  } catch {
    return 0
  }
}

export function exportTooLarge(): Fault {
  const message = `the step's exports take more than ${MAX_EXPORT_CHARACTERS / 1e6} MB as JSON`
  return new Fault('export_too_large', message, { hint: 'Export the part that later steps need.' })
}
