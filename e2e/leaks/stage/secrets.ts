/** Which secrets a run had, and since when they were known for that. */
import type { RunView } from '../../../server/src/history/views.ts'
import { callsOf } from './carriers.ts'
import { boundBy, type Cast, type Credential } from './cast.ts'
import { credentialsOfOthers } from './each.ts'
import type { TriggerRequest } from './request.ts'
import { freshOf } from './vendor-rules.ts'

export interface Secret {
  name: string
  value: string
}

/**
 * @param token the trigger's
 * @param view the run at its end, where it is shown, with the steps of its items
 */
export function secretsOf(
  cast: Cast,
  request: TriggerRequest,
  token: string | undefined,
  view: RunView | undefined
): { secrets: readonly Secret[]; late: readonly Secret[] } {
  const isLate = (credential: Credential): boolean => isMentioned(cast, credential) && cameLate(credential)
  const secrets = [
    ...cast.credentials.filter((credential) => !isLate(credential)),
    ...freshOf(cast),
    ...credentialsOfOthers(cast),
    ...(request.headers['authorization']?.startsWith('Basic ') === true
      ? [{ name: `${cast.id} user name`, value: cast.fresh('user') }]
      : []),
    ...(token === undefined ? [] : [{ name: `${cast.id} trigger token`, value: token }]),
    ...(cast.scenario.mishap === 'wrong_token' ? [{ name: `${cast.id} wrong token`, value: cast.fresh('wrong') }] : [])
  ]
  const late = cast.credentials.filter((credential) => isLate(credential) && becameKnown(cast, credential, view))
  return { secrets, late }
}

/** Known only when its step runs: a connected account, or what an answer hands out. */
function cameLate({ carrier }: Credential): boolean {
  return carrier === 'account' || carrier === 'answer'
}

/** Whether it also stands in the event, where nobody can know it for a secret before. */
function isMentioned(cast: Cast, { index }: Credential): boolean {
  return cast.scenario.request.occurrences.some((one) => one.credential % cast.credentials.length === index)
}

/** Whether the run got so far that it knows the credential. */
function becameKnown(cast: Cast, { index, carrier }: Credential, view: RunView | undefined): boolean {
  const began = (at: number): boolean => view?.steps.some(({ name }) => name === `s${at}`) === true
  if (carrier === 'answer') return wasHanded(cast, index, view)
  return callsOf(cast.scenario).some(({ at }) => boundBy(cast, at).index === index && began(at))
}

/** Whether the vendor handed it out, and the step kept it. */
function wasHanded(cast: Cast, index: number, view: RunView | undefined): boolean {
  const handing = view?.steps.filter(({ name }) => name === `s${cast.handing}`) ?? []
  return handing.some(({ exports }) => {
    const returned = exports?.['$return_value']
    return typeof returned === 'object' && returned !== null && Object.hasOwn(returned, `handed${index}`)
  })
}
