/**
 * Trying credentials while a form is filled in: whether an account is good before it is saved, and which fields a binding
 * would find. No value is shown, and nothing is kept: the keyring ends with the question.
 */
import { Fault, type AppDefinition, type Json, type JsonObject } from '@bellhop/sdk'
import { checkedFields, type Accounts } from '../credentials/accounts.ts'
import type { Credentials } from '../credentials/credentials.ts'
import { fieldsFound, fieldsFromReading, lookupOf } from '../credentials/store-fields.ts'
import type { StoreAccess } from '../credentials/stores/access.ts'
import type { Door } from '../egress/door.ts'
import { Keyring } from '../secrets/keyring.ts'
import type { MasterKey } from '../secrets/seal.ts'
import type { RunIds } from '../storage/ids.ts'
import { bindingSchema } from '../workflow/binding-schema.ts'
import type { Catalogue } from '../workflow/catalogue.ts'
import { DefinitionFault } from '../workflow/definition-fault.ts'
import { unlistedApp } from '../workflow/foreign-action.ts'
import { Report } from '../workflow/mistakes.ts'
import { expressionsOf } from '../workflow/references.ts'
import { check } from '../workflow/schema-mistakes.ts'
import { Scope, triggerScope } from '../workflow/scope.ts'
import { Sources } from '../workflow/sources.ts'
import { planStore, type PlannedStore } from '../workflow/store-plan.ts'
import { valueAt } from './export-secrets.ts'

/** How it went, in a sentence. */
export interface Tried {
  ok: boolean
  says: string
}

export interface TriedBinding extends Tried {
  /** The app's fields, and under which name the secret has them. */
  fields?: { name: string; from?: string; found: boolean }[]
}

export interface TryingParts {
  master: MasterKey
  ids: RunIds
  credentials: Credentials
  accounts: Pick<Accounts, 'has'>
  stores: StoreAccess
  catalogue: Catalogue
  door: Door
  now: () => number
}

const PATIENCE_MS = 20_000
/** Characters of what a vendor says. */
const SAID = 200

export class Trying {
  readonly #parts: TryingParts

  constructor(parts: TryingParts) {
    this.#parts = parts
  }

  /**
   * Sends the app's own test request with fields in clear.
   * @throws Fault `account_incomplete`, `account_field_unknown` (422)
   */
  async account(slug: string, given: Readonly<Record<string, string>>): Promise<Tried> {
    const app = this.#parts.catalogue.app(slug) ?? unlistedApp(slug, Object.keys(given))
    const fields = checkedFields(app, given)
    const { test } = app
    if (test === undefined)
      return { ok: true, says: `${app.name} has nothing to try it with; all its fields are there` }
    return this.#withKeyring(async (keyring) => {
      const { credentials, door } = this.#parts
      const bound = credentials.bindFields({ kind: 'runtime', app, fields: {}, early: false }, fields, keyring)
      const scope = {
        keyring,
        app,
        secretAnswerFields: app.secretAnswerFields ?? [],
        owned: () => true,
        warn: () => {},
        signal: AbortSignal.timeout(PATIENCE_MS),
        sandboxed: false
      }
      const headers = filled(test.headers, bound.$auth)
      const answer = await door.fetch(scope, `${bound.$baseUrl}${test.path}`, { method: test.method, headers })
      const body = await answer.json().catch(() => null)
      const ok = answer.ok && (test.ok === undefined || valueAt(body, [test.ok]) === true)
      return ok ? { ok, says: known(app, body) } : { ok, says: refused(app, answer.status, body) }
    })
  }

  /**
   * Looks a binding up as a step would.
   * @param steps what its references read, as the page has it
   * @throws DefinitionFault with what is wrong with the binding
   */
  async binding(slug: string, written: unknown, steps: JsonObject): Promise<TriedBinding> {
    const report = new Report()
    const binding = check(bindingSchema, written, report)
    if (binding === undefined) throw new DefinitionFault(report.list(), 'Correct the binding first.')
    if (binding.account !== undefined) return this.#connected(slug, binding.account)
    const app = this.#parts.catalogue.app(slug) ?? unlistedApp(slug, Object.keys(binding.store?.fields ?? {}))
    const store = planned(app, binding, steps, report)
    if (store === undefined) throw new DefinitionFault(report.list(), 'Correct the binding first.')
    return this.#withKeyring((keyring) => this.#read(app, store, steps, keyring))
  }

  async #connected(app: string, name: string): Promise<Tried> {
    const ok = await this.#parts.accounts.has(app, name)
    return { ok, says: ok ? 'There is an account of this name' : 'There is no account of this name' }
  }

  async #read(app: AppDefinition, store: PlannedStore, steps: JsonObject, keyring: Keyring): Promise<TriedBinding> {
    const { stores, ids, now } = this.#parts
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const caller = { id: ids.next(now()), durable: false, keyring, owned: () => true, signal }
    const { reading } = await stores.find(caller, store.from, (kind) => lookupOf(store, kind, { steps, keyring }))
    const fields = fieldsFound(app, store, reading)
    try {
      fieldsFromReading(app, store, reading)
      const names = fields.filter(({ found }) => found).map(({ name }) => name)
      return { ok: true, says: `Found ${names.join(', ')}`, fields }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return { ok: false, says: error.message, fields }
    }
  }

  /** What goes wrong on the way is an answer, without what was given. */
  async #withKeyring<T extends Tried>(work: (keyring: Keyring) => Promise<T>): Promise<T | Tried> {
    const { master, ids, now } = this.#parts
    const keyring = new Keyring(master.runSeal(ids.next(now()).uuid))
    try {
      return await work(keyring)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const says = error.code === 'nostore_cannot_lease' ? LEASED : error.message
      return { ok: false, says: keyring.scrubText(says) }
    } finally {
      keyring.destroy()
    }
  }
}

