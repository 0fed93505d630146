/**
 * A run's way to the stores: reads for `store` bindings, and clients for steps. Whatever is read is in the run's keyring
 * before anything else sees it (I1).
 *
 * A reading serves all runs from the store's cache, or the one run that it was made for from a cache that goes with the
 * run's keyring.
 */
import { Fault, type Json, type JsonObject, type StoreClient } from '@bellhop/sdk'
import { mapJson } from '../../secrets/json.ts'
import type { Keyring } from '../../secrets/keyring.ts'
import { mintLeaves } from '../../secrets/leaves.ts'
import { keyOf, ReadCache } from './cache.ts'
import type { HoldingRun, Leases } from './leases.ts'
import type { Asking, Lookup, Operation, Reading, StoreKind } from './store.ts'
import type { OpenStore, Stores } from './stores.ts'
import { until } from './until.ts'

/** The run on whose behalf stores are asked, and the attempt that waits. */
export interface StoreCaller extends HoldingRun {
  keyring: Keyring
  signal: AbortSignal
}

export class StoreAccess {
  readonly #stores: Stores
  readonly #leases: Leases
  readonly #now: () => number
  /** Readings made for one run, by store; they go when its keyring does. */
  readonly #own = new WeakMap<Keyring, Map<OpenStore, ReadCache>>()

  constructor(stores: Stores, leases: Leases, now: () => number) {
    this.#stores = stores
    this.#leases = leases
    this.#now = now
  }

  /**
   * Reads the secret that a binding means, which it says as the kind of its store needs it.
   * @param lookupFor may throw
   * @throws Fault `store_*`, `nostore_cannot_lease`
   */
  async find(
    caller: StoreCaller,
    name: string,
    lookupFor: (kind: StoreKind) => Lookup
  ): Promise<{ lookup: Lookup; reading: Reading }> {
    const open = await this.#stores.open(name)
    const lookup = lookupFor(open.kind)
    return { lookup, reading: await this.#readNamed(caller, open, lookup) }
  }

  /**
   * Reads a secret.
   * @param refused what an earlier read gave, if the vendor refused it
   * @throws Fault `store_*`, `nostore_cannot_lease`
   */
  async read(caller: StoreCaller, name: string, lookup: Lookup, refused?: Reading): Promise<Reading> {
    return this.#readNamed(caller, await this.#stores.open(name), lookup, refused)
  }

  async #readNamed(caller: StoreCaller, open: OpenStore, lookup: Lookup, refused?: Reading): Promise<Reading> {
    try {
      return await this.#read(caller, open, lookup, refused)
    } catch (error) {
      throw caller.signal.aborted ? error : open.named(error)
    }
  }

  async #read(caller: StoreCaller, open: OpenStore, lookup: Lookup, refused?: Reading): Promise<Reading> {
    const key = keyOf(lookup)
    const kept = refused === undefined ? open.cache.get(key) : undefined
    if (kept !== undefined) return kept
    const own = (await open.store.serves?.(lookup, caller.signal)) === 'run'
    const cache = own ? this.#ownCache(caller.keyring, open) : open.cache
    const asking = { ...this.#asking(caller, open.name), refused: refused !== undefined }
    // What serves everybody does not end with the attempt that happened to ask first.
    const shared: Asking = own ? asking : { ...asking, signal: new AbortController().signal, holding: NO_HOLDING }
    return until(
      caller.signal,
      cache.read(key, refused, () => open.store.read(lookup, shared))
    )
  }

  /**
   * A client for a step.
   * @param bound paths into the step's return value that later bindings read
   * @throws Fault `store_missing`, `store_wrong_kind`
   */
  async client(
    caller: StoreCaller,
    name: string,
    kinds: readonly string[],
    bound: readonly (readonly (string | number)[])[]
  ): Promise<StoreClient> {
    const open = await this.#stores.open(name)
    if (!kinds.includes(open.kind.kind)) {
      throw new Fault('store_wrong_kind', `the store \`${name}\` is ${open.kind.title}`, {
        hint: `This step works with: ${kinds.join(', ')}.`
      })
    }
    return { call: (operation, input) => this.#call(caller, open, operation, input, bound) }
  }

  async #call(
    caller: StoreCaller,
    open: OpenStore,
    name: string,
    input: JsonObject,
    bound: readonly (readonly (string | number)[])[]
  ): Promise<Json> {
    const operation = Object.hasOwn(open.store.operations, name) ? open.store.operations[name] : undefined
    if (operation === undefined) throw new Fault('store_bad_input', `${open.kind.title} has no operation \`${name}\``)
    const read = (lookup: Lookup): Promise<Reading> => this.#read(caller, open, lookup)
    const asking = { ...this.#asking(caller, open.name), refused: false, bound, read }
    try {
      const { value, secrets } = await until(caller.signal, operation.run(revealed(operation, input, caller), asking))
      for (const secret of secrets) {
        mintLeaves(caller.keyring, secret.value, { app: open.kind.kind, field: secret.name })
      }
      return caller.keyring.scrub(value)
    } catch (error) {
      throw caller.signal.aborted ? error : open.named(error)
    }
  }

  #asking(caller: StoreCaller, store: string): Pick<Asking, 'signal' | 'holding'> {
    if (!caller.owned()) throw new Fault('run_lost', 'was not asked: this process no longer owns the run')
    return { signal: caller.signal, holding: this.#leases.holding(caller, store) }
  }

  #ownCache(keyring: Keyring, open: OpenStore): ReadCache {
    const caches = this.#own.get(keyring) ?? new Map<OpenStore, ReadCache>()
    this.#own.set(keyring, caches)
    const cache = caches.get(open) ?? new ReadCache(Infinity, this.#now)
    caches.set(open, cache)
    return cache
  }
}

/** Handles in the inputs that the operation has to see; anywhere else they stay handles. */
function revealed(operation: Operation, input: JsonObject, { keyring }: StoreCaller): JsonObject {
  const string = (text: string): string => keyring.reveal(text, (secret) => secret.value)
  const visitor = { string, number: (value: number) => value, key: (text: string) => text }
  const item = (value: Json): Json => (typeof value === 'string' ? (keyring.get(value)?.value ?? value) : value)
  const items = (value: Json): Json => (Array.isArray(value) ? value.map(item) : item(value))
  const seen = (names: readonly string[] = [], see: (value: Json) => Json): [string, Json][] =>
    names.filter((name) => Object.hasOwn(input, name)).map((name) => [name, see(input[name] ?? null)])
  return Object.fromEntries([
    ...Object.entries(input),
    ...seen(operation.reveals, (value) => mapJson(value, visitor)),
    ...seen(operation.revealsItems, items)
  ])
}

const NO_HOLDING: Asking['holding'] = {
  open: () => Promise.reject(new Fault('store_failed', 'made something for a run where it serves everybody')),
  update: () => Promise.reject(new Fault('store_failed', 'made something for a run where it serves everybody'))
}
