/** What the steps of a random workflow do, and how the vendors that they call behave. */
import fc from 'fast-check'
import { ECHO_ENCODINGS, ECHO_PLACES, type Echo } from '../../../examples/vendor/echo.ts'
import { encodingChain, type Encoding } from './encodings.ts'
import { mostly } from './mostly.ts'

export type StepPlan = CallPlan | DelayPlan | EndIfPlan

/** A durable sleep. */
export interface DelayPlan {
  kind: 'delay'
  ms: number
}

/** A condition on a credential. */
export interface EndIfPlan {
  kind: 'end_if'
  test: 'empty' | 'equals' | 'contains' | 'less_than' | 'truthy' | 'computed'
}

export type Action =
  'http-request' | 'slack-send-message' | 'slack-list-channels' | 'github-create-issue' | 'github-list-repositories'

/** A call of a vendor with a credential. */
export interface CallPlan {
  kind: 'call'
  action: Action
  /**
   * How the binding writes its reference: alone; inside text; twice; to an object that holds it; to nothing. `early`
   * bindings of text and a late credential are bindings too. Or it is an expression: that puts text around it; that makes
   * another secret of it; that throws it.
   */
  binding: 'alone' | 'inside' | 'twice' | 'object' | 'missing' | 'computed' | 'reversed' | 'thrown'
  /** Where an http-request puts it. */
  place: 'bearer' | 'basic' | 'header' | 'query'
  /** Where else the step puts the credential or the whole event, as a careless author would. */
  careless: readonly Carelessness[]
  vendor: VendorPlan
  /** Whether a refusal is a value and not an error, for an http-request. */
  lenient: boolean
}

export type Carelessness =
  | 'event_in_body'
  | 'steps_in_body'
  | 'credential_in_body'
  | 'credential_in_text'
  /** By an expression, in every way that it can think of. */
  | 'credential_transformed'
  | 'credential_in_url'
  | 'credential_in_query'
  | 'credential_in_header'
  | 'wrong_host'

/** How the vendor answers the call. */
export type VendorPlan =
  | { kind: 'behaves' }
  | { kind: 'echoes'; echoes: readonly Echo[]; status: number | undefined; pieces: number | undefined; gzip: boolean }
  /** Says credentials of the run, this step's or another's, in a form of their own. */
  | { kind: 'says'; sayings: readonly Saying[]; status: number | undefined; plain: boolean; gzip: boolean }
  /** Hands out credentials that nobody knew: OAuth's tokens and a cookie. */
  | { kind: 'hands_out'; status: number | undefined; gzip: boolean }
  | { kind: 'redirects'; to: 'home' | 'stranger' | 'stranger_with_token' }
  | { kind: 'hangs_up'; when: 'before' | 'after' }
  /** Answers long after the step's timeout. */
  | { kind: 'sleeps' }

/** A credential in a vendor's answer. */
export interface Saying {
  credential: number
  chain: readonly Encoding[]
  place: 'value' | 'key' | 'message' | 'list' | 'header'
}

const status = mostly<number | undefined>(undefined, 201, 400, 401, 403, 404, 409, 422, 429, 500, 503)

/** In these places the vendor writes a URL's encoding around the echo, and two levels are promised. */
const AROUND: readonly string[] = ['cookie', 'location']

const echo: fc.Arbitrary<Echo> = fc
  .record({ place: fc.constantFrom(...ECHO_PLACES), encoding: fc.constantFrom(...ECHO_ENCODINGS) })
  .filter(({ place, encoding }) => !(encoding === 'base64_url' && AROUND.includes(place)))

const saying: fc.Arbitrary<Saying> = fc.record({
  credential: fc.nat({ max: 2 }),
  chain: encodingChain,
  place: fc.constantFrom('value', 'key', 'message', 'list', 'header')
})

const vendorPlan: fc.Arbitrary<VendorPlan> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('behaves') }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('echoes'),
      echoes: fc.array(echo, { minLength: 1, maxLength: 3 }),
      status,
      pieces: mostly<number | undefined>(undefined, 1, 7, 64),
      gzip: mostly(false, true)
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('says'),
      sayings: fc.array(saying, { minLength: 1, maxLength: 4 }),
      status,
      plain: mostly(false, true),
      gzip: mostly(false, true)
    })
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hands_out'), status, gzip: mostly(false, true) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('redirects'),
      to: fc.constantFrom('home', 'stranger', 'stranger_with_token')
    })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hangs_up'), when: fc.constantFrom('before', 'after') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleeps') }) }
)

const CARELESSNESS: readonly Carelessness[] = [
  'event_in_body',
  'event_in_body',
  'steps_in_body',
  'credential_in_body',
  'credential_in_text',
  'credential_transformed',
  'credential_in_url',
  'credential_in_query',
  'credential_in_header',
  'wrong_host'
]

const TEXTS = ['inside', 'inside', 'twice', 'object', 'missing'] as const
const COMPUTED = ['computed', 'reversed', 'thrown'] as const

const call: fc.Arbitrary<CallPlan> = fc.record({
  kind: fc.constant('call'),
  action: fc.constantFrom<Action[]>(
    'http-request',
    'http-request',
    'http-request',
    'slack-send-message',
    'slack-list-channels',
    'github-create-issue',
    'github-list-repositories'
  ),
  binding: mostly('alone', ...TEXTS, ...COMPUTED, ...COMPUTED),
  place: fc.constantFrom('bearer', 'basic', 'header', 'query'),
  careless: mostly<readonly Carelessness[]>([], ...CARELESSNESS.map((one) => [one])),
  vendor: vendorPlan,
  lenient: mostly(false, true)
})

export const stepPlan: fc.Arbitrary<StepPlan> = fc.oneof(
  { weight: 8, arbitrary: call },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delay'), ms: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('end_if'),
      test: fc.constantFrom('empty', 'equals', 'contains', 'less_than', 'truthy', 'computed')
    })
  }
)
