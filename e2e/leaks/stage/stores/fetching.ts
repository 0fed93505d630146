/** How a workflow asks stores: by the binding itself, or by a step before. */
import type { Json } from '@bellhop/sdk'
import type { CallPlan } from '../../grammar/steps.ts'
import type { Cast, Credential } from '../cast.ts'
import type { StoreHouse } from './store-house.ts'
import { fieldOf, isFetchedPerItem, isPerItem, isWhole, keyOf, sourceOf, storedOf } from './shelf.ts'
import { INTEGRATION } from './sources/nango.ts'
import { LOOK_UP } from './sources/sqlite.ts'

type Written = Record<string, Json>

/** The header that says which secret is meant, where a reference says so outside of an `each`. */
export const TENANT = { 'x-tenant': '0' }
const OF_EVENT = '{{steps.trigger.event.headers["x-tenant"]}}'
const OF_ITEM = '{{item.item}}'

/** A `store` binding for the step at this place. */
export function storeBinding(
  cast: Cast,
  credential: Credential,
  step: CallPlan,
  at: number,
  stores: StoreHouse
): Written {
  const { kind } = sourceOf(credential)
  const { name, item } = askedFor(cast, credential, isPerItem(cast, credential, at), stores)
  return { from: name, ...lookupOf(cast, credential, item, kind === 'sqlite'), fields: fieldsOf(credential, step) }
}

/** The steps that fetch, for all items or for each. */
export function fetchSteps(cast: Cast, perItem: boolean, stores: StoreHouse): Written[] {
  return storedOf(cast)
    .filter((one) => one.carrier === 'store_step' && isFetchedPerItem(cast, one) === perItem)
    .map((one) => ({ name: fetchName(one), ...fetchStep(cast, one, perItem, stores) }))
}

export function fetchName({ index }: Credential): string {
  return `f${index}`
}

function fetchStep(cast: Cast, credential: Credential, perItem: boolean, stores: StoreHouse): Written {
  const { kind, form, trouble } = sourceOf(credential)
  const { name, item } = askedFor(cast, credential, perItem, stores)
  const props = { store: name, ...lookupOf(cast, credential, item, false) }
  switch (kind) {
    case 'vault':
    case 'vault_dynamic':
      return { use: 'vault-read-secret', props }
    case 'aws':
      return { use: 'aws-secrets-manager-get-secret', props }
    case 'nango':
      return { use: 'nango-get-connection', props }
    case 'sqlite': {
      // A column that a binding refers to is protected without being named.
      const named = form % 2 === 0 || trouble === 'field' ? { secret_columns: ['token', 'note'] } : {}
      return {
        use: 'sqlite-query',
        props: { store: name, sql: LOOK_UP, values: [keyOf(cast, credential, item)], ...named }
      }
    }
  }
}

function askedFor(
  cast: Cast,
  credential: Credential,
  perItem: boolean,
  stores: StoreHouse
): { name: string; item: string } {
  const { kind, trouble, which, byReference } = sourceOf(credential)
  const name = stores.nameOf(kind, trouble === 'store' ? which : undefined)
  return { name, item: perItem ? OF_ITEM : byReference ? OF_EVENT : '0' }
}

function lookupOf(cast: Cast, credential: Credential, item: string, byKey: boolean): Written {
  const key = keyOf(cast, credential, item)
  switch (sourceOf(credential).kind) {
    case 'vault':
      return { path: `secret/customers/${key}` }
    case 'vault_dynamic':
      return { path: `database/creds/${key}` }
    case 'aws':
      return { path: `customers/${key}` }
    case 'nango':
      return { connection: key, integration: INTEGRATION }
    case 'sqlite':
      return byKey ? { key } : {}
  }
}

/** Every credential field of the app takes the same field of the secret. */
function fieldsOf(credential: Credential, step: CallPlan): Record<string, string> {
  const field = fieldOf(credential)
  if (!step.action.startsWith('http')) return { oauth_access_token: field }
  switch (placeOf(credential, step)) {
    case 'bearer':
      return { bearer_token: field }
    case 'basic':
      return { username: field, password: field }
    case 'header':
      return { header_name: 'header_name', header_value: field }
    case 'query':
      return { query_name: 'query_name', query_value: field }
  }
}

/** Only some secrets hold the names of headers and parameters besides. */
function placeOf(credential: Credential, { place }: CallPlan): CallPlan['place'] {
  if (place === 'bearer' || place === 'basic') return place
  const { kind } = sourceOf(credential)
  if (kind === 'vault' || (kind === 'aws' && !isWhole(credential))) return place
  return place === 'header' ? 'bearer' : 'basic'
}
