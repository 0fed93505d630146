/** How the vendor stand-in treats the calls of a scenario. */
import type { Vendor } from '../../../examples/vendor/vendor.ts'
import { encode } from '../grammar/encodings.ts'
import { isHeaderSafe } from '../grammar/secrets.ts'
import type { Action, CallPlan, Saying } from '../grammar/steps.ts'
import { callsOf, cameLate } from './carriers.ts'
import { boundBy, type Cast } from './cast.ts'
import { bindingOf, isNamed, lookOf, vendorOf } from './definition.ts'
import { boundText, type TriggerRequest } from './request.ts'
import { shelfOf } from './stores/shelf.ts'
import { valuesOfItems } from './each.ts'

type Behaviour = Parameters<Vendor['behave']>[1]

/** Longer than any scenario waits. */
const LONG_MS = 3_000

/** Where an action's calls arrive; an http-request's are all the others. */
const PATHS: Readonly<Partial<Record<Action, RegExp>>> = {
  'slack-send-message': /^\/api\/chat/,
  'slack-list-channels': /^\/api\/conv/,
  'github-create-issue': /^\/repos/,
  'github-list-repositories': /^\/user/
}

/**
 * Admits the bearers of the scenario's credentials and says how each is treated. Items with credentials of their own are
 * different bearers: each is told its own secret, for no item knows another's. Returns the function that ends it.
 */
export function brief(vendor: Vendor, stranger: string, cast: Cast, request: TriggerRequest): () => void {
  const forget = callsOf(cast.scenario)
    .filter(({ at }) => vendorOf(cast, at).at === at)
    .flatMap(({ step, at }) =>
      tokensOf(cast, step, at, request).map((token, item) => {
        const customer = `${cast.id} ${lookOf(cast, step, at)} of item ${item}`
        for (const known of [token, token.trim()]) vendor.admit(customer, known)
        const path = PATHS[step.action] ?? /^\/v1/
        return vendor.behave({ customer, path }, behaviourOf(cast, step, { at, item }, stranger, token))
      })
    )
  return () => forget.forEach((end) => end())
}

/** What the vendor gets to see of the credential, where it gets that far: of each item's, where each has its own. */
function tokensOf(cast: Cast, step: CallPlan, at: number, request: TriggerRequest): string[] {
  const credential = boundBy(cast, at)
  const values = valuesOfItems(cast, credential)
  if (isNamed(credential)) return values
  const binding = bindingOf(cast, step, at)
  return values.map((value, item) => binding.resolved((one) => (item === 0 ? boundText(cast, one, request) : value)))
}

/** Who calls: the step at this place, for this item; the first where there are no items, or all share a credential. */
interface Visitor {
  at: number
  item: number
}

function behaviourOf(cast: Cast, step: CallPlan, visitor: Visitor, stranger: string, token: string): Behaviour {
  const { at } = visitor
  if (at === cast.handing) return handing(cast, at, undefined)
  const { vendor } = step
  switch (vendor.kind) {
    case 'behaves':
      return {}
    case 'echoes':
      return {
        echo: vendor.echoes,
        gzip: vendor.gzip,
        ...status(vendor.status),
        ...(vendor.pieces === undefined ? {} : { pieces: vendor.pieces })
      }
    case 'says':
      return { ...saying(cast, visitor, vendor.sayings, vendor.plain), gzip: vendor.gzip, ...status(vendor.status) }
    case 'hands_out':
      return { ...handing(cast, at, vendor.status), gzip: vendor.gzip }
    case 'redirects':
      return { redirect: redirectTo(vendor.to, stranger, token) }
    case 'hangs_up':
      return { hangUp: vendor.when }
    case 'sleeps':
      return { delayMs: LONG_MS }
  }
}

function status(wanted: number | undefined): { status?: number } {
  return wanted === undefined ? {} : { status: wanted }
}

/** An answer that Slack and GitHub could give too. */
const PLAIN = { ok: true, number: 1, ts: '1.1' }

/** Tokens as OAuth servers answer them, a cookie, and what later steps are to take from here. */
function handing(cast: Cast, at: number, wanted: number | undefined): Behaviour {
  const handed = cast.credentials.filter(({ carrier }) => carrier === 'answer')
  return {
    ...status(wanted),
    headers: { 'set-cookie': `session=${cast.fresh(`cookie ${at}`)}; HttpOnly; Path=/` },
    body: {
      ...PLAIN,
      access_token: cast.fresh(`access ${at}`),
      auth: { refresh_token: cast.fresh(`refresh ${at}`), grants: [{ id_token: cast.fresh(`id ${at}`) }] },
      ...Object.fromEntries(handed.map(({ index, value }) => [`handed${index}`, value]))
    }
  }
}

/** The credentials that a vendor made known by itself: they were in no request. */
export function freshOf(cast: Cast): { name: string; value: string }[] {
  return callsOf(cast.scenario)
    .filter(({ step, at }) => vendorOf(cast, at).at === at && (step.vendor.kind === 'hands_out' || at === cast.handing))
    .flatMap(({ at }) =>
      ['cookie', 'access', 'refresh', 'id'].map((purpose) => ({
        name: `${cast.id} ${purpose} token handed out to s${at}`,
        value: cast.fresh(`${purpose} ${at}`)
      }))
    )
}

function saying(cast: Cast, visitor: Visitor, sayings: readonly Saying[], plain: boolean): Behaviour {
  const body: Record<string, string | string[] | boolean | number> = { ...PLAIN }
  const headers: Record<string, string> = plain ? { 'content-type': 'text/plain' } : {}
  const list: string[] = []
  for (const { credential, chain, place } of sayings) {
    const known = knownTo(cast, visitor, credential)
    const text = encode(known, chain)
    if (place === 'value') body['said'] = text
    if (place === 'key') body[text] = true
    if (place === 'list') list.push(text)
    if (place === 'header') headers['x-said'] = isHeaderSafe(text) ? text : encode(known, ['url'])
    if (place === 'message') Object.assign(body, { ok: false, error: `not with ${text}`, message: `not with ${text}` })
  }
  return { headers, body: { ...body, list, beside: besideOf(cast, visitor) } }
}

/** What else the secret holds that the store gave. */
function besideOf(cast: Cast, { at, item }: Visitor): string[] {
  const bound = boundBy(cast, at)
  return bound.source === undefined ? [] : [...(shelfOf(cast, bound)[item]?.rest ?? [])]
}

/** A credential that the run, or this item of it, knows by now: what nobody knows to be a secret is none. */
function knownTo(cast: Cast, { at, item }: Visitor, index: number): string {
  const wished = cast.credentials[index % cast.credentials.length]
  const known = wished === undefined || cameLate(wished) ? boundBy(cast, at) : wished
  return valuesOfItems(cast, known)[item] ?? known.value
}

function redirectTo(to: 'home' | 'stranger' | 'stranger_with_token', stranger: string, token: string): string {
  if (to === 'home') return '/v1/whoami'
  return to === 'stranger' ? `${stranger}/landing` : `${stranger}/landing?t=${encodeURIComponent(token)}`
}
