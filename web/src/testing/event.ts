/** An event that a person makes up. Pure. */
import type { Json, JsonObject } from '../values/json.ts'

export interface EventDraft {
  method: string
  /** What stands behind the endpoint's address, with a query: `/orders?kind=new`. */
  path: string
  headers: readonly (readonly [string, string])[]
  body: string
}

export const EMPTY_EVENT: EventDraft = {
  method: 'POST',
  path: '',
  headers: [['content-type', 'application/json']],
  body: '{\n  \n}'
}

/** Sent with an event, they say for whom, and in which of the caller's environments. */
export const IDENTITY_HEADERS = ['x-pd-external-user-id', 'x-pd-environment'] as const

/** The event as a trigger would have made it of the request, or why it cannot be one. */
export function eventOf(draft: EventDraft): { event: JsonObject } | { mistake: string } {
  const headers = Object.fromEntries(
    draft.headers.filter(([name]) => name.trim() !== '').map(([name, value]) => [name.trim().toLowerCase(), value])
  )
  const [path = '', search = ''] = draft.path.split('?', 2)
  const event: JsonObject = {
    method: draft.method,
    path: path === '' || path.startsWith('/') ? path || '/' : `/${path}`,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers
  }
  if (draft.method === 'GET' || draft.method === 'HEAD' || draft.body.trim() === '') return { event }
  const body = bodyOf(draft.body, headers['content-type'] ?? '')
  return 'mistake' in body ? body : { event: { ...event, body: body.value } }
}

function bodyOf(text: string, type: string): { value: Json } | { mistake: string } {
  if (type.includes('x-www-form-urlencoded')) return { value: Object.fromEntries(new URLSearchParams(text)) }
  if (!type.includes('json')) return { value: text }
  try {
    return { value: JSON.parse(text) as Json }
  } catch (error) {
    return { mistake: `The body is no JSON: ${error instanceof Error ? error.message : 'it cannot be read'}` }
  }
}
