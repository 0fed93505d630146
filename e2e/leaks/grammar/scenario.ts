/**
 * What can happen to a credential: the grammar that all runs of the suite are drawn from. A scenario says everything but
 * the characters of its secrets, so that it can be printed, repeated and made smaller.
 */
import fc from 'fast-check'
import { encodingChain, type Encoding } from './encodings.ts'
import { mostly } from './mostly.ts'
import { secretShape, type SecretShape } from './secrets.ts'
import { sourcePlan, type SourcePlan } from './sources.ts'
import { stepPlan, type StepPlan } from './steps.ts'

export interface Scenario {
  /** The characters of the secrets come from this. */
  salt: number
  /** The first never comes from an answer or an item, so that there is always one to begin with. */
  credentials: readonly CredentialPlan[]
  steps: readonly StepPlan[]
  /** Which steps are done for each element of a list. */
  each: EachPlan | undefined
  /** Which credential the first step is for; the others follow in turn. */
  rotation: number
  settings: SettingsPlan
  request: RequestPlan
  mishap: Mishap
}

/** How a credential gets into the run. */
export type Carrier =
  | 'body'
  | 'deep_body'
  | 'query'
  | 'path'
  | 'header'
  | 'api_key'
  | 'bearer'
  | 'basic'
  | 'cookie'
  /** A connected account. */
  | 'account'
  /** The elements of a list, each with one of its own. */
  | 'item'
  /** A vendor's answer, from which a later step takes it. */
  | 'answer'
  /** A store, which the binding asks. */
  | 'store'
  /** A store, which a step asks whose exports a later binding refers to. */
  | 'store_step'

/** An `each` around the last steps. */
export interface EachPlan {
  /** The first step inside; the last step is always inside. */
  from: number
  items: number
  /** Whether the list is the event's, or what an expression makes of that. */
  list: 'whole' | 'filtered'
  concurrency: number
  onError: 'stop' | 'continue'
}

export interface CredentialPlan {
  shape: SecretShape
  carrier: Carrier
  /** Where it is fetched from, if it is. */
  source: SourcePlan
}

/** One more place of the request where a credential stands, bound to nothing. */
export interface Occurrence {
  credential: number
  part: 'whole' | 'trimmed' | 'line'
  chain: readonly Encoding[]
  place: 'value' | 'key' | 'list' | 'text' | 'header' | 'agent' | 'query' | 'path'
}

export interface RequestPlan {
  method: 'POST' | 'PUT' | 'PATCH'
  /** `secret`: the first credential is the whole body, as text. */
  body: 'json' | 'form' | 'multipart' | 'text' | 'binary' | 'secret' | 'none'
  gzip: boolean
  occurrences: readonly Occurrence[]
  nostore: 'no' | 'header' | 'query'
  /** Sent again under the same `Idempotency-Key`: the same request, or another one. */
  repeat: 'no' | 'same' | 'other'
}

export interface SettingsPlan {
  respond: 'immediate' | 'static' | 'last_step' | 'custom'
  token: boolean
  keep: boolean
  attempts: number
  /** Milliseconds; undefined: the default, which no scenario reaches. */
  timeout: number | undefined
}

/** What is wrong with the request, so that it starts no run. */
export type Mishap =
  | 'none'
  | 'bad_json'
  | 'forbidden_key'
  | 'too_large'
  | 'wrong_token'
  | 'unknown_endpoint'
  | 'disabled'
  | 'bad_idempotency_key'
  | 'bad_directive'
  | 'bad_encoding'
  /** Kept as a test event: sealed, and no run. */
  | 'notrigger'

const MISHAPS: readonly Mishap[] = [
  'bad_json',
  'forbidden_key',
  'too_large',
  'wrong_token',
  'unknown_endpoint',
  'disabled',
  'bad_idempotency_key',
  'bad_directive',
  'bad_encoding',
  'notrigger'
]

const FROM_REQUEST: readonly Carrier[] = [
  'body',
  'body',
  'deep_body',
  'query',
  'path',
  'header',
  'api_key',
  'bearer',
  'basic',
  'cookie',
  'account',
  'store',
  'store',
  'store',
  'store',
  'store_step',
  'store_step',
  'store_step',
  'store_step'
]

/** Often, because many a scenario has no place for them. */
const OF_LATER: readonly Carrier[] = [...Array<Carrier>(9).fill('item'), ...Array<Carrier>(3).fill('answer')]

const occurrence: fc.Arbitrary<Occurrence> = fc.record({
  credential: fc.nat({ max: 2 }),
  part: fc.constantFrom('whole', 'whole', 'trimmed', 'line'),
  chain: encodingChain,
  place: fc.constantFrom('value', 'key', 'list', 'text', 'header', 'agent', 'query', 'path')
})

const request: fc.Arbitrary<RequestPlan> = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'PATCH'),
  body: fc.constantFrom('json', 'json', 'json', 'form', 'multipart', 'text', 'binary', 'secret', 'none'),
  gzip: mostly(false, true),
  occurrences: fc.array(occurrence, { maxLength: 4, size: 'max' }),
  nostore: mostly('no', 'header', 'query'),
  repeat: mostly('no', 'same', 'other')
})

const settings: fc.Arbitrary<SettingsPlan> = fc.record({
  respond: fc.constantFrom('immediate', 'static', 'last_step', 'last_step', 'custom'),
  token: mostly(false, true),
  keep: mostly(true, false),
  attempts: fc.integer({ min: 1, max: 3 }),
  timeout: mostly<number | undefined>(undefined, 40)
})

const each: fc.Arbitrary<EachPlan> = fc.record({
  from: fc.nat({ max: 3 }),
  items: fc.integer({ min: 1, max: 4 }),
  list: mostly('whole', 'filtered'),
  concurrency: fc.integer({ min: 1, max: 2 }),
  onError: fc.constantFrom('stop', 'continue')
})

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  salt: fc.noShrink(fc.noBias(fc.maxSafeNat())),
  credentials: fc
    .tuple(credential(FROM_REQUEST), fc.array(credential([...FROM_REQUEST, ...OF_LATER]), { maxLength: 2 }))
    .map(([first, more]) => [first, ...more]),
  steps: fc.array(stepPlan, { minLength: 1, maxLength: 4, size: 'max' }),
  each: fc.option(each, { nil: undefined, freq: 2 }),
  rotation: fc.nat({ max: 2 }),
  settings,
  request,
  mishap: fc.oneof(
    { weight: 7, arbitrary: fc.constant<Mishap>('none') },
    { weight: 1, arbitrary: fc.constantFrom(...MISHAPS) }
  )
})

function credential(carriers: readonly Carrier[]): fc.Arbitrary<CredentialPlan> {
  return fc.record({ shape: secretShape, carrier: fc.constantFrom(...carriers), source: sourcePlan })
}
