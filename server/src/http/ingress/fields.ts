import type { Json, JsonObject } from '@bellhop/sdk'
import { forbiddenKey } from '../json-body.ts'

/** Named values as an object: a name that comes once keeps its value, one that comes again becomes a list. */
export class Fields {
  readonly #values = new Map<string, Json[]>()

  /** @throws HttpFault `forbidden_key` (400) */
  add(name: string, value: Json): void {
    if (name === '__proto__') throw forbiddenKey()
    const values = this.#values.get(name)
    if (values === undefined) this.#values.set(name, [value])
    else values.push(value)
  }

  get object(): JsonObject {
    return Object.fromEntries(
      Array.from(this.#values, ([name, values]) => [name, values.length === 1 ? (values[0] ?? null) : values])
    )
  }
}

/** What a query-string parser made (no prototype, lists for repeated names) as a plain object. */
export function plain(parsed: Readonly<Record<string, string | string[] | undefined>>): JsonObject {
  if (Object.hasOwn(parsed, '__proto__')) throw forbiddenKey()
  return { ...parsed } as JsonObject
}
