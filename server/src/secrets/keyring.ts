/**
 * The keyring of a run: handle → secret, for as long as the run lives (I5). An item of an `each` has one of its own on
 * top of it, which lives as long as the item: it knows what the run's knows, and keeps for itself what it mints.
 *
 * Who owns what: the run's interpreter owns the keyring; whoever commits takes what was minted since the last commit
 * (`takeMinted`) in the same transaction. The keyring never shows a value but through `get` and `reveal`.
 *
 * States: live, then destroyed for good; a destroyed keyring refuses to scrub, because it would let everything
 * through (I1).
 */
import { inspect } from 'node:util'
import { Fault, type Json } from '@bellhop/sdk'
import { HANDLE_PREFIX, handlePattern, makeHandle, originOfHandle } from './handle.ts'
import type { RunSeal } from './seal.ts'
import { UPPER } from './layers.ts'
import { type ByteScrub, Scrubber } from './scrub.ts'

/** A host that an app's credentials may go to. */
export interface HostRule {
  /** Lower case, without port. */
  host: string
  port?: number
  /** Whether plain HTTP is allowed: the operator's override, or loopback. */
  plain?: true
}

/** Where a secret may leave through the door. */
export interface Audience {
  app: string
  hosts: readonly HostRule[]
  places: {
    headers: boolean | readonly string[]
    query: readonly string[]
    body: readonly string[]
  }
}

/** What a secret is of. */
export interface Origin {
  app: string
  field: string
  /** `null`: it may not leave through the door. */
  audience: Audience | null
}

export interface Secret {
  handle: string
  value: string
  origin: Origin
}

/** A row of the keyring at rest. */
export interface SealedSecret {
  handle: string
  sealed: Uint8Array
  /** JSON of the origin; no secret in it. */
  origin: string
}

/** Longest secret, in UTF-8 bytes. */
export const MAX_SECRET_BYTES = 64 * 1024
export const MAX_SECRETS = 1_000
/** Encoded occurrences have handles of their own and do not count as secrets; this bounds them. */
export const MAX_DERIVED = 4_000
/** And this their characters together. */
const MAX_DERIVED_LENGTH = 8 * 1024 * 1024

interface Entry extends Secret {
  /** Whether this is an encoded occurrence of a secret, or several that overlap: searched for as that secret. */
  derived: boolean
}

export class Keyring {
  readonly #seal: RunSeal
  readonly #lower: Keyring | undefined
  readonly #byHandle = new Map<string, Entry>()
  readonly #minted = new Map<string, Entry>()
  readonly #derived = new Map<string, Entry>()
  #derivedLength = 0
  /** The first entry for each value, and the same by the number that the scrubber knows the value by. */
  readonly #firstOf = new Map<string, Entry>()
  readonly #searched: Entry[] = []
  readonly #scrubber: Scrubber
  #unsealed: Entry[] = []
  #incomplete = false
  #destroyed = false

  /** @param lower the run's, for the keyring of an item */
  constructor(seal: RunSeal, lower?: Keyring) {
    this.#seal = seal
    this.#lower = lower
    const names = {
      handleFor: (id: number, text: string | undefined) => this.#handleFor(id, text),
      isLive: (handle: string) => this.get(handle) !== undefined
    }
    this.#scrubber = new Scrubber(names, lower === undefined ? undefined : lower.#scrubber)
  }

  /** @throws Fault `keyring_unreadable` */
  static open(seal: RunSeal, rows: readonly SealedSecret[], lower?: Keyring): Keyring {
    const keyring = new Keyring(seal, lower)
    try {
      keyring.learn(rows)
    } catch (cause) {
      throw new Fault('keyring_unreadable', 'the keyring of this run could not be opened', {
        hint: 'The run cannot go on; replay it with its credentials.',
        cause
      })
    }
    return keyring
  }

