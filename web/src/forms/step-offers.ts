/** What a step's code is asked while its form is filled in: choices, and fields that depend on others. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, body, type Schemas } from '../api/client.ts'
import type { Json, JsonObject } from '../values/json.ts'

export type PropForm = Schemas['PropForm']
export type StepForm = Schemas['StepForm']

/** With whose credentials, by the app's prop: an account, or fields in clear, which live in the page's memory alone. */
export type OfferAuth = Readonly<Record<string, { account: string } | { fields: Record<string, string> }>>

/** A step of the definition that is being written. */
export interface DraftStep {
  /** The whole definition, as YAML. */
  definition: string
  /** The step's name. */
  step: string
  /** Left out: the account that the step is bound to. Keep the object while it says the same. */
  auth?: OfferAuth
}

/** What is filled in so far and stands there as it is: what a reference brings, nobody knows yet. */
export function literals(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !JSON.stringify(value).includes('{{')))
}

const identities = new WeakMap<OfferAuth, number>()
let count = 0

/** Tells credentials apart in the keys of queries, where they must not stand themselves. */
function identity(auth: OfferAuth | undefined): number {
  if (auth === undefined) return 0
  let known = identities.get(auth)
  if (known === undefined) identities.set(auth, (known = count += 1))
  return known
}

interface Page {
  page: number
  context?: Json
}

export type Options = Schemas['Options']

/**
 * The choices of a prop, page by page.
 * @param typed what a person looks for, where the prop takes it
 */
export function optionsQuery(draft: DraftStep, prop: PropForm, values: JsonObject, typed: string) {
  const { definition, step, auth = {} } = draft
  const { [prop.name]: _, ...others } = literals(values)
  const query = prop.use_query && typed !== '' ? { query: typed } : {}
  return infiniteQueryOptions({
    queryKey: ['step-options', step, prop.name, others, query, identity(draft.auth)],
    queryFn: ({ pageParam, signal }: { pageParam: Page; signal: AbortSignal }): Promise<Options> => {
      const { page, context } = pageParam
      const more = context === undefined ? {} : { prev_context: context }
      return body(
        api.POST('/steps/options', {
          body: { definition, step, auth, props: others, prop: prop.name, page, ...more, ...query },
          signal
        })
      ) as Promise<Options>
    },
    initialPageParam: { page: 0 },
    getNextPageParam: (last, pages): Page | undefined => {
      // Code that knows no pages answers with the same one again.
      const before = new Set(pages.slice(0, -1).flatMap(({ options }) => options.map(idOf)))
      if (!last.options.some((option) => !before.has(idOf(option)))) return undefined
      return { page: pages.length, ...(last.context === undefined ? {} : { context: last.context as Json }) }
    },
    retry: false,
    staleTime: 60_000,
    placeholderData: keepPreviousData
  })
}

export function idOf({ value }: { value: unknown }): string {
  return JSON.stringify(value)
}

/** The props that are there for these values of the others. */
export function furtherQuery(draft: DraftStep, form: StepForm, values: JsonObject, known: readonly PropForm[]) {
  const { definition, step, auth = {} } = draft
  const props = literals(values)
  const reloading = known.filter(({ reload }) => reload).map(({ name }) => name)
  const decisive = Object.fromEntries(reloading.map((name) => [name, props[name] ?? null]))
  const decided = reloading.length === 0 || Object.values(decisive).some((value) => value !== null)
  return queryOptions({
    queryKey: ['step-props', step, form.key, form.version, decisive, identity(draft.auth)],
    queryFn: async ({ signal }): Promise<PropForm[]> => {
      const answer = await body(api.POST('/steps/props', { body: { definition, step, auth, props }, signal }))
      return answer.props
    },
    enabled: form.additional_props && decided,
    retry: false,
    staleTime: Infinity,
    // Fields stay while others are asked for, but not those of another step.
    placeholderData: (before, query) =>
      query?.queryKey[1] === step && query.queryKey[2] === form.key ? before : undefined
  })
}
