/** What a store keeps for a credential of a scenario: the credential itself, and what else stands beside it. Pure. */
import type { Json, JsonObject } from '@bellhop/sdk'
import { isNumber } from '../../grammar/secrets.ts'
import type { SourcePlan } from '../../grammar/sources.ts'
import { isOfItems } from '../carriers.ts'
import type { Cast, Credential } from '../cast.ts'
import { eachOf, isInner, valueOfItem } from '../each.ts'
import { connectionOf } from './connections.ts'

/** A secret as its store keeps it. */
export interface Kept {
  /** Whether it is made when it is asked for. */
  dynamic: boolean
  /** What it is looked up by: unique in the suite. */
  key: string
  /** The credential. */
  value: string
  /** All that stands in it. */
  fields: JsonObject
  /** Texts in it that nobody refers to. */
  rest: readonly string[]
}

/** The field of the secret that a binding names. */
export function fieldOf(credential: Credential): string {
  return sourceOf(credential).trouble === 'field' ? 'absent' : trueField(credential)
}

/** Where it stands below what a step returns. */
export function pathOf(credential: Credential): string {
  switch (sourceOf(credential).kind) {
    case 'nango':
      return `.credentials.${fieldOf(credential)}`
    case 'sqlite':
      return `[0].${fieldOf(credential)}`
    default:
      return `.data.${fieldOf(credential)}`
  }
}

function trueField(credential: Credential): string {
  const { kind, form } = sourceOf(credential)
  switch (kind) {
    case 'vault':
      return form % 2 === 0 ? 'token' : 'deep.token'
    case 'vault_dynamic':
      return 'password'
    case 'aws':
      return isWhole(credential) ? 'value' : 'token'
    case 'sqlite':
      return 'token'
    case 'nango':
      return connectionOf(form).field
  }
}

/** A credential that some store has. */
export type Stored = Credential & { source: SourcePlan }

/** The credentials of a scenario that stores have. */
export function storedOf({ credentials }: Cast): Stored[] {
  return credentials.filter((one): one is Stored => one.source !== undefined)
}

export function sourceOf({ name, source }: Credential): SourcePlan {
  if (source === undefined) throw new Error(`${name} comes from no store`)
  return source
}

/** AWS keeps a JSON object, a text, or bytes; what looks like an object is kept in one. */
export function isWhole(credential: Credential): boolean {
  const { kind, form } = sourceOf(credential)
  return kind === 'aws' && form % 3 !== 0 && !/^\s*\{/.test(credential.value)
}

export function isBinary(credential: Credential): boolean {
  return isWhole(credential) && sourceOf(credential).form % 3 === 2
}

/** Whether what else the secret holds is known to be secret where a step fetches it. */
export function protectsRest(credential: Credential): boolean {
  const { kind, form, trouble } = sourceOf(credential)
  return kind !== 'sqlite' || credential.carrier === 'store' || form % 2 === 0 || trouble === 'field'
}

/** Whether each item has one of its own where steps of the `each` look it up. */
export function isPerItem(cast: Cast, credential: Credential, at: number): boolean {
  return sourceOf(credential).byReference && isInner(cast.scenario, at)
}

/** Whether a step of the `each` fetches it, once for each item. */
export function isFetchedPerItem({ scenario }: Cast, credential: Credential): boolean {
  return sourceOf(credential).byReference && isOfItems(scenario, credential.index)
}

/** The secrets of a credential: one, or one for each item. */
export function shelfOf(cast: Cast, credential: Credential): Kept[] {
  const { byReference, trouble } = sourceOf(credential)
  const items = byReference ? Math.max(1, eachOf(cast.scenario)?.items ?? 1) : 1
  const kept = Array.from({ length: items }, (_, item) => keptFor(cast, credential, item))
  return trouble === 'missing' ? kept.slice(0, items - 1) : kept
}

export function keyOf({ id }: Cast, { index }: Credential, item: number | string): string {
  return `${id}.${index}.${item}`
}

function keptFor(cast: Cast, credential: Credential, item: number): Kept {
  const fresh = (purpose: string): string => cast.fresh(`${purpose} beside ${credential.index} of item ${item}`)
  const value = valueOfItem(cast, credential, item)
  const fields = fieldsOf(credential, value, fresh)
  // A column that nobody protects is no secret.
  const texts = protectsRest(credential) ? textsIn(fields) : []
  const rest = texts.filter((text) => text !== value && text.length === fresh('').length)
  const dynamic = sourceOf(credential).kind === 'vault_dynamic'
  return { dynamic, key: keyOf(cast, credential, item), value, fields, rest }
}

function fieldsOf(credential: Credential, value: string, fresh: (purpose: string) => string): JsonObject {
  const { kind, form } = sourceOf(credential)
  switch (kind) {
    case 'vault':
    case 'aws':
      return isWhole(credential) ? { value } : document(trueField(credential), asJson(value), fresh)
    case 'vault_dynamic':
      return { password: value }
    case 'sqlite':
      return { token: value, note: fresh('note') }
    case 'nango':
      return connectionOf(form).holding(value, fresh)
  }
}

/** A number is kept as one. */
function asJson(value: string): Json {
  return isNumber(value) ? Number(value) : value
}

/** With what an HTTP app is told besides. */
function document(name: string, value: Json, fresh: (purpose: string) => string): JsonObject {
  const [first = '', second] = name.split('.')
  return {
    [first]: second === undefined ? value : { [second]: value, notes: [fresh('deep note')] },
    note: fresh('note'),
    lifetime: 3600,
    header_name: 'X-Acme-Token',
    query_name: 'api_key'
  }
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
