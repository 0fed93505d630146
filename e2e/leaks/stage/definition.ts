/** The workflow of a scenario, as its author would deploy it. */
import type { SettingsPlan } from '../grammar/scenario.ts'
import type { CallPlan, Carelessness, EndIfPlan, StepPlan, VendorPlan } from '../grammar/steps.ts'
import { callsOf } from './carriers.ts'
import { boundBy, type Cast, type Credential } from './cast.ts'
import { eachOf } from './each.ts'
import { referenceTo } from './request.ts'
import { fetchName, fetchSteps, storeBinding } from './stores/fetching.ts'
import { storedOf } from './stores/shelf.ts'
import type { StoreHouse } from './stores/store-house.ts'

/** Where the vendor stand-in is, and the stores. */
export interface Places {
  vendor: string
  stores: StoreHouse
}

type Definition = Record<string, unknown>

export function definitionOf(cast: Cast, places: Places): Definition {
  const { settings, steps } = cast.scenario
  const { respond, keep, attempts, timeout } = settings
  return {
    name: cast.id,
    trigger: {
      type: 'http',
      auth: { type: cast.token ? 'token' : 'none' },
      ...(cast.token || !storedOf(cast).some(({ source }) => source.byReference) ? {} : { allow_anonymous: true }),
      respond: respondOf(cast, respond)
    },
    steps: inEach(
      cast,
      places,
      steps.map((step, at) => ({ name: `s${at}`, ...stepOf(cast, step, at, places) }))
    ),
    settings: {
      retention: { keep },
      retry: { attempts, backoff: '1ms', max_backoff: '5ms' },
      ...(timeout === undefined ? {} : { timeout: `${timeout}ms` })
    }
  }
}

/** The steps, the last of them in an `each` where the scenario has one; before them the ones that fetch. */
function inEach(cast: Cast, { stores }: Places, steps: Definition[]): Definition[] {
  const each = eachOf(cast.scenario)
  const fetched = fetchSteps(cast, false, stores)
  if (each === undefined) return [...fetched, ...steps]
  const { from, concurrency, onError } = each
  const users = 'steps.trigger.event.body.users'
  const list = each.list === 'whole' ? `{{${users}}}` : `{{ ${users}.filter(({ item }) => item >= 0) }}`
  const inner = [...fetchSteps(cast, true, stores), ...steps.slice(from)]
  const all = { name: EACH, each: list, concurrency, on_error: onError, steps: inner }
  return [...fetched, ...steps.slice(0, from), all]
}

/** The name of the `each`. */
export const EACH = 'all'

/** Only a call leaves something to respond with. */
function respondOf({ scenario }: Cast, respond: SettingsPlan['respond']): unknown {
  if (respond === 'static') return { static: { status: 202, body: { ok: true } } }
  return respond === 'last_step' && callsOf(scenario).length === 0 ? 'immediate' : respond
}

function stepOf(cast: Cast, step: StepPlan, at: number, places: Places): Definition {
  switch (step.kind) {
    case 'delay':
      return { delay: `${step.ms}ms` }
    case 'end_if':
      return { end_if: condition(cast, step, at) }
    case 'call':
      return {
        use: step.action,
        auth: authOf(cast, step, at, places),
        props: propsOf(cast, step, at, places),
        ...(vendorOf(cast, at).plan.kind === 'sleeps' ? { timeout: '30ms' } : {})
      }
  }
}

/** What an `end_if` looks at: a credential, if it has a reference. Nothing of it may show in the reason. */
function condition(cast: Cast, { test }: EndIfPlan, at: number): Definition | string {
  const value = referable(cast, boundBy(cast, at))
  switch (test) {
    case 'truthy':
      return '{{steps.trigger.event.headers.absent}}'
    case 'empty':
      return { value, is: 'empty', reason: 'there is no credential' }
    case 'equals':
      return { value, equals: value, reason: 'the credential is itself' }
    case 'contains':
      return { value: '{{steps.trigger.event.body}}', contains: value }
    case 'less_than':
      return { value, less_than: 100_000 }
    case 'computed':
      return `{{ ${formsOf(value)}.some((form) => form === steps.trigger.event.headers.absent) }}`
  }
}

