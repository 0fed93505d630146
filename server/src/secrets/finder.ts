/**
 * Finds secrets in a text, in every form, in one pass over it whatever their number.
 *
 * Every form that can be written down beforehand is indexed by a piece of it (gram-index.ts) and verified where its
 * piece stands. Escapes are undone where the text has any that concern us, twice, and searched again: islands of text,
 * and stretches of base64 or hex that encode escapes.
 *
 * The index is only added to. Work on a text is bounded in proportion to its length: secrets and texts made to
 * resemble each other endlessly end in a Fault, not in a standstill.
 */
import { Fault } from '@bellhop/sdk'
import { unescapeInto } from './escapes.ts'
import { type Find, Finds } from './finds.ts'
import { BASE64, base64Digit, FIRST_NESTED, FORMS, NONE, RAW, shortestNested } from './forms.ts'
import { GramIndex, type GramLength } from './gram-index.ts'
import { indexPiece } from './grams.ts'
import { HANDLE_PREFIX, handlePattern } from './handle.ts'
import { Alphabet, eachIsland } from './islands.ts'
import { Needle, type Whole } from './needle.ts'
import type { NeedleText } from './needles.ts'
import { BACKSLASH, FROM_DIGITS, FROM_FORM, FROM_JSON, FROM_URL, GIVEN, Page, PERCENT } from './page.ts'
import { Pieces } from './pieces.ts'
import { decodeDigits, eachRun } from './runs.ts'
import { findTaken, wipeTaken } from './taken.ts'

/** Needles of all secrets together: many secrets of a thousand lines each are refused. */
const MAX_NEEDLES = 20_000
/** Work on a text before it is refused: so much, and so much for each character. A character compared costs 1. */
const FREE_WORK = 16_000_000
const WORK_PER_CHARACTER = 32
const GRAM_WORK = 4
const HIT_WORK = 24
/** Hits are verified in batches, the longest first: what it covers need not be looked at. */
const BATCH = 64
/** JSON in JSON is the longest form: each character of `\u0041` as another `\u0041`. */
const GROWTH = 36
/** Space for what a length in bytes does not tell: the last escape's own characters. */
const SLACK = 8
const SPACE = 0x20
const PADDING = 0x3d
/** A digit, and `==`. */
const MAX_PADDING = 3
const NOTHING: readonly Find[] = []

// Searching is synchronous and never nested, so all finders share their pages: the text, what its escapes or digits
// mean, and what the escapes in that mean.
const given = new Page(1 << 16)
const first = new Page()
const second = new Page()

type IsLive = (handle: string) => boolean

/** The piece of a needle stands in the page: the needle may. */
interface Hit {
  needle: Needle
  whole: Whole
  start: number
}

/** An index for each length of grams, made when first needed. */
class Indexes {
  readonly all: GramIndex[] = []

  readonly of = (length: GramLength): GramIndex => {
    let index = this.all.find((one) => one.length === length)
    if (index === undefined) this.all.push((index = new GramIndex(length)))
    return index
  }
}

export class Finder {
  readonly #ownHandle: IsLive
  #isLive: IsLive
  readonly #needles: Needle[] = []
  /** Of the forms encoded once at most, and of the nested ones, each by length of gram. */
  readonly #simple = new Indexes()
  readonly #nested = new Indexes()
  /** How many needles' nested forms are indexed: that waits for a text that may hold one. */
  #nestedReady = 0
  readonly #pieces = new Pieces()
  readonly #alphabet = new Alphabet()
  /** Added, and not yet indexed. */
  #added: Needle[] = []
  #forgotten = false
  #longest = 0
  #shortest = Infinity

  // The search that is going on.
  #page = given
  #hits: Hit[] = []
  #finds = new Finds()
  #live: readonly (readonly [start: number, end: number])[] | undefined
  #work = 0

  // Made once: they run in the innermost loops.
  readonly #onHit = (payload: number, position: number) => this.#hit(payload, position)
  readonly #spend = (work: number) => {
    this.#work -= work
    if (this.#work < 0) throw tooCostly()
  }

  /** @param isLive whether this is a handle of ours, which is never searched inside */
  constructor(isLive: IsLive) {
    this.#ownHandle = isLive
    this.#isLive = isLive
  }

