/** The credentials of one run, with their characters, their way into it, and the steps that bind them. */
import type { Carrier, Scenario } from '../grammar/scenario.ts'
import { isNumber, randomText, secretOf } from '../grammar/secrets.ts'
import type { SourcePlan } from '../grammar/sources.ts'
import { fits, turnOf, waysOf, type Ways } from './carriers.ts'
import { isBinary } from './stores/shelf.ts'

export interface Credential {
  index: number
  /** How reports call it. */
  name: string
  value: string
  carrier: Carrier
  /** Whether a JSON body holds it as a number. */
  numeric: boolean
  /** The store that has it, where it comes from one. */
  source: SourcePlan | undefined
}

/** One scenario with everything in it that the grammar leaves open. */
export interface Cast extends Ways {
  /** Unique in the suite; also the workflow's name. */
  id: string
  scenario: Scenario
  credentials: readonly Credential[]
  /** Whether the trigger wants a token. */
  token: boolean
  /** Text that is no secret, and must all the same leave no trace where nothing is to be kept. */
  marker: string
  /** A credential that nobody knew before, by its purpose. */
  fresh(purpose: string): string
}

/** What the names of all that a scenario leaves begin with, however often it is played. */
export function familyOf({ salt }: Scenario): string {
  return `w-${salt.toString(36)}`
}

/** @param attempt how often this scenario was played before: each time has secrets of its own */
export function castOf(scenario: Scenario, attempt: number): Cast {
  const id = `${familyOf(scenario)}-${attempt}`
  const token = scenario.settings.token || scenario.mishap === 'wrong_token'
  const ways = waysOf(scenario, token)
  const credentials = ways.carriers.map((carrier, index) => credentialOf(scenario, id, carrier, index))
  return {
    ...ways,
    id,
    scenario,
    credentials,
    token,
    marker: `marker-${randomText(24, `${id}/marker`)}`,
    fresh: (purpose) => randomText(28, `${id}/${purpose}`)
  }
}

/** The credential that a step is for. */
export function boundBy({ scenario, credentials, handing }: Cast, at: number): Credential {
  const turn = turnOf(scenario, at, (index) => credentials[index]?.carrier === 'answer' && at <= handing)
  const credential = credentials[turn]
  if (credential === undefined) throw new Error('a scenario without credentials')
  return credential
}

function credentialOf(scenario: Scenario, id: string, carrier: Carrier, index: number): Credential {
  const { kind, length } = scenario.credentials[index]?.shape ?? { kind: 'token', length: 16 }
  const source = `${id}/${index}`
  const wished = secretOf({ kind, length }, source)
  const plain = fits(carrier, wished) ? wished : randomText(Math.min(Math.max(length, 16), 64), source)
  // What is bound is the whole path.
  const value = carrier === 'path' ? `/${plain}` : plain
  const numeric = isNumber(value) && scenario.request.body === 'json'
  const store = carrier === 'store' || carrier === 'store_step' ? scenario.credentials[index]?.source : undefined
  const name = `${id} credential ${index} (${kind}, ${wayOf(carrier, store)})`
  const credential = { index, name, value, carrier, numeric, source: store }
  // What is kept as bytes is given as base64.
  return store !== undefined && isBinary(credential)
    ? { ...credential, value: Buffer.from(value).toString('base64') }
    : credential
}

/** How reports and tallies call the way of a credential. */
export function wayOf(carrier: Carrier, source: SourcePlan | undefined): string {
  return source === undefined ? carrier : `${carrier} ${source.kind}`
}
