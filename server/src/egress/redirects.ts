/**
 * The request that follows a redirect. Rule 5 of the door: to another origin it carries no handle and no credential,
 * wherever they stood, and never again, also when a later redirect leads back.
 *
 * The vendor's Location is used as it was; handle-shaped text in it is made harmless, so that no answer can place a
 * credential. Method and body change as in fetch (https://fetch.spec.whatwg.org/#http-redirect-fetch).
 */
import { Fault } from '@bellhop/sdk'
import type { Keyring } from '../secrets/keyring.ts'
import { defang } from '../secrets/recognise.ts'
import { fieldsOf, kindOf, without } from './fields.ts'
import { nameOf } from './hosts.ts'
import { headerHoldsHandle, mayHoldHandle } from './places.ts'
import { parseUrl, type Draft, type Header } from './request.ts'

/** How often a request may be redirected. */
export const MAX_REDIRECTS = 10

const BODY_HEADERS = new Set(['content-encoding', 'content-language', 'content-location', 'content-type'])
/** Credentials even where they are no handles. */
const CREDENTIAL_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** Whether an answer asks to be followed. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/**
 * @param location the header's value, unscrubbed
 * @throws Fault `vendor_bad_answer`, `redirect_refused`
 */
export function redirected(draft: Draft, status: number, location: string, keyring: Keyring): Draft {
  const { url, target } = parseLocation(draft, location)
  const next: Draft = { ...dropBodyIfGet(draft, status), url, target }
  if (url.hash === '') url.hash = draft.url.hash
  if (target.origin === draft.target.origin) return next
  if (draft.target.protocol === 'https:' && target.protocol === 'http:' && carriesCredentials(draft)) {
    throw refused(draft, 'to plain HTTP with credentials')
  }
  if (keyring.scrubText(location) !== location) throw refused(draft, 'to another host with a credential in the URL')
  return withoutCredentials(next)
}

function parseLocation(draft: Draft, location: string): Pick<Draft, 'url' | 'target'> {
  try {
    return parseUrl(defang(location), draft.url)
  } catch {
    throw new Fault('vendor_bad_answer', `${nameOf(draft.target)} redirects to something that is no http(s) URL`)
  }
}

function dropBodyIfGet(draft: Draft, status: number): Draft {
  const becomesGet =
    status === 303
      ? draft.method !== 'GET' && draft.method !== 'HEAD'
      : (status === 301 || status === 302) && draft.method === 'POST'
  if (!becomesGet) return draft
  const headers = draft.headers.filter(([name]) => !BODY_HEADERS.has(name))
  return { ...draft, method: 'GET', headers, body: undefined }
}

function carriesCredentials(draft: Draft): boolean {
  const inBody = draft.body !== undefined && mayHoldHandle(draft.body)
  return inBody || mayHoldHandle(draft.url.search) || draft.headers.some(isCredential)
}

function isCredential(header: Header): boolean {
  return CREDENTIAL_HEADERS.has(header[0]) || headerHoldsHandle(header)
}

function withoutCredentials(draft: Draft): Draft {
  const headers = draft.headers.filter((header) => !isCredential(header))
  const { body } = draft
  if (body === undefined || !mayHoldHandle(body)) return { ...draft, headers }
  const text = body.toString()
  const kind = kindOf(draft.headers)
  const fields = kind === undefined ? undefined : fieldsOf(text, kind)
  if (kind === undefined || fields === undefined) throw refused(draft, 'to another host with a credential in the body')
  return { ...draft, headers, body: without(text, kind, fields, mayHoldHandle) }
}

function refused(draft: Draft, where: string): Fault {
  return new Fault('redirect_refused', `a redirect of ${nameOf(draft.target)} leads ${where}, and was not followed`, {
    hint: 'Call the final address directly, if it is one that may get the credential.'
  })
}