  /** Takes in entries that were sealed elsewhere; those that it has stay as they are. @throws Fault `seal_broken` */
  learn(rows: readonly SealedSecret[]): void {
    for (const { handle, sealed, origin: text } of rows) {
      if (this.#byHandle.has(handle)) continue
      const { derived = false, ...origin } = parseOrigin(text)
      // As it was sealed, whatever characters the row writes by number.
      const value = this.#seal.openSecret(handle, sealed, JSON.stringify(JSON.parse(text)))
      this.#keep({ handle, value, origin, derived })
    }
  }

  /**
   * A keyring for an item, on top of this one.
   * @param rows what an earlier life of the item minted
   * @throws Fault `keyring_unreadable`
   */
  above(rows: readonly SealedSecret[] = []): Keyring {
    return Keyring.open(this.#seal, rows, this)
  }

  /**
   * Gives what of an item stands in what its run wrote to the run as well: no more, for many items do so.
   * @param clean that, as this keyring has scrubbed it; without it everything that the item minted
   */
  handDown(clean?: Json): void {
    const found = clean === undefined ? undefined : new Set(JSON.stringify(clean).match(handlePattern()))
    // What stands there encoded does not say which secret it is of.
    const all = found === undefined || [...found].some((handle) => this.#byHandle.get(handle)?.derived === true)
    for (const { handle, value, origin } of this.#minted.values())
      if (all || found.has(handle)) this.#lower?.mint(value, origin)
  }

  /**
   * Takes a value in and returns the handle that stands for it; the same value, app, field and audience have one
   * handle. The value is taken literally, also where it looks like a handle.
   * @throws Fault `secret_too_large`, `too_many_secrets` (413), `secret_empty`
   */
  mint(value: string, origin: Origin): string {
    this.#assertLive()
    const known = this.#mintedAs(contentKey(value, origin))
    if (known !== undefined) return known.handle
    if (value === '') throw new Fault('secret_empty', `the secret ${origin.app}.${origin.field} is empty`)
    try {
      this.#assertRoom(value, origin)
      return this.#new({ handle: makeHandle(origin.app, origin.field), value, origin, derived: false })
    } catch (error) {
      this.#incomplete = true
      throw error
    }
  }

  #mintedAs(key: string): Entry | undefined {
    return this.#minted.get(key) ?? (this.#lower === undefined ? undefined : this.#lower.#mintedAs(key))
  }

  #assertRoom(value: string, { app, field }: Origin): void {
    if (value.length > MAX_SECRET_BYTES || Buffer.byteLength(value) > MAX_SECRET_BYTES) {
      throw new Fault('secret_too_large', `the secret ${app}.${field} is longer than 64 KiB`, { status: 413 })
    }
    if (this.#minted.size >= MAX_SECRETS) {
      throw new Fault('too_many_secrets', `a run can hold ${MAX_SECRETS} secrets`, { status: 413 })
    }
  }

  /** Scrubs like this keyring, but lets through what is the value of one of those secrets. */
  scrubberBut(mayStay: (secret: Secret) => boolean): Pick<Scrubber, 'text' | 'stream'> {
    this.#assertLive()
    const staying = new Set<string>()
    this.some((secret) => {
      if (mayStay(secret)) staying.add(secret.value)
      return false
    })
    const scrubber = new Scrubber({
      handleFor: (id, text) => this.#handleFor(id, text),
      isLive: (handle) => this.get(handle) !== undefined
    })
    for (const [id, { value }] of this.#allSearched()) if (!staying.has(value)) scrubber.add(value, id)
    return scrubber
  }

  /** What is looked for, by the number that the scrubber knows it by. */
  *#allSearched(): Generator<[number, Entry]> {
    if (this.#lower !== undefined) yield* this.#lower.#searched.entries()
    const first = this.#lower === undefined ? 0 : UPPER
    for (const [i, entry] of this.#searched.entries()) yield [first + i, entry]
  }

  /** Whether one of the secrets is so. */
  some(is: (secret: Secret) => boolean): boolean {
    for (const secret of this.#minted.values()) if (is(secret)) return true
    return this.#lower?.some(is) ?? false
  }

  /** Whether this very text is a secret that it holds. */
  knows(value: string): boolean {
    return this.#firstAs(value) !== undefined
  }

  /** Whether a secret was refused: what was written cannot be scrubbed of it, so it has to be withheld. */
  get incomplete(): boolean {
    return this.#incomplete || (this.#lower?.incomplete ?? false)
  }

  get(handle: string): Secret | undefined {
    return this.#byHandle.get(handle) ?? this.#lower?.get(handle)
  }

  /**
   * How many secrets were minted, encoded occurrences apart. It only grows, and once it has grown, what was scrubbed
   * before must be scrubbed again (rule 5 of handles).
   */
  get size(): number {
    return this.#minted.size + (this.#lower?.size ?? 0)
  }

  /** How many values are looked for: several secrets may have one. What an item mints of its run's adds none. */
  get known(): number {
    return this.#searched.length + (this.#lower?.known ?? 0)
  }

  /**
   * Replaces each handle by what `see` returns, once: a handle inside a value stays text.
   * @throws Fault `dead_handle` for handle-shaped text that this keyring does not know
   */
  reveal(text: string, see: (secret: Secret) => string): string {
    if (!text.includes(HANDLE_PREFIX)) return text
    return text.replace(handlePattern(), (handle) => {
      const secret = this.get(handle)
      if (secret === undefined) throw deadHandle(handle)
      return see(secret)
    })
  }

  /** Scrubs strings, keys and numbers; the same value where nothing was found. */
  scrub(value: Json): Json {
    this.#assertLive()
    return this.#scrubber.json(value)
  }

  scrubText(text: string): string {
    this.#assertLive()
    return this.#scrubber.text(text)
  }

  /** For streams of bytes; holds back as much as the longest secret's form could span. */
  scrubStream(): ByteScrub {
    this.#assertLive()
    return this.#scrubber.stream()
  }

  /** The entries minted since the last call, sealed. Whoever commits takes them. */
  takeMinted(): SealedSecret[] {
    const taken = this.#unsealed
    this.#unsealed = []
    return taken.map(({ handle, value, origin, derived }) => {
      const text = JSON.stringify(derived ? { ...origin, derived } : origin)
      return { handle, sealed: this.#seal.sealSecret(handle, value, text), origin: text }
    })
  }

  /** Forgets all values. What is scrubbed later is refused, also by streams that were begun before. */
  destroy(): void {
    this.#destroyed = true
    this.#scrubber.forget()
    for (const map of [this.#byHandle, this.#minted, this.#derived, this.#firstOf]) map.clear()
    this.#searched.length = 0
    this.#unsealed = []
  }

  /** The handle for an occurrence of a secret: its own, if it stands there as it is, or one for this very text. */
  #handleFor(id: number, text: string | undefined): string {
    const secret = this.#searchedAs(id)
    if (secret === undefined) throw new Error('the scrubber named a secret that was never added')
    if (text === undefined) return secret.handle
    const same = this.#firstAs(text)
    if (same !== undefined) return same.handle
    const { origin } = secret
    const known = this.#derivedAs(contentKey(text, origin))
    if (known !== undefined) return known.handle
    if (this.#derived.size >= MAX_DERIVED || this.#derivedLength + text.length > MAX_DERIVED_LENGTH) {
      throw new Fault('too_many_secrets', 'secrets stand in too many encoded forms', { status: 413 })
    }
    return this.#new({ handle: makeHandle(origin.app, origin.field), value: text, origin, derived: true })
  }

  /** An item's own ids begin at `UPPER`. */
  #searchedAs(id: number): Entry | undefined {
    if (this.#lower === undefined) return this.#searched[id]
    return id >= UPPER ? this.#searched[id - UPPER] : this.#lower.#searched[id]
  }

  #firstAs(text: string): Entry | undefined {
    return this.#firstOf.get(text) ?? (this.#lower === undefined ? undefined : this.#lower.#firstAs(text))
  }

  #derivedAs(key: string): Entry | undefined {
    return this.#derived.get(key) ?? (this.#lower === undefined ? undefined : this.#lower.#derivedAs(key))
  }

  #new(entry: Entry): string {
    this.#keep(entry)
    this.#unsealed.push(entry)
    return entry.handle
  }

  #keep(entry: Entry): void {
    const { handle, value, origin, derived } = entry
    // First of all, for it may refuse: what is not searched for must not be known either.
    if (!derived && this.#firstAs(value) === undefined) {
      this.#scrubber.add(value, this.#searched.length)
      this.#firstOf.set(value, entry)
      this.#searched.push(entry)
    }
    this.#byHandle.set(handle, entry)
    const known = derived ? this.#derived : this.#minted
    known.set(contentKey(value, origin), entry)
    if (derived) this.#derivedLength += value.length
  }

  #assertLive(): void {
    if (this.#destroyed) throw new Fault('keyring_destroyed', 'the run has ended and its keyring is gone')
  }

  toJSON(): string {
    return '[Keyring]'
  }

  [inspect.custom](): string {
    return '[Keyring]'
  }
}

function deadHandle(handle: string): Fault {
  const { app, field } = originOfHandle(handle)
  return new Fault('dead_handle', `the handle of ${app}.${field} is dead: its run is another one, or has ended`, {
    hint: `Bind ${app} in this step, so that the run has ${field} of its own.`
  })
}

/** What `takeMinted` wrote; rows are authenticated by the seal of their handle, and written by this module alone. */
function parseOrigin(text: string): Origin & { derived?: boolean } {
  const origin: unknown = JSON.parse(text)
  if (isOrigin(origin)) return origin
  throw new Error('not an origin')
}

function isOrigin(value: unknown): value is Origin & { derived?: boolean } {
  return typeof value === 'object' && value !== null && 'app' in value && 'field' in value && 'audience' in value
}

const audienceKeys = new WeakMap<Audience, string>()

function contentKey(value: string, { app, field, audience }: Origin): string {
  let key = ''
  if (audience !== null) {
    key = audienceKeys.get(audience) ?? JSON.stringify(audience)
    audienceKeys.set(audience, key)
  }
  return `${app}\n${field}\n${key}\n${value}`
}
