/** Which steps of a scenario are done for each element of a list, and what the elements hold. Pure. */
import type { EachPlan, Scenario } from '../grammar/scenario.ts'
import type { Cast, Credential } from './cast.ts'

/** Of a longer credential an event may say so much that a run does not look through it for what its items make known. */
const LONGEST = 4_000

/** The `each` of a scenario whose request can bring a list. */
export function eachOf({ each, request, credentials, steps }: Scenario): EachPlan | undefined {
  if (each === undefined || request.body !== 'json') return undefined
  if (credentials.some(({ shape }) => shape.length > LONGEST)) return undefined
  return { ...each, from: Math.min(each.from, steps.length - 1) }
}

/** Whether the step at this place is one of the `each`. */
export function isInner(scenario: Scenario, at: number): boolean {
  const each = eachOf(scenario)
  return each !== undefined && at >= each.from
}

/** The list: the first element has the credentials of the scenario, the others have ones of their own. */
export function elementsOf(cast: Cast): Record<string, unknown>[] {
  const { items } = eachOf(cast.scenario) ?? { items: 0 }
  const own = cast.credentials.filter(({ carrier }) => carrier === 'item')
  return Array.from({ length: items }, (_, item) => ({
    item,
    ...Object.fromEntries(
      own.map(({ index, value, numeric }) => [
        `credential${index}`,
        item === 0 && numeric ? Number(value) : valueOfItem(cast, { index, value }, item)
      ])
    )
  }))
}

/** The credential of an item; that of the first is the scenario's own. */
export function valueOfItem(cast: Cast, { index, value }: Pick<Credential, 'index' | 'value'>, item: number): string {
  return item === 0 ? value : cast.fresh(`item ${item} ${index}`)
}

/** The credential of every item, in their order; only the first's where all items share one. */
export function valuesOfItems(cast: Cast, credential: Credential): string[] {
  const { items } = eachOf(cast.scenario) ?? { items: 1 }
  const own = credential.carrier === 'item' || credential.source?.byReference === true
  return Array.from({ length: own ? items : 1 }, (_, item) => valueOfItem(cast, credential, item))
}

/** The credentials of all items but the first. */
export function credentialsOfOthers(cast: Cast): { name: string; value: string }[] {
  return cast.credentials.flatMap((credential) =>
    valuesOfItems(cast, credential)
      .map((value, item) => ({ name: `${credential.name} of item ${item}`, value }))
      .slice(1)
  )
}
