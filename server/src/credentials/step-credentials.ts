/**
 * One attempt's credentials: the bound apps of its step, and what becomes of a fetched credential that a vendor refuses.
 *
 * Who owns what: the attempt owns this object. It knows which handles came from which reading, and which newer secret
 * stands for a handle that the step's code still holds.
 */
import { Fault, type BoundApp, type Json, type JsonObject } from '@bellhop/sdk'
import type { Renewals } from '../egress/door.ts'
import { MIN_SEARCHED } from '../secrets/needles.ts'
import type { Keyring, Secret } from '../secrets/keyring.ts'
import { mintLeaves } from '../secrets/leaves.ts'
import type { PlannedBinding } from '../workflow/plan.ts'
import type { Beside } from '../workflow/references.ts'
import type { Credentials } from './credentials.ts'
import { isSecret } from './fields.ts'
import { fieldsFromReading, lookupOf } from './store-fields.ts'
import type { StoreAccess, StoreCaller } from './stores/access.ts'
import type { Lookup, Reading } from './stores/store.ts'

type StoreBinding = Extract<PlannedBinding, { kind: 'store' }>

/** A binding whose credentials were fetched. */
interface Fetched {
  binding: StoreBinding
  lookup: Lookup
  reading: Reading
  bound: BoundApp
}

export interface StepCredentialsParts {
  credentials: Credentials
  stores: StoreAccess
  caller: StoreCaller
  warn: (message: string) => void
}

export class StepCredentials implements Renewals {
  readonly #credentials: Credentials
  readonly #stores: StoreAccess
  readonly #caller: StoreCaller
  readonly #fetched: Fetched[] = []
  readonly #newer = new Map<string, Secret>()
  /** Handles in whose place there is another one by now. */
  readonly #outdated = new Set<string>()
  readonly #warn: (message: string) => void

  constructor(parts: StepCredentialsParts) {
    this.#credentials = parts.credentials
    this.#stores = parts.stores
    this.#caller = parts.caller
    this.#warn = parts.warn
  }

  /** @throws Fault as `Credentials.bind`; `store_*`, `lookup_unusable` */
  async bind(binding: PlannedBinding, steps: JsonObject, beside?: Beside): Promise<BoundApp> {
    const { keyring } = this.#caller
    if (binding.kind !== 'store') return this.#credentials.bind(binding, steps, keyring, beside)
    const { from } = binding.store
    const { lookup, reading } = await this.#stores.find(this.#caller, from, (kind) =>
      lookupOf(binding.store, kind, { steps, beside, keyring })
    )
    const fetched = { binding, lookup, reading, bound: this.#bound(binding, lookup, reading) }
    this.#fetched.push(fetched)
    return fetched.bound
  }

  newest(secret: Secret): Secret {
    return this.#newer.get(secret.handle) ?? secret
  }

  async refused(secrets: readonly Secret[]): Promise<boolean> {
    const handles = new Set(secrets.map(({ handle }) => handle))
    // Another request of this attempt may have found out first.
    let changed = secrets.some(({ handle }) => this.#outdated.has(handle))
    for (const fetched of this.#fetched) {
      const used = Object.values(fetched.bound.$auth).some(
        (handle) => handle !== undefined && handles.has(this.#newestHandle(handle))
      )
      if (used) changed = (await this.#tryAgain(fetched, handles)) || changed
    }
    return changed
  }

  #newestHandle(handle: string): string {
    return this.#newer.get(handle)?.handle ?? handle
  }

  /** The vendor's own answer says more than a store that can't be read: that is only told. */
  async #tryAgain(fetched: Fetched, refused: ReadonlySet<string>): Promise<boolean> {
    try {
      return await this.#again(fetched, refused)
    } catch (error) {
      const why = error instanceof Fault ? error.message : 'it failed'
      this.#warn(`${fetched.binding.app.name} refused the credential, which could not be read again: ${why}`)
      return false
    }
  }

  /** Reads once more; true where a field is another one than was refused. */
  async #again(fetched: Fetched, refused: ReadonlySet<string>): Promise<boolean> {
    const { binding, lookup, reading, bound } = fetched
    fetched.reading = await this.#stores.read(this.#caller, binding.store.from, lookup, reading)
    const { $auth } = this.#bound(binding, lookup, fetched.reading)
    let changed = false
    for (const [field, handle] of Object.entries(bound.$auth)) {
      const secret = this.#caller.keyring.get($auth[field] ?? '')
      if (handle === undefined || secret === undefined) continue
      const before = this.#newestHandle(handle)
      if (before !== secret.handle) {
        this.#newer.set(handle, secret)
        this.#outdated.delete(secret.handle)
        this.#outdated.add(before)
      }
      changed ||= !refused.has(secret.handle)
    }
    return changed
  }

  #bound(binding: StoreBinding, { path }: Lookup, reading: Reading): BoundApp {
    const { keyring } = this.#caller
    const plain = fieldsFromReading(binding.app, binding.store, reading)
    const seen = Object.entries(plain).flatMap(([field, value]) => (isSecret(binding.app, field) ? [] : [value]))
    const bound = this.#credentials.bindFields(binding, plain, keyring)
    protectRest(keyring, reading, { store: binding.store.from, known: [...path, ...seen] })
    return bound
  }
}

/**
 * What else the secret holds is in no export, but a vendor may answer with it: it is known from now on. What is too short
 * to be searched for in text is left out, or every answer that says `3600` would say a handle; and so is what is known
 * anyway: what it was looked up by, or a secret that names its customer would hide that name in the data which asks for the
 * next one's; and the app's fields that are no secrets.
 */
function protectRest(
  keyring: Keyring,
  { fields }: Reading,
  { store, known }: { store: string; known: readonly string[] }
): void {
  const mint = (name: string, value: Json): void => {
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) mint(name, inner)
    else if (typeof value !== 'boolean' && String(value ?? '').length >= MIN_SEARCHED && !known.includes(String(value)))
      mintLeaves(keyring, value, { app: store, field: name })
  }
  for (const [name, value] of Object.entries(fields)) mint(name, value)
}
