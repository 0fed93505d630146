/**
 * Scrubbing: every occurrence of a secret gives way to a handle (I1). A handle stands for an exact string, so an
 * encoded occurrence gets a handle of its own, and revealing restores every byte. Occurrences that overlap are
 * replaced as one.
 *
 * All scrubbing goes through the one class that this module exports. The leak suite proves that it can fail by loading
 * a build in which another module stands in for this one, whose `Scrubber` has the same methods and returns what it is
 * given (Node's `module.registerHooks`, from outside); nothing in here can be switched off.
 */
import type { Json } from '@bellhop/sdk'
import { Finder } from './finder.ts'
import { type JsonVisitor, mapJson } from './json.ts'
import { LayeredFinder, type Search, UPPER } from './layers.ts'
import { needlesOf, numeric, wholeValuesOf } from './needles.ts'
import { type ByteScrub, StreamScrub } from './stream.ts'

/** What a scrubber asks of its keyring. */
export interface Names {
  /** The handle that stands for `text`, an occurrence of the secret `id` in some form; without one, for the secret. */
  handleFor(id: number, text?: string): string
  isLive(handle: string): boolean
}

export class Scrubber {
  readonly #names: Names
  readonly #own: Finder
  readonly #lower: Scrubber | undefined
  /** Of both, where there is a lower one. */
  readonly #finder: Search
  /** Short secrets, which are replaced as whole values only. */
  readonly #whole = new Map<string, number>()
  #ownNumeric = false
  readonly #visitor: JsonVisitor = {
    string: (text) => this.#wholeValue(text) ?? this.#text(text),
    number: (value) => this.#number(value),
    key: (text) => this.#text(text)
  }

  /** @param lower whose secrets are looked for as well; their ids are as they are there, and its own come from `UPPER` on */
  constructor(names: Names, lower?: Scrubber) {
    const isLive = (handle: string): boolean => names.isLive(handle)
    this.#names = names
    this.#lower = lower
    this.#own = new Finder(isLive)
    this.#finder = lower === undefined ? this.#own : new LayeredFinder(this.#own, lower.#finder, isLive)
  }

  /** Looks for `value` from now on; `id` is what `names` knows it by. */
  add(value: string, id: number): void {
    const needles = needlesOf(value)
    this.#own.add(needles, id)
    for (const text of wholeValuesOf(value)) if (!this.#whole.has(text)) this.#whole.set(text, id)
    this.#ownNumeric ||= needles.some(numeric)
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

  /**
   * Strings, keys and numbers; the same value where nothing was found.
   * @throws Fault `value_too_deep`
   */
  json(value: Json): Json {
    try {
      return mapJson(value, this.#visitor)
    } finally {
      this.#finder.rest()
    }
  }

  /** Forgets what to look for, and refuses to search: without it everything would go through (I1). */
  forget(): void {
    this.#own.forget()
    this.#whole.clear()
  }

  stream(): ByteScrub {
    return new StreamScrub(this.#finder, ({ id }, text) => this.#names.handleFor(id, text))
  }

  get #numeric(): boolean {
    return this.#ownNumeric || (this.#lower !== undefined && this.#lower.#numeric)
  }

  #number(value: number): Json {
    if (this.#whole.size === 0 && this.#lower === undefined && !this.#numeric) return value
    const text = String(value)
    const handle = this.#wholeValue(text)
    if (handle !== undefined) return handle
    if (!this.#numeric) return value
    const clean = this.#text(text)
    return clean === text ? value : clean
  }

  #wholeId(text: string): number | undefined {
    const id = this.#whole.get(text)
    if (this.#lower === undefined) return id
    return id === undefined ? this.#lower.#wholeId(text) : UPPER + id
  }

  #wholeValue(text: string): string | undefined {
    const id = this.#wholeId(text)
    return id === undefined ? undefined : this.#names.handleFor(id, text)
  }
}

export type { ByteScrub }