const LEASED =
  'this store makes credentials for each run, and none is made for a try: deploy the workflow to see it work'

function planned(
  app: AppDefinition,
  binding: { store?: unknown },
  steps: JsonObject,
  report: Report
): PlannedStore | undefined {
  if (binding.store === undefined) {
    report.add([], { message: 'only what a store or an account gives can be tried', expected: '`store` or `account`' })
    return undefined
  }
  const names = Object.keys(steps).filter((name) => name !== 'trigger')
  const scope = new Scope(new Map(names.map((name) => [name, { name, exports: true }])), triggerScope({}))
  for (const name of names) scope.enter(name)
  scope.enter(undefined)
  const store = planStore(app, binding.store, { step: '', path: [], scope, report, sources: new Sources() })
  if (store !== undefined && expressionsOf(store.lookup.text).length > 0)
    report.add(['store', store.lookup.by], {
      message: 'an expression is evaluated in a run only',
      expected: 'a reference'
    })
  return report.empty ? store : undefined
}

/** Headers with handles in them; those whose field is not given are left out. */
function filled(
  headers: Readonly<Record<string, string>>,
  auth: Readonly<Record<string, string | undefined>>
): Record<string, string> {
  const all = Object.entries(headers).flatMap(([name, template]): [string, string][] => {
    const fields = [...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, field = '']) => field)
    if (fields.some((field) => auth[field] === undefined)) return []
    return [[name, template.replace(/\{\{(\w+)\}\}/g, (_, field: string) => auth[field] ?? '')]]
  })
  return Object.fromEntries(all)
}

function known({ name, test }: AppDefinition, body: Json): string {
  const who = (test?.who ?? []).flatMap((field) => textAt(body, field) ?? [])
  return who.length === 0 ? `${name} takes it` : `${name} takes it: ${who.join(', ')}`
}

function refused({ name, refusal }: AppDefinition, status: number, body: Json): string {
  const said = [refusal?.field, 'message', 'error'].flatMap((field) =>
    field === undefined ? [] : (textAt(body, field) ?? [])
  )
  return `${name} does not take it: it answered ${status}${said[0] === undefined ? '' : `, “${said[0]}”`}`
}

function textAt(body: Json, field: string): string | undefined {
  const value = valueAt(body, [field])
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  return String(value)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .slice(0, SAID)
}