/** An expression that makes a list of forms of what a reference in braces stands for. */
function formsOf(braced: string): string {
  const text = `String(${braced.slice(2, -2)})`
  const forms = ['text', "Buffer.from(text).toString('base64')", "[...text].toReversed().join('')", 'text.slice(1)']
  return `((text) => [${[...forms, 'JSON.stringify({ text })', 'encodeURIComponent(text.toWellFormed())'].join(', ')}])(${text})`
}

/** The reference to a credential in braces; to the event where it has none. */
function referable(cast: Cast, credential: Credential): string {
  if (isNamed(credential)) return '{{steps.trigger.event.url}}'
  return `{{${referenceTo(cast, credential)}}}`
}

/** Whether a binding names it, so that nothing can refer to it. */
export function isNamed({ carrier }: Pick<Credential, 'carrier'>): boolean {
  return carrier === 'account' || carrier === 'store'
}

const APPS = { http: 'http', slack: 'slack', github: 'github' } as const

export function appOf({ action }: CallPlan): keyof typeof APPS {
  return action.startsWith('slack') ? APPS.slack : action.startsWith('github') ? APPS.github : APPS.http
}

function authOf(cast: Cast, step: CallPlan, at: number, { stores }: Places): Definition {
  const app = appOf(step)
  const credential = boundBy(cast, at)
  const hosts = app === 'http' && step.careless.includes('wrong_host') ? { hosts: ['api.example.com'] } : {}
  if (credential.carrier === 'account') return { [app]: { account: accountName(cast, at), ...hosts } }
  if (credential.carrier === 'store') {
    return { [app]: { store: storeBinding(cast, credential, step, at, stores), ...hosts } }
  }
  const { text } = bindingOf(cast, step, at)
  return { [app]: { runtime: fieldsOf(step, text), ...hosts } }
}

export function accountName(cast: Cast, at: number): string {
  return `${cast.id}.${at}`
}

/** The app's credential fields with a value for each. */
export function fieldsOf(step: CallPlan, text: string): Record<string, string> {
  if (appOf(step) !== 'http') return { oauth_access_token: text }
  switch (step.place) {
    case 'bearer':
      return { bearer_token: text }
    case 'basic':
      return { username: text, password: text }
    case 'header':
      return { header_name: 'X-Acme-Token', header_value: text }
    case 'query':
      return { query_name: 'api_key', query_value: text }
  }
}

/** A binding's text, and what it becomes when `resolve` says what the references find. */
export function bindingOf(
  cast: Cast,
  step: CallPlan,
  at: number
): { text: string; resolved(find: (credential: Credential) => string): string } {
  const credential = boundBy(cast, at)
  const reference = referenceTo(cast, credential)
  switch (step.binding) {
    case 'alone':
      return { text: `{{${reference}}}`, resolved: (find) => withoutBearer(credential, find(credential)) }
    case 'inside':
      return { text: `k-{{ ${reference} }}-v`, resolved: (find) => `k-${find(credential)}-v` }
    case 'twice':
      return {
        text: `{{${reference}}}.{{${reference}}}`,
        resolved: (find) => `${find(credential)}.${find(credential)}`
      }
    case 'object': {
      const object = credential.carrier === 'deep_body' ? reference.replace(/\.credential\d+$/, '') : reference
      return { text: `{{${object}}}`, resolved: (find) => withoutBearer(credential, find(credential)) }
    }
    case 'computed':
      return { text: `{{ ['k', ${reference}, 'v'].join('-') }}`, resolved: (find) => `k-${find(credential)}-v` }
    case 'reversed':
      return {
        text: `{{ [...String(${reference})].toReversed().join('') }}`,
        resolved: (find) => reversed(find(credential))
      }
    case 'thrown':
      return { text: `{{ (() => { throw new Error(${reference}) })() }}`, resolved: () => '' }
    case 'missing':
      return { text: '{{steps.trigger.event.body.absent}}', resolved: () => '' }
  }
}

