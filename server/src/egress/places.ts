/**
 * Where a handle may stand in a request, and what becomes of it there: the secret, a refusal, or the handle itself.
 *
 * A header or a URL with a handle in the wrong place is refused, and so is the right place of the wrong host. In a body,
 * a handle that stands in no field named by the app stays what it is, with a warning: a public post can't publish a
 * token. Only a handle that stands as it is (in Basic credentials, after base64) is ever revealed; an encoded one is
 * text. Keeps I6, and rules 1, 2 and 4 of the door.
 */
import type { Readable } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import { HANDLE_PREFIX } from '../secrets/handle.ts'
import type { Audience, Keyring, Secret } from '../secrets/keyring.ts'
import { encodeFor, fieldsOf, kindOf, rewrite } from './fields.ts'
import { isLoopbackHost, matchingRule, nameOf, nameRules, type Target } from './hosts.ts'
import { isFieldValue, type Draft, type Header } from './request.ts'

/** A request as it goes on the wire. Holds secrets: it is never shown, kept or put into an error. */
export interface Revealed {
  path: string
  /** Names and values in turn. */
  headers: string[]
  body: string | Buffer | undefined
  /** What stands for the body, where it goes out as it comes in. */
  stream?: Readable
  /** The protocol that it asks for instead of HTTP. */
  upgrade?: string
  /** What was revealed. */
  secrets: readonly Secret[]
  /** The same with the place of each, in the same order. */
  places: readonly RevealedAt[]
}

/** Where in a request a secret was put. */
export type RevealedAt = { in: 'header' | 'query' | 'body'; name: string }

/** What handles stand for. */
export interface Secrets {
  keyring: Keyring
  /** Says of a secret which one stands for it now. */
  renewals?: { newest(secret: Secret): Secret }
}

/** A place that an app can name, or one where no credential ever stands. */
type Place = RevealedAt | { in: 'nowhere'; what: string }

const BASIC = /^basic +([A-Za-z0-9+/=_-]+)$/i

/** Whether `text` may hold a handle; `false` is certain. */
export function mayHoldHandle(text: string | Buffer): boolean {
  return text.includes(HANDLE_PREFIX)
}

/** Whether a header may hold handles, plainly or in Basic credentials. */
export function headerHoldsHandle([name, value]: Header): boolean {
  return mayHoldHandle(name) || mayHoldHandle(value) || mayHoldHandle(decodeBasic(value) ?? '')
}

/**
 * Puts the secrets into a request.
 * @param stays told of each secret whose handle stays a handle in the body
 * @throws Fault `credential_misplaced`, `credential_wrong_host`, `credential_unbound`, `credential_plain_http`,
 *   `credential_unsendable`, `dead_handle`, `bad_request_url`
 */
export function reveal(draft: Draft, secrets: Secrets, stays: (secret: Secret) => void): Revealed {
  const revealing = new Revealing(draft, secrets, stays)
  revealing.checkUrl()
  const path = draft.url.pathname + revealing.query()
  const headers: string[] = []
  for (const header of draft.headers) headers.push(header[2] ?? header[0], revealing.header(header))
  const { upgrade } = draft
  const revealed = { path, headers, body: revealing.body(), secrets: revealing.secrets, places: revealing.places }
  return upgrade === undefined ? revealed : { ...revealed, upgrade }
}

class Revealing {
  readonly secrets: Secret[] = []
  readonly places: RevealedAt[] = []
  readonly #draft: Draft
  readonly #keyring: Keyring
  readonly #renewals: Secrets['renewals']
  readonly #stays: (secret: Secret) => void

  constructor(draft: Draft, { keyring, renewals }: Secrets, stays: (secret: Secret) => void) {
    this.#draft = draft
    this.#keyring = keyring
    this.#renewals = renewals
    this.#stays = stays
  }

  /** Refuses handles in every part of the URL but the values of its query. */
  checkUrl(): void {
    const { url, target } = this.#draft
    if (mayHoldHandle(url.href)) {
      this.#refuse(url.hostname, 'the host')
      this.#refuse(`${url.username} ${url.password}`, 'the user info of the URL')
      this.#refuse(url.pathname, 'the path')
      this.#refuse(url.hash, 'the fragment')
    }
    // Nothing encoded is ever revealed. It is refused, too, so that a mistake is an error and not a failed login.
    if (url.href.includes('%'))
      this.#refuse(decodePercent(url.href.replaceAll(HANDLE_PREFIX, '')), 'an encoded part of the URL')
    if (url.username !== '' || url.password !== '') {
      throw new Fault('bad_request_url', `the URL of a request to ${nameOf(target)} holds a user name or password`, {
        hint: 'Send them in an Authorization header instead.'
      })
    }
  }

  query(): string {
    const { search } = this.#draft.url
    if (!mayHoldHandle(search)) return search
    const text = search.slice(1)
    return `?${rewrite(text, fieldsOf(text, 'form') ?? [], {
      gap: (raw) => {
        this.#refuse(raw, 'the name of a query parameter')
        return raw
      },
      value: (raw, { name }) =>
        this.#keyring.reveal(raw, (secret) => encodeFor('form', this.#show(secret, { in: 'query', name })))
    })}`
  }

