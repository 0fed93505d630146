/** Plans `store` bindings: which secret of which store, and which of its fields each credential field is. */
import type { AppDefinition } from '@bellhop/sdk'
import { pathProblem, type LookupText } from './lookups.ts'
import { asObject, choices, quote, unknownWord, type Problem } from './mistakes.ts'
import type { Site } from './prop-plan.ts'
import { Template } from './references.ts'
import { lacking } from './required-fields.ts'

/** What a binding asks its store for. */
export interface PlannedLookup {
  by: 'path' | 'key' | 'connection'
  text: LookupText
  version?: string
  integration?: string
}

export interface PlannedStore {
  /** The store's name. */
  from: string
  lookup: PlannedLookup
  /** Credential field → the secret's field. Absent: by the same names, or as the store knows. */
  fields?: Readonly<Record<string, string>>
}

const LOOKUPS = ['path', 'key', 'connection'] as const

/** `site.path` is the binding's. Undefined where there is a mistake, which is reported. */
export function planStore(app: AppDefinition, written: unknown, site: Site): PlannedStore | undefined {
  const store = asObject(written)
  if (store === undefined) return undefined
  const inside: Site = { ...site, path: [...site.path, 'store'] }
  const fields = planStoreFields(app, store['fields'], inside)
  const lookup = planLookup(store, inside)
  const from = store['from']
  if (typeof from !== 'string' || lookup === undefined) return undefined
  return { from, lookup, ...(fields === undefined ? {} : { fields }) }
}

function planLookup(store: Readonly<Record<string, unknown>>, site: Site): PlannedLookup | undefined {
  const given = LOOKUPS.filter((name) => Object.hasOwn(store, name))
  const [by, ...more] = given
  if (by === undefined || more.length > 0) {
    const message =
      by === undefined ? 'this does not say which secret is meant' : `this says ${choices(given, 'and')} at once`
    site.report.add(site.path, {
      message,
      expected: 'one of `path` (Vault, AWS), `key` (databases) and `connection` (Nango)'
    })
    return undefined
  }
  const text = planLookupText(store[by], by === 'path', { ...site, path: [...site.path, by] })
  if (text === undefined) return undefined
  const { version, integration } = store
  return {
    by,
    text,
    ...(typeof version === 'string' || typeof version === 'number' ? { version: String(version) } : {}),
    ...(typeof integration === 'string' ? { integration } : {})
  }
}

/** Text that says which secret is read, checked as far as it is literal. */
export function planLookupText(written: unknown, isPath: boolean, site: Site): LookupText | undefined {
  if (typeof written !== 'string') return undefined
  const text = site.scope.compile(written, site.path, site.report)
  if (typeof text !== 'string' && !(text instanceof Template)) return undefined
  const problem = isPath ? pathProblem(text) : text === '' ? { message: 'this is empty' } : undefined
  if (problem !== undefined) site.report.add(site.path, problem)
  site.sources.addLookup(text, site.path)
  return text
}

function planStoreFields(app: AppDefinition, written: unknown, site: Site): Record<string, string> | undefined {
  const fields = asObject(written)
  if (fields === undefined) return undefined
  const path = [...site.path, 'fields']
  const known = Object.keys(app.auth.fields)
  for (const field of Object.keys(fields)) {
    if (!known.includes(field)) site.report.add([...path, field], unknownWord('field', field, known, app.name), 'key')
  }
  const missing = lacking(app, fields, () => 'token')
  if (missing !== undefined) site.report.add(path, missing)
  const named = Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(named)
}

/** Who may choose a credential: nobody whom the trigger does not know, unless the definition says so. */
export function anonymousProblem(source: string): Problem {
  return {
    message: `whoever knows this workflow's address could choose whose credential is used, by what they send as ${quote(source)}`,
    expected: 'a trigger that knows its callers, `auth: { type: token }`, or one that says that this is meant',
    suggestion: 'trigger: { type: http, allow_anonymous: true }'
  }
}