/**
 * How the vendor treats a call, and the place of the call whose plan that is: to a vendor, calls of one action with one
 * credential look the same.
 */
export function vendorOf(cast: Cast, at: number): { at: number; plan: VendorPlan } {
  const calls = callsOf(cast.scenario)
  const look = calls.filter((call) => call.at === at).map(({ step }) => `${step.action} ${lookOf(cast, step, at)}`)
  const same = calls.find(({ step, at: other }) => look.includes(`${step.action} ${lookOf(cast, step, other)}`))
  if (same === undefined) throw new Error(`there is no call at ${at}`)
  return { at: same.at, plan: same.step.vendor }
}

/** What a vendor can tell the bearers of credentials apart by. */
export function lookOf(cast: Cast, step: CallPlan, at: number): string {
  const credential = boundBy(cast, at)
  if (isNamed(credential)) return `${credential.carrier} ${credential.index}`
  return `${SHAPES[step.binding] ?? 'alone'} ${referenceTo(cast, credential)}`
}

/** Of bindings that make another text of their reference. */
const SHAPES: Readonly<Partial<Record<CallPlan['binding'], string>>> = {
  inside: 'inside',
  computed: 'inside',
  twice: 'twice',
  reversed: 'reversed',
  thrown: 'thrown'
}

/** A text from its end to its beginning. */
export function reversed(text: string): string {
  return Array.from(text).toReversed().join('')
}

/** An `authorization` header alone is bound without its scheme. */
function withoutBearer({ carrier, value }: Credential, found: string): string {
  return carrier === 'bearer' ? value : found
}

function propsOf(cast: Cast, step: CallPlan, at: number, places: Places): Definition {
  const careless = (one: Carelessness): boolean => step.careless.includes(one)
  const credential = referable(cast, boundBy(cast, at))
  const said = careless('event_in_body')
    ? 'You said {{steps.trigger.event}}'
    : careless('credential_in_text')
      ? `psst: ${credential}`
      : careless('credential_transformed')
        ? `psst: {{ ${formsOf(credential)}.join(' ') }}`
        : careless('credential_in_body')
          ? credential
          : 'hello'
  switch (step.action) {
    case 'slack-send-message':
      return { channel: '#general', text: said }
    case 'github-create-issue':
      return { repository: 'acme/repo-01', title: 'An issue', body: said }
    case 'slack-list-channels':
    case 'github-list-repositories':
      return {}
    case 'http-request':
      return {
        method: 'POST',
        url: urlOf(step, credential, places),
        body: {
          said,
          ...(careless('event_in_body') ? { event: '{{steps.trigger.event}}' } : {}),
          ...(careless('steps_in_body') ? stepsBefore(cast, at) : {}),
          ...(careless('credential_in_body') ? { password: credential } : {})
        },
        ...(careless('credential_in_query') ? { query: { q: credential } } : {}),
        ...(careless('credential_in_header') ? { headers: { 'x-copy': credential } } : {}),
        ...(step.lenient ? { fail_on_error_status: false } : {})
      }
  }
}

/** Everything that earlier calls left, and what was fetched for this one. */
function stepsBefore(cast: Cast, at: number): Definition {
  const before = callsOf(cast.scenario).filter((call) => call.at < at)
  const bound = boundBy(cast, at)
  const names = [...before.map((call) => `s${call.at}`), ...(bound.carrier === 'store_step' ? [fetchName(bound)] : [])]
  return Object.fromEntries(names.map((name) => [name, `{{steps.${name}}}`]))
}

function urlOf(step: CallPlan, credential: string, places: Places): string {
  if (step.careless.includes('wrong_host')) return '{{steps.trigger.event.headers["x-target"]}}'
  if (step.careless.includes('credential_in_url')) return `${places.vendor}/v1/notes/${credential}`
  return `${places.vendor}/v1/notes`
}
