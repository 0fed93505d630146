/** The fields of a `store` binding: what is looked up, and which field of the secret is which of the app's. */
import { Fault, type AppDefinition, type Json, type JsonObject } from '@bellhop/sdk'
import { HANDLE_PREFIX } from '../secrets/handle.ts'
import type { Keyring } from '../secrets/keyring.ts'
import { pathSegments, singleSegment } from '../workflow/lookups.ts'
import { choices, quote } from '../workflow/mistakes.ts'
import type { Beside } from '../workflow/references.ts'
import type { PlannedLookup, PlannedStore } from '../workflow/store-plan.ts'
import type { Lookup, Reading, StoreKind } from './stores/store.ts'

/** What a lookup is made of. */
export interface LookupData {
  steps: JsonObject
  beside?: Beside | undefined
  keyring: Keyring
}

/**
 * What a binding asks its store for.
 * @throws Fault `store_wrong_lookup`, `lookup_unusable`
 */
export function lookupOf({ from, lookup }: PlannedStore, kind: StoreKind, data: LookupData): Lookup {
  const { steps, beside, keyring } = data
  checkKind(from, lookup, kind)
  const segments =
    lookup.by === 'path' ? pathSegments(lookup.text, steps, beside) : [singleSegment(lookup.text, steps, beside)]
  const { version, integration } = lookup
  return {
    path: segments.map((segment) => plainSegment(segment, kind, keyring)),
    ...(version === undefined ? {} : { version }),
    ...(integration === undefined ? {} : { integration })
  }
}

function checkKind(store: string, lookup: PlannedLookup, kind: StoreKind): void {
  if (lookup.by !== kind.lookup) {
    throw new Fault('store_wrong_lookup', `the store ${quote(store)} is ${kind.title}, which has no \`${lookup.by}\``, {
      hint: `Write \`${kind.lookup}:\` instead.`
    })
  }
  for (const option of ['version', 'integration'] as const) {
    if (lookup[option] === undefined || kind.options.includes(option)) continue
    throw new Fault('store_wrong_lookup', `the store ${quote(store)} is ${kind.title}, which has no \`${option}\``, {
      hint: `Leave \`${option}:\` out.`
    })
  }
}

/** A path travels through logs of the store's; a database takes a key as a parameter, which may be a secret. */
function plainSegment(segment: string, kind: StoreKind, keyring: Keyring): string {
  if (!segment.includes(HANDLE_PREFIX)) return segment
  if (kind.secretLookup === true) return keyring.reveal(segment, (secret) => secret.value)
  throw new Fault('lookup_unusable', `what says which secret is meant is itself a secret`, {
    hint: `${kind.title} writes paths into its logs: look the secret up by something that may be seen.`
  })
}

/**
 * The app's credential fields out of what was read.
 * @throws Fault `store_field_missing`, naming the fields that there are; `credential_not_text`
 */
export function fieldsFromReading(app: AppDefinition, { from, fields }: PlannedStore, reading: Reading): Fields {
  const plain: Fields = {}
  for (const field of Object.keys(app.auth.fields)) {
    const name = fields === undefined ? nameFor(app, field, reading) : fields[field]
    const value = name === undefined ? undefined : valueOf(reading.fields, name)
    if (value === undefined || value === null || value === '') {
      if (fields?.[field] !== undefined || isRequired(app, field))
        throw missing(app, field, name ?? field, from, reading)
    } else plain[field] = asText(app, field, value)
  }
  return plain
}

/** Which of the app's credential fields a reading has, and under which name. No value. */
export function fieldsFound(
  app: AppDefinition,
  { fields }: PlannedStore,
  reading: Reading
): { name: string; from?: string; found: boolean }[] {
  return Object.keys(app.auth.fields).map((name) => {
    const from = fields === undefined ? nameFor(app, name, reading) : fields[name]
    const value = from === undefined ? undefined : valueOf(reading.fields, from)
    const found = value !== undefined && value !== null && value !== ''
    return { name, found, ...(from === undefined ? {} : { from }) }
  })
}

type Fields = Record<string, string>

/** Without `fields:` the names are the same; an app with one field takes what the store says is the credential. */
function nameFor(app: AppDefinition, field: string, { fields, credential }: Reading): string | undefined {
  if (Object.hasOwn(fields, field)) return field
  const secret = Object.entries(app.auth.fields).filter(([, declared]) => declared.secret !== false)
  return secret.length === 1 && secret[0]?.[0] === field ? credential : undefined
}

function isRequired(app: AppDefinition, field: string): boolean {
  if (app.auth.fields[field]?.optional === true) return false
  return !(app.auth.oneOf ?? []).some((set) => set.includes(field))
}

/** A field by its name, or down a path of names: `data.token`. */
function valueOf(fields: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(fields, name)) return fields[name]
  let value: Json | undefined = fields
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as JsonObject)[part]
  }
  return value
}

function asText(app: AppDefinition, field: string, value: Json): string {
  if (typeof value !== 'object') return String(value)
  throw new Fault(
    'credential_not_text',
    `${app.name}'s field \`${field}\` must be text, and the secret has ${Array.isArray(value) ? 'a list' : 'an object'} there`,
    { hint: 'Name the part itself under `fields:`, like `data.token`.' }
  )
}

const MOST_NAMES = 20

function missing(app: AppDefinition, field: string, name: string, store: string, { fields }: Reading): Fault {
  const names = Object.keys(fields).slice(0, MOST_NAMES)
  const has = names.length === 0 ? 'it has no fields' : `it has ${choices(names, 'and')}`
  return new Fault(
    'store_field_missing',
    `the secret in ${quote(store)} has no ${quote(name)} for ${app.name}'s field \`${field}\`: ${has}`,
    { hint: `Say under \`fields:\` which one is \`${field}\`.` }
  )
}
