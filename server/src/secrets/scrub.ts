/**
 * Scrubbing: every occurrence of a secret gives way to a handle (I1). A handle stands for an exact string, so an
 * encoded occurrence gets a handle of its own, and revealing restores every byte. Occurrences that overlap are
 * replaced as one.
 *
 * All scrubbing goes through the one class that this module exports. The leak suite proves that it can fail by loading
 * a build in which another module stands in for this one, whose `Scrubber` has the same methods and returns what it is
 * given (Node's `module.registerHooks`, from outside); nothing in here can be switched off.
 */
import { Fault, type Json } from '@bellhop/sdk'
import { Finder } from './finder.ts'
import { needlesOf, numeric, wholeValuesOf } from './needles.ts'
import { type ByteScrub, StreamScrub } from './stream.ts'

/** What a scrubber asks of its keyring. */
export interface Names {
  /** The handle that stands for `text`, an occurrence of the secret `id` in some form; without one, for the secret. */
  handleFor(id: number, text?: string): string
  isLive(handle: string): boolean
}

/** Deeper values are refused, before they exhaust the stack. */
const MAX_DEPTH = 1_000

export class Scrubber {
  readonly #names: Names
  readonly #finder: Finder
  /** Short secrets, which are replaced as whole values only. */
  readonly #whole = new Map<string, number>()
  #numeric = false

  constructor(names: Names) {
    this.#names = names
    this.#finder = new Finder((handle) => names.isLive(handle))
  }

  /** Looks for `value` from now on; `id` is what `names` knows it by. */
  add(value: string, id: number): void {
    const needles = needlesOf(value)
    this.#finder.add(needles, id)
    for (const text of wholeValuesOf(value)) if (!this.#whole.has(text)) this.#whole.set(text, id)
    this.#numeric ||= needles.some(numeric)
  }

  text(text: string): string {
    try {
      return this.#text(text)
    } finally {
      this.#finder.rest()
    }
  }

  #text(text: string): string {
    const finds = this.#finder.inText(text)
    if (finds.length === 0) return text
    let out = ''
    let done = 0
    for (const find of finds) {
      out += text.slice(done, find.start) + this.#names.handleFor(find.id, text.slice(find.start, find.end))
      done = find.end
    }
    return out + text.slice(done)
  }

  /** Strings, keys and numbers; the same value where nothing was found. */
  json(value: Json): Json {
    try {
      return this.#json(value, 0)
    } finally {
      this.#finder.rest()
    }
  }

  /** Forgets what to look for, and refuses to search: without it everything would go through (I1). */
  forget(): void {
    this.#finder.forget()
    this.#whole.clear()
  }

  stream(): ByteScrub {
    return new StreamScrub(this.#finder, ({ id }, text) => this.#names.handleFor(id, text))
  }

  #json(value: Json, depth: number): Json {
    if (typeof value === 'string') return this.#wholeOr(value) ?? this.#text(value)
    if (typeof value === 'number') return this.#number(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth === MAX_DEPTH) {
      throw new Fault('value_too_deep', `a value is nested more than ${MAX_DEPTH} levels deep`, { status: 413 })
    }
    return Array.isArray(value) ? this.#array(value, depth) : this.#object(value, depth)
  }

  #array(items: Json[], depth: number): Json[] {
    let copy: Json[] | undefined
    for (let i = 0; i < items.length; i++) {
      const item = items[i] ?? null
      const clean = this.#json(item, depth + 1)
      if (clean !== item) (copy ??= [...items])[i] = clean
    }
    return copy ?? items
  }

  #object(value: { [key: string]: Json }, depth: number): { [key: string]: Json } {
    let entries: [string, Json][] | undefined
    const keys = Object.keys(value)
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? ''
      const item = value[key] ?? null
      const name = this.#text(key)
      const clean = this.#json(item, depth + 1)
      if (name === key && clean === item) continue
      entries ??= Object.entries(value)
      entries[i] = [name, clean]
    }
    // fromEntries defines properties, so a key `__proto__` stays a key
    return entries === undefined ? value : Object.fromEntries(entries)
  }

  #number(value: number): Json {
    if (this.#whole.size === 0 && !this.#numeric) return value
    const text = String(value)
    const handle = this.#wholeOr(text)
    if (handle !== undefined) return handle
    if (!this.#numeric) return value
    const clean = this.#text(text)
    return clean === text ? value : clean
  }

  #wholeOr(text: string): string | undefined {
    if (this.#whole.size === 0) return undefined
    const id = this.#whole.get(text)
    return id === undefined ? undefined : this.#names.handleFor(id, text)
  }
}

export type { ByteScrub }
