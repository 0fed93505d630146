/** The trigger request of a scenario: credentials where they belong, and where they do not. */
import { encode } from '../grammar/encodings.ts'
import { isHeaderSafe } from '../grammar/secrets.ts'
import type { Occurrence } from '../grammar/scenario.ts'
import { bodyOf } from './body.ts'
import type { Cast, Credential } from './cast.ts'
import { fetchName, TENANT } from './stores/fetching.ts'
import { pathOf } from './stores/shelf.ts'

export interface TriggerRequest {
  method: string
  /** Below the endpoint, with the query. */
  target: string
  headers: Record<string, string>
  body: Buffer | undefined
}

/** An occurrence with its text. */
export interface Planted {
  place: Occurrence['place']
  text: string
  numeric: boolean
}

export function requestOf(cast: Cast, target: string): TriggerRequest {
  const { request } = cast.scenario
  const planted = request.occurrences.map((one) => plant(cast, one))
  const { body, type } = bodyOf(cast, planted)
  const headers: Record<string, string> = {
    'x-marker': cast.marker,
    'x-target': target,
    ...TENANT,
    ...credentialHeaders(cast),
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(request.nostore === 'header' ? { 'x-pd-nostore': '1' } : {}),
    ...(request.repeat === 'no' ? {} : { 'idempotency-key': `key-${cast.id}` })
  }
  for (const [index, { place, text }] of planted.entries()) {
    if (place === 'header') headers[`x-note-${index}`] = isHeaderSafe(text) ? text : encodeURIComponent(text)
    if (place === 'agent') headers['user-agent'] = `app/1 (${isHeaderSafe(text) ? text : encodeURIComponent(text)})`
  }
  return { method: request.method, target: targetPath(cast, planted) + queryOf(cast, planted), headers, body }
}

/** What a reference to the credential finds in the event, where that is more than the credential itself. */
export function boundText(cast: Cast, credential: Credential, request: TriggerRequest): string {
  if (credential.carrier === 'cookie') return request.headers['cookie'] ?? ''
  if (credential.carrier === 'bearer' || credential.carrier === 'basic') return request.headers['authorization'] ?? ''
  if (credential.carrier === 'path') return request.target.split('?')[0] ?? ''
  return credential.value
}

/** The reference that reads a credential from the event, without braces. */
export function referenceTo(cast: Cast, credential: Credential): string {
  const { carrier, index } = credential
  const event = 'steps.trigger.event'
  switch (carrier) {
    case 'body':
      return cast.scenario.request.body === 'secret' ? `${event}.body` : `${event}.body.credential${index}`
    case 'deep_body':
      return `${event}.body.accounts[0]["x y"].credential${index}`
    case 'query':
      return `${event}.query.credential${index}`
    case 'path':
      return `${event}.path`
    case 'header':
      return `${event}.headers["x-customer-${index}"]`
    case 'api_key':
      return `${event}.headers["x-api-key"]`
    case 'bearer':
    case 'basic':
      return `${event}.headers.authorization`
    case 'cookie':
      return `${event}.headers.cookie`
    case 'answer':
      return `steps.s${cast.handing}.$return_value.handed${index}`
    case 'item':
      return `item.credential${index}`
    case 'store_step':
      return `steps.${fetchName(credential)}.$return_value${pathOf(credential)}`
    case 'account':
    case 'store':
      throw new Error('what a binding fetches is named, not referred to')
  }
}

function plant(cast: Cast, { credential, part, chain, place }: Occurrence): Planted {
  const { value, numeric } = cast.credentials[credential % cast.credentials.length] ?? { value: '', numeric: false }
  const levels = addsLevel(cast, place) ? chain.slice(0, 1) : chain
  return { place, text: encode(partOf(value, part), levels), numeric: numeric && chain.length === 0 }
}

/** Two levels are promised: a place that is itself an encoding takes one of them. */
function addsLevel({ scenario }: Cast, place: Occurrence['place']): boolean {
  const { body } = scenario.request
  if (place === 'query' || place === 'path' || place === 'header' || place === 'agent') return true
  return body === 'binary' || body === 'multipart' || body === 'none'
}

/** Lines of at least this length are searched for one by one. */
const LONG_LINE = 16
/** As they are, and as environment files write them. */
const LINE_BREAK = /\r\n|\r|\n|\\n/

function partOf(value: string, part: Occurrence['part']): string {
  if (part === 'trimmed') return value.trim()
  if (part === 'whole') return value
  const lines = value.split(LINE_BREAK).map((line) => line.trim())
  const [longest = ''] = lines.sort((a, b) => b.length - a.length)
  return longest.length >= LONG_LINE ? longest : value
}

function credentialHeaders(cast: Cast): Record<string, string> {
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  for (const { carrier, value, index } of cast.credentials) {
    if (carrier === 'header') headers[`x-customer-${index}`] = value
    if (carrier === 'api_key') headers['x-api-key'] = value
    if (carrier === 'bearer') headers['authorization'] = `Bearer ${value}`
    if (carrier === 'basic') headers['authorization'] = `Basic ${base64(`${cast.fresh('user')}:${value}`)}`
    if (carrier === 'cookie') cookies.push(`sid${index}=${value}`)
  }
  if (cookies.length > 0) headers['cookie'] = ['theme=dark', ...cookies].join('; ')
  return headers
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function targetPath(cast: Cast, planted: readonly Planted[]): string {
  const bound = cast.credentials.filter(({ carrier }) => carrier === 'path').map(({ value }) => value)
  const more = planted.filter(({ place }) => place === 'path').map(({ text }) => encodeURIComponent(text))
  // A credential that is the path leaves no room for others.
  return bound[0] ?? ['', ...more].join('/')
}

function queryOf(cast: Cast, planted: readonly Planted[]): string {
  const { request } = cast.scenario
  const homeless = request.body === 'none' ? ['value', 'key', 'list', 'text'] : []
  const pairs = [
    ...cast.credentials
      .filter(({ carrier }) => carrier === 'query')
      .map(({ index, value }) => `credential${index}=${encodeURIComponent(value)}`),
    ...planted
      .filter(({ place }) => place === 'query' || homeless.includes(place))
      // Both ways to write a query: percent signs for all that is special, and `+` for spaces.
      .map(({ text }, index) =>
        index % 2 === 0
          ? `note${index}=${encodeURIComponent(text)}`
          : new URLSearchParams([[`note${index}`, text]]).toString()
      ),
    ...(request.nostore === 'query' ? ['x-pd-nostore=1'] : [])
  ]
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
