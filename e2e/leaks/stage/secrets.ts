/** Which secrets a run had, and since when they were known for that. */
import { callsOf, cameLate } from './carriers.ts'
import { boundBy, wayOf, type Cast, type Credential } from './cast.ts'
import { isNamed, reversed } from './definition.ts'
import { credentialsOfOthers } from './each.ts'
import type { TriggerRequest } from './request.ts'
import { shelfOf, storedOf } from './stores/shelf.ts'
import { freshOf } from './vendor-rules.ts'
import type { SeenRun } from './view.ts'

export interface Secret {
  name: string
  value: string
}

/**
 * @param token the trigger's
 * @param view the run at its end, where it is shown, with the steps of its items
 * @param made what stores made for it
 */
export function secretsOf(
  cast: Cast,
  request: TriggerRequest,
  token: string | undefined,
  view: SeenRun | undefined,
  made: readonly Secret[]
): { secrets: readonly Secret[]; late: readonly Secret[] } {
  const isLate = (credential: Credential): boolean => isMentioned(cast, credential) && cameLate(credential)
  const secrets = [
    ...cast.credentials.filter((credential) => !isLate(credential)),
    ...freshOf(cast),
    ...credentialsOfOthers(cast),
    ...besideThem(cast),
    ...reversedOnes(cast),
    // The credential itself may stand in the event, too.
    ...made.filter(({ value }) => cast.credentials.every((one) => one.value !== value)),
    ...(request.headers['authorization']?.startsWith('Basic ') === true
      ? [{ name: `${cast.id} user name`, value: cast.fresh('user') }]
      : []),
    ...(token === undefined ? [] : [{ name: `${cast.id} trigger token`, value: token }]),
    ...(cast.scenario.mishap === 'wrong_token' ? [{ name: `${cast.id} wrong token`, value: cast.fresh('wrong') }] : [])
  ]
  const late = cast.credentials.filter((credential) => isLate(credential) && becameKnown(cast, credential, view, made))
  return { secrets, late }
}

/** What else the secrets of stores hold. */
function besideThem(cast: Cast): Secret[] {
  return storedOf(cast).flatMap((one) =>
    shelfOf(cast, one).flatMap(({ rest, key }) =>
      rest.map((value, index) => ({
        name: `${cast.id} text ${index} beside ${key} (${wayOf(one.carrier, one.source)})`,
        value
      }))
    )
  )
}

/** What bindings made of credentials. */
function reversedOnes(cast: Cast): Secret[] {
  return callsOf(cast.scenario).flatMap(({ step, at }) => {
    const { name, value, carrier } = boundBy(cast, at)
    const isMade = step.binding === 'reversed' && !isNamed({ carrier })
    return isMade ? [{ name: `${name}, reversed`, value: reversed(value) }] : []
  })
}

/** Whether it also stands in the event, where nobody can know it for a secret before. */
function isMentioned(cast: Cast, { index }: Credential): boolean {
  return cast.scenario.request.occurrences.some((one) => one.credential % cast.credentials.length === index)
}

/** Whether the run got so far that it knows the credential. */
function becameKnown(
  cast: Cast,
  { index, carrier, source }: Credential,
  view: SeenRun | undefined,
  made: readonly Secret[]
): boolean {
  const began = (at: number): boolean => view?.steps.some(({ name }) => name === `s${at}`) === true
  if (carrier === 'answer') return wasHanded(cast, index, view)
  // What was made for an attempt that did not wait for it is made anew.
  if (source?.kind === 'vault_dynamic' && made.filter(({ name }) => name.includes('password')).length > 1) return false
  if (carrier !== 'account') return wasUsed(cast, index, view)
  return callsOf(cast.scenario).some(({ at }) => boundBy(cast, at).index === index && began(at))
}

/** Whether the vendor handed it out, and the step kept it. */
function wasHanded(cast: Cast, index: number, view: SeenRun | undefined): boolean {
  const handing = view?.steps.filter(({ name }) => name === `s${cast.handing}`) ?? []
  return handing.some(({ exports }) => {
    const returned = exports?.['$return_value']
    return typeof returned === 'object' && returned !== null && Object.hasOwn(returned, `handed${index}`)
  })
}

/** Whether a store gave it to a step that succeeded: for the first item, where each has one of its own. */
export function wasUsed(cast: Cast, index: number, view: SeenRun | undefined): boolean {
  // A row that is not there is no error to the step that asks.
  if (cast.credentials[index]?.source?.trouble !== 'none') return false
  const places = callsOf(cast.scenario).filter(({ at }) => boundBy(cast, at).index === index)
  const names = new Set(places.map(({ at }) => `s${at}`))
  return (
    view?.steps.some(({ name, status, item = 0 }) => names.has(name) && status === 'succeeded' && item === 0) === true
  )
}
