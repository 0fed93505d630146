/** The event of a test: one that a person writes, one that was kept, or that of a run. */
import type { Json, JsonObject } from '@bellhop/sdk'
import { handlePattern } from '../../secrets/handle.ts'

/** What an HTTP trigger would make of what is left out. */
const DEFAULTS: JsonObject = {
  method: 'POST',
  path: '/',
  query: {},
  headers: {},
  body: null,
  client_ip: '127.0.0.1',
  url: 'http://127.0.0.1/in/test'
}

/** An event as a trigger would deliver it: names of headers are in lower case. */
export function asDelivered(written: JsonObject): JsonObject {
  const { headers } = written
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return { ...DEFAULTS, ...written }
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return { ...DEFAULTS, ...written, headers: Object.fromEntries(lower) }
}

/** The event of a run that has ended: its secrets are gone, and what stood for one alone is nothing now. */
export function withoutHandles(value: Json): Json {
  if (typeof value === 'string') {
    const rest = value.replace(handlePattern(), '')
    return rest === '' && value !== '' ? null : rest
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutHandles)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.replace(handlePattern(), ''), withoutHandles(inner)])
  )
}