  /**
   * Looks for these from now on, on behalf of the secret `id`.
   * @throws Fault `too_many_secrets`
   */
  add(needles: readonly NeedleText[], id: number): void {
    if (this.#needles.length + this.#added.length + needles.length > MAX_NEEDLES) {
      throw new Fault('too_many_secrets', 'the secrets of this run have too many lines', { status: 413 })
    }
    for (const text of needles) {
      const needle = new Needle(text, id)
      this.#added.push(needle)
      this.#longest = Math.max(this.#longest, needle.length)
      this.#shortest = Math.min(this.#shortest, needle.length)
      if (!needle.utf16) this.#alphabet.add(needle.bytes)
    }
  }

  /** Forgets everything; every search from now on throws Fault `keyring_destroyed`. */
  forget(): void {
    this.#forgotten = true
    this.#needles.length = 0
    this.#added.length = 0
    this.#simple.all.length = 0
    this.#nested.all.length = 0
    this.#pieces.forget()
  }

  /** The bytes that the longest form of a secret can span; 0 where there is none. */
  get reach(): number {
    return this.#longest === 0 ? 0 : GROWTH * this.#longest + SLACK
  }

  /** Whether the byte may be part of a secret in some form. */
  mayHold(byte: number): boolean {
    return byte === BACKSLASH || byte === PERCENT || byte === PADDING || this.#alphabet.has(byte)
  }

