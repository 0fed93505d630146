/**
 * The store port: a configured source of credentials, as bindings and steps use it. One folder beside this file is one
 * kind of store, made of a small client, this port on top of it, and what it says of itself (`StoreKind`); `contract/`
 * is the suite that every kind passes.
 *
 * For implementers:
 * - A store is trusted with real values, and gives them to its caller only: it logs nothing, keeps nothing on a disk, and
 *   what it throws is a `Fault` in its own words (`faults.ts`). A vendor's message is never passed on, because vendors
 *   quote what they were sent.
 * - Its own credential is read through `config()` at each use and kept in no field (a session that was made with it may
 *   be), so that a store which was changed needs no restart.
 * - It caches nothing of what it reads; `cache.ts` does, for every kind alike.
 * - It begins nothing once the signal is aborted, and ends what it waits for.
 */
import type { Json, JsonObject } from '@bellhop/sdk'
import type { z } from 'zod'

/** What is looked up. */
export interface Lookup {
  /**
   * A path's segments, or one segment: a key, the id of a connection. As they are, not encoded: each is at least one
   * character, and none is `.` or `..`; one that came from a reference may hold any character, a slash, too.
   */
  path: readonly string[]
  /** Which version, where the kind has versions; absent: the current one. */
  version?: string
  /** Nango's `provider_config_key`. */
  integration?: string
}

/** A secret as it was read. Everything in it is taken to be secret. */
export interface Reading {
  /** Its fields by name; the value under `fields.value` where the secret is a single text. */
  fields: JsonObject
  /** Until when the store says that it is good, in Unix milliseconds. Nothing is cached for longer. */
  expiresAt?: number
  /**
   * Which of `fields` is the credential itself, for a binding without `fields:`. Where a kind knows none, the names of
   * the secret's fields have to be those of the app.
   */
  credential?: string
  /** The store's own answer, for a step that returns it whole. */
  answer?: JsonObject
}

/** What belongs to one request to a store. */
export interface Asking {
  signal: AbortSignal
  /** The vendor refused what was read before (401): whatever is cached on the way, by the store's server too, is stale. */
  refused: boolean
  /** What the run has of this store until it ends: for secrets that are made when they are asked for. */
  holding: Holding
}

/** What a holding keeps: text that is sealed at rest, such as a token under which leases stand. */
export interface Held {
  text: string
  /** When all of it has lapsed by itself unless it is renewed, in Unix milliseconds. */
  expiresAt: number
  /** When the first part of it lapses, where that is sooner: it is renewed well before. */
  soonest?: number
  /** What of it cannot be made to last, in words, for `bellhop doctor`. */
  problem?: string
}

/**
 * What one run has of one store: written down before it is used, so that it is given back whatever is killed. It lives
 * until the run ends; the keeper renews it meanwhile (`Store.renew`), and then gives it back (`Store.revoke`).
 */
export interface Holding {
  /**
   * The run's text of this store; `make` makes it the first time, and it is committed before this returns. What a crash
   * leaves between the two must lapse by itself soon: `make` asks for minutes, not for days.
   * @throws Fault `nostore_cannot_lease` in a run of which nothing may be written
   */
  open(make: () => Promise<Held>): Promise<string>
  /** Writes down what it has become. */
  update(held: Held): Promise<void>
}

/** What a step asks of a store. */
export interface Operation {
  /** Names of inputs whose handles the store has to see as what they stand for: a secret to be written, a parameter. */
  reveals?: readonly string[]
  /**
   * Names of inputs that are lists of which only an item that is a handle, whole, is seen as what it stands for:
   * parameters of a statement. A handle inside other text, or deeper in an item, stays one, so that a text or an object
   * that is written into a table does not take along the secrets that happen to stand in it.
   */
  revealsItems?: readonly string[]
  /** @throws Fault `store_bad_input`, naming the input and never its value, and `store_*` */
  run(input: JsonObject, asking: OperationAsking): Promise<Operated>
}

export interface OperationAsking extends Asking {
  /** Reads as a binding does: what is cached is used, and what is read is cached. @throws Fault `store_*` */
  read(lookup: Lookup): Promise<Reading>
  /**
   * Where later bindings of the run will find credentials: paths into what the step returns, which may be a part of what
   * `run` returns as `value`. A database protects the whole column that one names.
   */
  bound: readonly (readonly (string | number)[])[]
}

export interface Operated {
  value: Json
  /** What of it is secret: parts of `value`, whose every text and number is; `name` labels their handles. */
  secrets: readonly { name: string; value: Json }[]
}

/** One thing that `bellhop stores test` looked at. */
export interface Check {
  what: 'address' | 'tls' | 'authentication' | 'permission' | 'path'
  ok: boolean
  /** In words, and where it is not well, what to do. */
  says: string
}

export interface Store {
  /** @throws Fault `store_*` of `faults.ts` */
  read(lookup: Lookup, asking: Asking): Promise<Reading>
  /**
   * Whom a reading serves: `everybody` (it may be cached for all runs), or the one `run` that it is made for and goes
   * back with. Default: everybody. @throws Fault `store_*`
   */
  serves?(lookup: Lookup, signal: AbortSignal): Promise<'everybody' | 'run'>
  readonly operations: Readonly<Record<string, Operation>>
  /** Looks at everything in turn, and goes no further than the first that is not well. Never throws. */
  test(lookup: Lookup | undefined, signal: AbortSignal): Promise<Check[]>
  /** Makes what a run holds last longer. @throws Fault, retryable where it makes sense to try again */
  renew?(text: string, signal: AbortSignal): Promise<Held>
  /** Gives it back. What is gone already is given back. @throws Fault, retryable where it makes sense to try again */
  revoke?(text: string, signal: AbortSignal): Promise<void>
  /** Ends connections. What is under way may fail. */
  close(): Promise<void>
}

/** What `lookup` in a binding is called, by kind: a path of segments, a single key, or the id of a connection. */
export type LookupName = 'path' | 'key' | 'connection'

/** A kind of store, as configuration names it. */
export interface StoreKind<Config = unknown> {
  kind: string
  /** As people call it: `HashiCorp Vault`. */
  title: string
  lookup: LookupName
  /** What a binding may say besides. */
  options: readonly ('version' | 'integration')[]
  /** Whether the looked-up text may itself be a secret (a key that a database knows customers by). */
  secretLookup?: true
  /** Checks what was configured; strict, with defaults. Its messages name keys and quote no value. */
  config: z.ZodType<Config>
  /** What may be shown of a configuration. Names what is shown, so that a new field is hidden until somebody thinks of it. */
  show(config: Config): JsonObject
  /** The texts of a configuration that must not be seen. */
  secrets(config: Config): string[]
  open(config: () => Config, environment: StoreEnvironment): Store
}

export interface StoreEnvironment {
  /** Unix milliseconds. */
  now(): number
  /** Where the server keeps its own files, which no store may read. */
  dataDirectory?: string
}

/** Declares a kind; returns it with the type of its configuration forgotten, as the registry keeps it. */
export function defineStore<Config>(kind: StoreKind<Config>): StoreKind {
  return kind
}
