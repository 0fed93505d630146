/** A prop of the type `http_request`: a request that the definition describes, and the code executes. */
import type { Json } from './json.ts'
import type { HttpRequest } from './services.ts'

type Raw = Readonly<Record<string, unknown>>
type Executed = Awaited<ReturnType<HttpRequest['execute']>>

/** The value that the definition gives, and beside it how to send it. */
export function httpRequest(value: Raw, signal: AbortSignal): Raw & HttpRequest {
  return { ...value, execute: () => execute(value, signal) }
}

/** @throws Error with `response` where the status is no success, as axios throws it */
async function execute(request: Raw, signal: AbortSignal): Promise<Executed> {
  const url = new URL(asText(request['url']))
  for (const [name, value] of pairs(request['params'] ?? request['query'])) url.searchParams.append(name, value)
  const headers = new Headers(pairs(request['headers']))
  authorise(request['auth'], headers)
  const body = bodyOf(request['body'] ?? request['data'], headers)
  const answer = await fetch(url, {
    method: asText(request['method'] ?? 'GET').toUpperCase(),
    headers,
    signal,
    ...(body === undefined ? {} : { body })
  })
  const text = await answer.text()
  const executed: Executed = {
    status: answer.status,
    statusText: answer.statusText,
    headers: Object.fromEntries(answer.headers),
    data: readData(text, answer.headers.get('content-type') ?? '')
  }
  if (answer.ok) return executed
  throw Object.assign(new Error(`Request failed with status code ${answer.status}`), { response: executed })
}

/** An object, or a list of `{ name, value }` of which some may be switched off. */
function pairs(given: unknown): [string, string][] {
  if (Array.isArray(given)) {
    return given
      .filter((one): one is Raw => isObject(one) && one['disabled'] !== true && one['name'] !== '')
      .map(({ name, value }) => [asText(name), asText(value)])
  }
  if (!isObject(given)) return []
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, asText(value)]]))
}

function authorise(auth: unknown, headers: Headers): void {
  if (!isObject(auth)) return
  const { type, username, password, token } = auth
  if (type === 'bearer' || typeof token === 'string') headers.set('authorization', `Bearer ${asText(token)}`)
  else if (type === 'basic' || typeof username === 'string') {
    const both = Buffer.from(`${asText(username)}:${asText(password)}`).toString('base64')
    headers.set('authorization', `Basic ${both}`)
  }
}

/** Text, or JSON, or what a form of fields or raw text says. */
function bodyOf(body: unknown, headers: Headers): string | undefined {
  if (body === undefined || body === null || body === '') return undefined
  const built = isObject(body) && (Array.isArray(body['fields']) || typeof body['raw'] === 'string') ? body : undefined
  if (built !== undefined && typeof built['contentType'] === 'string' && !headers.has('content-type')) {
    headers.set('content-type', built['contentType'])
  }
  if (built !== undefined && typeof built['raw'] === 'string' && built['raw'] !== '') return built['raw']
  const data: unknown = built === undefined ? body : Object.fromEntries(pairs(built['fields']))
  if (typeof data === 'string') return data
  if (headers.get('content-type')?.includes('x-www-form-urlencoded') === true) {
    return new URLSearchParams(pairs(data)).toString()
  }
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  return JSON.stringify(data)
}

function readData(text: string, type: string): Json {
  if (!/\bjson\b/i.test(type)) return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
