/** How each credential of a scenario really gets into the run, where its wish cannot be granted. Pure. */
import type { Carrier, Scenario } from '../grammar/scenario.ts'
import { isHeaderSafe } from '../grammar/secrets.ts'
import type { CallPlan } from '../grammar/steps.ts'
import { isInner } from './each.ts'

export interface Ways {
  /** By credential. */
  carriers: readonly Carrier[]
  /** The call that hands out the credentials that come in an answer, by its place; -1: none does. */
  handing: number
}

/** These return what the vendor answered, so that a later step can take a credential from it. */
const HANDING: ReadonlySet<string> = new Set(['http-request', 'slack-send-message', 'github-create-issue'])
/** Known by where it stands, whether a step binds it or not. */
const EVIDENT: ReadonlySet<Carrier> = new Set(['api_key', 'bearer', 'basic', 'cookie'])

/** A credential that nothing binds is known to be one only in certain headers; so that is where it goes. */
export function waysOf(scenario: Scenario, token: boolean): Ways {
  const wishes = scenario.credentials.map(({ carrier }, index) => possible(scenario, carrier, index))
  const handing = wishes.includes('answer') ? firstCall(scenario) : -1
  const bound = new Set(
    callsOf(scenario)
      .filter(({ step }) => step.binding !== 'missing')
      .map(({ at }) => turnOf(scenario, at, (index) => wishes[index] === 'answer' && at <= handing))
  )
  const taken = new Set<Carrier>(token ? ['bearer'] : [])
  const carriers = wishes.map((wish, index) => claim(EVIDENT.has(wish) || bound.has(index) ? wish : 'api_key', taken))
  return { carriers, handing }
}

/**
 * The credential that a step is for. Steps take them in turn, so that as many as possible are bound; where a credential
 * is not there yet, the first one takes its place.
 */
export function turnOf({ credentials, rotation }: Scenario, at: number, isAbsent: (index: number) => boolean): number {
  const turn = (rotation + at) % credentials.length
  return isAbsent(turn) ? 0 : turn
}

/** Whether it is known only when a step runs: a connected account, what an answer hands out, what a store gives. */
export function cameLate({ carrier }: { carrier: Carrier }): boolean {
  return carrier === 'account' || carrier === 'answer' || carrier === 'store' || carrier === 'store_step'
}

/** The calls of a scenario with their places. */
export function callsOf(scenario: Scenario): { step: CallPlan; at: number }[] {
  return scenario.steps.flatMap((step, at) => (step.kind === 'call' ? [{ step, at }] : []))
}

/** Longer secrets are refused, which nobody knows of what comes later than the request before its step. */
const LONGEST_SECRET = 64 * 1024

/** Whether the place can hold the value as it is. */
export function fits(carrier: Carrier, value: string): boolean {
  switch (carrier) {
    case 'path':
      // A short one has company among the paths of a thousand runs.
      return /^[A-Za-z0-9]{12,}$/.test(value)
    case 'cookie':
      // A short cookie is a setting more often than a credential, and is hidden in the header only.
      return /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{6,}$/.test(value)
    case 'header':
    case 'api_key':
    case 'bearer':
      return isHeaderSafe(value)
    case 'account':
    case 'answer':
    case 'store':
    case 'store_step':
      return value.length <= LONGEST_SECRET
    default:
      return true
  }
}

/** What the body cannot carry, and no answer brings, goes into the query. */
function possible(scenario: Scenario, carrier: Carrier, index: number): Carrier {
  const { body } = scenario.request
  if (body === 'secret' && index === 0) return 'body'
  if (carrier === 'answer') return isAnswered(scenario, index) ? 'answer' : 'query'
  if (carrier === 'item') return isOfItems(scenario, index) ? 'item' : 'query'
  if (carrier !== 'body' && carrier !== 'deep_body') return carrier
  if (body === 'json') return carrier
  return body === 'form' || body === 'multipart' ? 'body' : 'query'
}

/** Whether the first call can hand it out and a later one binds it. */
function isAnswered(scenario: Scenario, index: number): boolean {
  const [first, ...later] = callsOf(scenario)
  if (first === undefined || !HANDING.has(first.step.action)) return false
  return later.some(({ step, at }) => step.binding !== 'missing' && turnOf(scenario, at, () => false) === index)
}

/** Whether steps inside of the `each` refer to it, and no others. The first one also stands in for others. */
export function isOfItems(scenario: Scenario, index: number): boolean {
  const places = scenario.steps.flatMap((step, at) =>
    step.kind !== 'delay' && turnOf(scenario, at, () => false) === index ? [at] : []
  )
  const called = callsOf(scenario).some(({ step, at }) => places.includes(at) && step.binding !== 'missing')
  return index > 0 && called && places.every((at) => isInner(scenario, at))
}

function firstCall(scenario: Scenario): number {
  return callsOf(scenario)[0]?.at ?? -1
}

/** There is one path, one `x-api-key` and one `authorization`; cookies there are many. */
function claim(carrier: Carrier, taken: Set<Carrier>): Carrier {
  if (carrier === 'bearer' || carrier === 'basic') {
    if (taken.has('bearer')) return claim('api_key', taken)
    taken.add('bearer')
    return carrier
  }
  if (carrier !== 'path' && carrier !== 'api_key') return carrier
  if (taken.has(carrier)) return carrier === 'path' ? 'query' : 'cookie'
  taken.add(carrier)
  return carrier
}
