/**
 * The workflows of the load: together they use everything that has to survive a kill. Every `use` step says who it is
 * (`x-run-id`, `x-step`), so that the vendor can tell the judges what it saw.
 */
import type { Json } from '@bellhop/sdk'

/** What one request asks for; the event's body, besides the token. */
export interface Order {
  /** For how long the vendor takes its time, in milliseconds. */
  pause: number
  /** `maybe` ends before its second step. */
  stop: boolean
}

export interface Recipe {
  name: string
  /** How often it is chosen. */
  weight: number
  respond: 'immediate' | 'last_step' | 'static'
  steps: readonly Part[]
  /** false: nothing of a run stays after its end. */
  kept: boolean
  /** The run is in memory only, and no trace of it may be on the disk. */
  nostore: boolean
  /** The caller cancels the run. */
  cancels: boolean
  /** The vendor is unavailable for a while. */
  flaky: boolean
}

type Part =
  | { kind: 'call'; name: string; path: string; token: string }
  | { kind: 'delay'; name: string; delay: string }
  | { kind: 'end_if'; name: string }

const FROM_BODY = '{{steps.trigger.event.body.token}}'
const FROM_HEADER = '{{steps.trigger.event.headers["x-api-key"]}}'
const FETCHED = '{{steps.fetch.$return_value.access_token}}'

function call(name: string, { path = '/v1/notes', token = FROM_BODY } = {}): Part {
  return { kind: 'call', name, path, token }
}

function delay(name: string, duration: string): Part {
  return { kind: 'delay', name, delay: duration }
}

const USUAL = { respond: 'last_step', kept: true, nostore: false, cancels: false, flaky: false } as const

/** A delay of more than 5 s leaves memory, a shorter one does not. */
export const recipes: readonly Recipe[] = [
  { ...USUAL, name: 'one', weight: 4, steps: [call('a')] },
  { ...USUAL, name: 'quick', weight: 3, respond: 'immediate', steps: [call('a'), call('b', { token: FROM_HEADER })] },
  { ...USUAL, name: 'three', weight: 4, steps: [call('a'), call('b'), call('c', { token: FROM_HEADER })] },
  { ...USUAL, name: 'flaky', weight: 2, flaky: true, steps: [call('a', { path: '/v1/reminders' }), call('b')] },
  {
    ...USUAL,
    name: 'fetched',
    weight: 2,
    steps: [call('fetch', { path: '/oauth/token' }), call('b', { token: FETCHED })]
  },
  { ...USUAL, name: 'nap', weight: 2, steps: [call('a'), delay('nap', '300ms'), call('b')] },
  { ...USUAL, name: 'sleep', weight: 1, respond: 'immediate', steps: [call('a'), delay('sleep', '5500ms'), call('b')] },
  {
    ...USUAL,
    name: 'maybe',
    weight: 1,
    respond: 'static',
    steps: [call('a'), { kind: 'end_if', name: 'enough' }, call('b')]
  },
  { ...USUAL, name: 'forgotten', weight: 2, kept: false, steps: [call('a'), call('b')] },
  {
    ...USUAL,
    name: 'slowly-forgotten',
    weight: 1,
    respond: 'immediate',
    kept: false,
    steps: [call('a'), delay('nap', '200ms'), call('b')]
  },
  {
    ...USUAL,
    name: 'cancelled',
    weight: 1,
    respond: 'immediate',
    cancels: true,
    steps: [call('a'), delay('nap', '900ms'), call('b')]
  },
  {
    ...USUAL,
    name: 'cancelled-asleep',
    weight: 1,
    respond: 'immediate',
    cancels: true,
    steps: [call('a'), delay('sleep', '5500ms'), call('b')]
  },
  { ...USUAL, name: 'traceless', weight: 1, nostore: true, steps: [call('a'), call('b')] }
]

/** The steps of this order that call the vendor, in order. */
export function callsOf(recipe: Recipe, order: Order): string[] {
  const end = order.stop ? recipe.steps.findIndex(({ kind }) => kind === 'end_if') : -1
  const reached = end === -1 ? recipe.steps : recipe.steps.slice(0, end)
  return reached.filter(({ kind }) => kind === 'call').map(({ name }) => name)
}

/** How a run of this order ends, if nobody cancels it. */
export function endOf(recipe: Recipe, order: Order): 'succeeded' | 'ended_early' {
  return order.stop && recipe.steps.some(({ kind }) => kind === 'end_if') ? 'ended_early' : 'succeeded'
}

/** The definition to deploy, for the vendor at this address. */
export function definitionOf(recipe: Recipe, vendor: string): Json {
  return {
    name: recipe.name,
    trigger: { type: 'http', respond: recipe.respond === 'static' ? { static: { status: 202 } } : recipe.respond },
    steps: recipe.steps.map((part) => stepOf(part, vendor)),
    settings: {
      timeout: '10m',
      retry: { attempts: 40, backoff: '20ms', max_backoff: '200ms' },
      retention: { keep: recipe.kept, max_age: '30d', max_events: 10_000_000 }
    }
  }
}

function stepOf(part: Part, vendor: string): Json {
  const { name } = part
  switch (part.kind) {
    case 'delay':
      return { name, delay: part.delay }
    case 'end_if':
      return { name, end_if: { value: '{{steps.trigger.event.body.stop}}', is: 'true', reason: 'enough' } }
    default:
      return {
        name,
        use: 'http-request',
        auth: { http: { runtime: { bearer_token: part.token } } },
        props: {
          method: 'POST',
          url: `${vendor}${part.path}?_delay={{steps.trigger.event.body.pause}}`,
          headers: { 'x-run-id': '{{steps.trigger.context.id}}', 'x-step': name },
          body: { text: '{{steps.trigger.event.body.text}}' }
        }
      }
  }
}