  /**
   * What to replace in a text: in order, apart from each other. No form is shorter than its secret.
   * @param isLive for a search on behalf of somebody who has more handles
   * @throws Fault `scrub_too_costly`
   */
  inText(text: string, isLive = this.#ownHandle): readonly Find[] {
    if (this.#forgotten) throw forgotten()
    if (text.length < this.#shortest) return NOTHING
    given.setText(text)
    return this.#search(isLive)
  }

  /** @throws Fault `scrub_too_costly` */
  inBytes(bytes: Uint8Array, isLive = this.#ownHandle): readonly Find[] {
    if (this.#forgotten) throw forgotten()
    if (bytes.length < this.#shortest) return NOTHING
    given.setBytes(bytes)
    return this.#search(isLive)
  }

  /** To be called after one or more searches: leaves nothing of their texts in memory. */
  rest(): void {
    for (const page of [given, first, second]) page.wipe()
    wipeTaken()
    this.#hits = []
    this.#live = undefined
    if (this.#finds.all.length > 0) this.#finds = new Finds()
  }

  #search(isLive: IsLive): readonly Find[] {
    this.#isLive = isLive
    if (this.#added.length > 0) this.#indexAdded()
    if (this.#finds.all.length > 0) this.#finds = new Finds()
    this.#live = undefined
    this.#work = FREE_WORK + WORK_PER_CHARACTER * given.length
    this.#scan(given)
    if (given.hasEscape) this.#searchEscaped()
    this.#searchRuns()
    return this.#finds.all
  }

  #indexAdded(): void {
    const added = this.#added
    this.#added = []
    if (added.length > 1) added.sort((a, b) => a.length - b.length)
    for (const needle of added) {
      if (!this.#pieces.choose(needle)) continue
      const place = this.#needles.push(needle) - 1
      indexPiece(needle.piece, 0, needle.utf16 ? 1 : FIRST_NESTED, place, this.#simple.of)
    }
  }

  #indexNested(): void {
    for (; this.#nestedReady < this.#needles.length; this.#nestedReady++) {
      const needle = this.#needles[this.#nestedReady]
      if (needle === undefined || needle.utf16) continue
      indexPiece(needle.piece, FIRST_NESTED, FORMS.length, this.#nestedReady, this.#nested.of)
    }
  }

  #searchEscaped(): void {
    eachIsland(given, this.#shortest, this.#alphabet, (start, end, json, url) => {
      for (const kind of this.#kinds(json, url)) {
        unescapeInto(first, given, start, end, kind)
        this.#scan(first)
        this.#searchInner()
      }
    })
  }

  /** Nested forms, and escapes that are encoded, stand in runs of digits. */
  #searchRuns(): void {
    const nested = shortestNested(this.#shortest)
    eachRun(
      given,
      this.#shortest,
      this.#alphabet,
      (from, to) => {
        if (to - from < nested) return
        if (this.#nestedReady < this.#needles.length) this.#indexNested()
        this.#scanWith(this.#nested, given, from, to)
      },
      (from, to, bits) => {
        decodeDigits(first, given, from, to, bits)
        this.#searchInner()
      }
    )
  }

  /** The second level: escapes in what the first page holds. */
  #searchInner(): void {
    eachIsland(first, this.#shortest, this.#alphabet, (start, end, json, url) => {
      for (const kind of this.#kinds(json, url)) {
        unescapeInto(second, first, start, end, kind)
        this.#scan(second)
      }
    })
  }

  #kinds(json: boolean, url: boolean): readonly number[] {
    const spaces = url && this.#alphabet.has(SPACE)
    return [...(json ? [FROM_JSON] : []), ...(url ? [FROM_URL] : []), ...(spaces ? [FROM_FORM] : [])]
  }

  #scan(page: Page): void {
    this.#scanWith(this.#simple, page, 0, page.length)
  }

  #scanWith(indexes: Indexes, page: Page, from: number, to: number): void {
    this.#page = page
    for (const index of indexes.all) index.scan(page.words, from, to, this.#onHit)
    if (this.#hits.length > 0) this.#verifyHits()
  }

  #hit(payload: number, position: number): void {
    this.#spend(GRAM_WORK)
    const needle = this.#needles[payload >>> 7]
    const page = this.#page
    if (needle === undefined || (needle.utf16 && page.text === undefined)) return
    const whole = needle.whole((payload >>> 2) & 31)
    const start = position - (payload & 3) - whole.before
    const end = start + whole.length
    if (end > page.length || (start >= 0 && this.#finds.cover(page.origin(start), page.origin(end)))) return
    if (!page.isEscaped && needle.isRefuted(page, start, whole)) return
    this.#spend(HIT_WORK)
    this.#hits.push({ needle, whole, start })
    if (this.#hits.length === BATCH) this.#verifyHits()
  }

  #verifyHits(): void {
    const hits = this.#hits
    this.#hits = []
    if (hits.length > 1) hits.sort((a, b) => b.whole.length - a.whole.length)
    for (const hit of hits) this.#verify(hit)
  }

  #verify({ needle, whole, start }: Hit): void {
    const page = this.#page
    const end = start + whole.length
    if (start >= 0 && this.#finds.cover(page.origin(start), page.origin(end))) return
    const wrong = needle.mismatch(page, start, whole, !page.isEscaped)
    this.#spend(whole.length - wrong)
    if (wrong > 0) {
      const taken = findTaken(page, needle, whole, start, wrong, this.#spend)
      if (taken !== undefined) this.#keep(taken.start, taken.end, needle, false)
    } else if (page.text === undefined || needle.confirm(page.text, start, whole)) {
      const { outer } = whole.form
      const to = outer === BASE64 ? endOfDigits(page, end, whole.span.goesOn) : end
      const stop = page.parent?.kind === FROM_DIGITS ? endOfDigits(given, page.origin(to), false) : page.origin(to)
      this.#keep(page.origin(start), stop, needle, outer === RAW && page.kind === GIVEN)
    }
  }

  #keep(start: number, end: number, { id }: Needle, raw: boolean): void {
    this.#live ??= this.#liveHandles()
    for (const [from, to] of this.#live) if (start < to && end > from && (start > from || end < to)) return
    this.#finds.add({ start, end, id, length: end - start, raw })
  }

  /** Where live handles stand: they are not secrets, whatever they look like. Looked up when something is found. */
  #liveHandles(): [start: number, end: number][] {
    const text = given.text ?? Buffer.from(given.bytes.buffer, 0, given.length).toString('latin1')
    if (!text.includes(HANDLE_PREFIX)) return []
    const live: [number, number][] = []
    for (const { 0: handle, index } of text.matchAll(handlePattern())) {
      if (this.#isLive(handle)) live.push([index, index + handle.length])
    }
    return live
  }
}

/** Where base64 that ends with a secret ends: its last digit may say less than six bits, and be followed by padding. */
function endOfDigits(page: Page, at: number, goesOn: boolean): number {
  const isDigit = (index: number) => page.exactAt(index) < 0x80 && base64Digit(page.exactAt(index)) !== NONE
  let end = goesOn && isDigit(at) && !isDigit(at + 1) ? at + 1 : at
  while (end < at + MAX_PADDING && page.exactAt(end) === PADDING) end++
  return end
}

function forgotten(): Fault {
  return new Fault('keyring_destroyed', 'the run has ended and its keyring is gone')
}

function tooCostly(): Fault {
  return new Fault('scrub_too_costly', 'secrets and text resemble each other too much to be told apart in time', {
    status: 413,
    hint: 'Pass secrets that do not consist of repetitions.'
  })
}
