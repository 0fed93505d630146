/** Where fetched credentials come from, how they are kept there, and what goes wrong when they are asked for. */
import fc from 'fast-check'

/** Kinds of stores; Vault twice, since what it makes for a run goes other ways than what it keeps. */
export const SOURCE_KINDS = ['vault', 'vault_dynamic', 'nango', 'aws', 'sqlite'] as const

export type SourceKind = (typeof SOURCE_KINDS)[number]

export interface SourcePlan {
  kind: SourceKind
  /** How the store keeps it, modulo the ways that its kind has. */
  form: number
  /** Whether what is looked up comes from a reference: to the item inside of an `each`, else to the event. */
  byReference: boolean
  trouble: Trouble
  /** Which of its kind's stores that are in trouble is asked, modulo their number. */
  which: number
}

/**
 * `missing`: there is no such secret, or only that of the first item. `field`: it has other fields. `store`: the store
 * itself denies, is down, slow, or quotes what it was sent.
 */
export type Trouble = 'none' | 'missing' | 'field' | 'store'

export const sourcePlan: fc.Arbitrary<SourcePlan> = fc.record({
  kind: fc.constantFrom(...SOURCE_KINDS),
  form: fc.nat({ max: 21 }),
  byReference: fc.boolean(),
  trouble: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Trouble>('none') },
    { weight: 1, arbitrary: fc.constantFrom<Trouble[]>('missing', 'field', 'store', 'store', 'store') }
  ),
  which: fc.nat({ max: 59 })
})