  header([name, value]: Header): string {
    this.#refuse(name, 'the name of a header')
    let revealed: string
    if (mayHoldHandle(value)) {
      revealed = this.#keyring.reveal(value, (secret) => this.#show(secret, { in: 'header', name }))
    } else {
      const pair = decodeBasic(value)
      if (pair === undefined || !mayHoldHandle(pair)) return value
      // One character a byte, so that what is no handle goes out byte for byte.
      const bytes = this.#keyring.reveal(pair, (secret) =>
        Buffer.from(this.#show(secret, { in: 'header', name }), 'utf8').toString('latin1')
      )
      revealed = `Basic ${Buffer.from(bytes, 'latin1').toString('base64')}`
    }
    // As fetch does: a token that was read from a file may end in a line break.
    const trimmed = revealed.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')
    if (isFieldValue(trimmed)) return trimmed
    throw new Fault(
      'credential_unsendable',
      `a credential in the header ${name} holds characters that no header may hold`,
      {
        hint: 'Look for a line break, or a character that is not Latin-1, in the credential at its source.'
      }
    )
  }

  body(): Draft['body'] {
    const { body, headers } = this.#draft
    if (body === undefined || !mayHoldHandle(body)) return body
    const text = typeof body === 'string' ? body : body.toString('utf8')
    const kind = kindOf(headers)
    const fields = kind === undefined ? undefined : fieldsOf(text, kind)
    if (kind === undefined || fields === undefined) {
      this.#keep(text)
      return body
    }
    const before = this.secrets.length
    const revealed = rewrite(text, fields, {
      gap: (raw) => this.#keep(raw),
      value: (raw, { name, text: isText }) => {
        if (!isText || !mayHoldHandle(raw)) return this.#keep(raw)
        const place: RevealedAt = { in: 'body', name }
        return this.#keyring.reveal(raw, (secret) =>
          mayStand(secret.origin.audience, place) ? encodeFor(kind, this.#show(secret, place)) : this.#keepOne(secret)
        )
      }
    })
    // Bytes that are not UTF-8 stay as they are when there is nothing to put in.
    return this.secrets.length === before ? body : revealed
  }

  /** The secret itself, if it may stand there and go there. */
  #show(given: Secret, place: RevealedAt): string {
    const secret = this.#renewals?.newest(given) ?? given
    checkDestination(secret, this.#draft.target)
    if (!mayStand(secret.origin.audience, place)) throw misplaced(secret, this.#draft.target, place)
    this.secrets.push(secret)
    this.places.push(place)
    return secret.value
  }

  #keep(text: string): string {
    return mayHoldHandle(text) ? this.#keyring.reveal(text, (secret) => this.#keepOne(secret)) : text
  }

  #keepOne(secret: Secret): string {
    this.#stays(secret)
    return secret.handle
  }

  #refuse(text: string, what: string): void {
    if (!mayHoldHandle(text)) return
    this.#keyring.reveal(text, (secret) => {
      throw misplaced(secret, this.#draft.target, { in: 'nowhere', what })
    })
  }
}

function mayStand(audience: Audience | null, place: Place): boolean {
  if (audience === null || place.in === 'nowhere') return false
  const names = { header: audience.places.headers, query: audience.places.query, body: audience.places.body }[place.in]
  return typeof names === 'boolean' ? names : names.includes(place.name)
}

/** Whether the secret may go to the target at all. */
function checkDestination(secret: Secret, target: Target): void {
  const { audience, app } = secret.origin
  if (audience === null) {
    throw new Fault('credential_unbound', `${nameSecret(secret)} may not leave in a request to ${nameOf(target)}`, {
      hint: 'Bind it to the app that it belongs to, under `auth:` of the step.'
    })
  }
  const rule = matchingRule(audience.hosts, target)
  if (rule === undefined) {
    const allowed = nameRules(audience.hosts)
    throw new Fault(
      'credential_wrong_host',
      `${nameSecret(secret)} may not go to ${nameOf(target)}; it may go to ${allowed}`,
      { hint: hostHint(app) }
    )
  }
  if (target.protocol === 'http:' && rule.plain !== true && !isLoopbackHost(target.host)) {
    throw new Fault('credential_plain_http', `${nameSecret(secret)} may not go to ${nameOf(target)} without TLS`, {
      hint: `Use https://, or let the operator set ${overrideOf(app)} to a plain URL.`
    })
  }
}

function misplaced(secret: Secret, target: Target, place: Place): Fault {
  const name = nameSecret(secret)
  return new Fault('credential_misplaced', `${name} stands in ${namePlace(place)} of a request to ${nameOf(target)}`, {
    hint: `It may stand in ${namePlaces(secret.origin.audience)}; an app that is in no catalogue names more under \`places:\` of its binding.`
  })
}

function nameSecret({ origin }: Secret): string {
  return `the credential ${origin.field} of ${origin.app}`
}

function namePlace(place: Place): string {
  if (place.in === 'nowhere') return place.what
  const noun = { header: 'the header', query: 'the query parameter', body: 'the body field' }[place.in]
  return /^[\w.-]{1,64}$/.test(place.name) ? `${noun} ${place.name}` : noun
}

function namePlaces(audience: Audience | null): string {
  if (audience === null) return 'no place'
  const { headers, query, body } = audience.places
  const names = [
    headers === true ? 'any header' : headers === false ? '' : headers.map((name) => `the header ${name}`).join(', '),
    query.map((name) => `the query parameter ${name}`).join(', '),
    body.map((name) => `the body field ${name}`).join(', ')
  ]
  return names.filter((name) => name !== '').join(', ') || 'no place'
}

function hostHint(app: string): string {
  if (app === 'http') return 'List the host under `hosts:` of the binding to allow it.'
  return `Set ${overrideOf(app)} if this is a self-hosted edition, or list the host under \`hosts:\` of the binding of an app that is in no catalogue.`
}

function overrideOf(app: string): string {
  return `BELLHOP_APP_${app.toUpperCase().replaceAll('-', '_')}_BASE_URL`
}

/** The bytes inside Basic credentials (RFC 7617), one character each; `undefined` where there are none. */
export function decodeBasic(value: string): string | undefined {
  const encoded = BASIC.exec(value)?.[1]
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('latin1')
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}
