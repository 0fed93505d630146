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
import { Alphabet, decodeAt, eachIsland, unescapeInto } from './escapes.ts'
import { type Form, FORMS, RAW, type Span, spanOf } from './forms.ts'
import { CASE_FOLD, GramIndex, type GramLength } from './gram-index.ts'
import { indexPiece } from './grams.ts'
import { HANDLE_PREFIX, handlePattern } from './handle.ts'
import { Needle } from './needle.ts'
import { needlesOf } from './needles.ts'
import { BACKSLASH, FROM_DIGITS, FROM_FORM, FROM_JSON, FROM_URL, GIVEN, Page, PERCENT } from './page.ts'
import { decodeDigits, eachStretch } from './runs.ts'

/** Something to replace: one occurrence, or several that overlap. */
export interface Find {
  start: number
  end: number
  /** The secret of the longest occurrence in it. */
  id: number
  /** How long that one is, and whether it stands there unencoded. */
  length: number
  raw: boolean
}

/** Needles of all secrets together: many secrets of a thousand lines each are refused. */
const MAX_NEEDLES = 20_000
/** Tries to find a piece that no other needle has. */
const ATTEMPTS = 12
/** Characters compared in vain before a text is refused: so many, and so many for each of its own. */
const FREE_WORK = 50_000_000
const WORK_PER_CHARACTER = 64
/** A stray backslash or percent sign before an escaped secret takes at most so many of its characters. */
const MAX_TAKEN = 6
/** How far from where the rest of the secret goes on its beginning is looked for: an escaped escape before, one after. */
const TAKEN_BEFORE = 40
const TAKEN_AFTER = 12
/** Hex of hex is the longest form without escapes. */
const LITERAL_GROWTH = 4
/** Space in a stretch for what a length in bytes does not tell: the last escape's own characters. */
const SLACK = 8

// Searching is synchronous and never nested, so all finders share their pages: the text, what its escapes or digits
// mean, and what the escapes in that mean.
const given = new Page(1 << 16)
const first = new Page()
const second = new Page()
const spare = new Page()
const spareInner = new Page()

export class Finder {
  readonly #isLive: (handle: string) => boolean
  readonly #needles: Needle[] = []
  readonly #indexes: GramIndex[] = []
  readonly #pieces = new Map<number, Needle>()
  readonly #alphabet = new Alphabet()
  #longest = 0
  #shortest = Infinity

  // The search that is going on.
  #page = given
  #finds: Find[] = []
  #live: [start: number, end: number][] | undefined
  #work = 0
  readonly #onHit = (payload: number, position: number) => this.#verify(payload, position)

  readonly #indexOf = (length: GramLength) => {
    const known = this.#indexes.find((index) => index.length === length)
    if (known !== undefined) return known
    const index = new GramIndex(length)
    this.#indexes.push(index)
    return index
  }

  constructor(isLive: (handle: string) => boolean) {
    this.#isLive = isLive
  }

  /**
   * Looks for `value` from now on.
   * @throws Fault `too_many_secrets`
   */
  add(value: string, id: number): void {
    for (const text of needlesOf(value)) {
      if (this.#needles.length === MAX_NEEDLES) {
        throw new Fault('too_many_secrets', 'the secrets of this run have too many lines', { status: 413 })
      }
      const needle = new Needle(text, id)
      this.#index(needle, this.#needles.push(needle) - 1)
    }
  }

  /** The bytes that the longest form of a secret can span, with escapes and without. */
  get reach(): { escaped: number; plain: number } {
    return {
      escaped: 36 * this.#longest + SLACK,
      plain: 12 * this.#longest + SLACK
    }
  }

  /** Whether the byte may be part of a secret in some form. */
  mayHold(byte: number): boolean {
    return byte === BACKSLASH || byte === PERCENT || this.#alphabet.has(byte)
  }

  /** What to replace in a text: in order, apart from each other. No form is shorter than its secret. */
  inText(text: string): readonly Find[] {
    if (text.length < this.#shortest) return NOTHING
    given.setText(text)
    return this.#search()
  }

  inBytes(bytes: Uint8Array): readonly Find[] {
    if (bytes.length < this.#shortest) return NOTHING
    given.setBytes(bytes)
    return this.#search()
  }

  /** To be called after one or more searches: leaves nothing of their texts in memory. */
  rest(): void {
    for (const page of [given, first, second, spare, spareInner]) page.wipe()
    this.#finds = []
    this.#live = undefined
  }

  #index(needle: Needle, place: number): void {
    this.#choosePiece(needle)
    this.#longest = Math.max(this.#longest, needle.length)
    this.#shortest = Math.min(this.#shortest, needle.length)
    if (!needle.utf16) for (const byte of needle.bytes) this.#alphabet.add(byte)
    indexPiece(needle.piece(), needle.pieceLength, needle.utf16, place, this.#indexOf)
  }

  /** A piece of its own for each needle, if it has one: tokens of one vendor share their beginning, keys their end. */
  #choosePiece(needle: Needle): void {
    const { bytes } = needle
    const keyAt = (at: number) =>
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24) |
      CASE_FOLD
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      needle.from = needle.candidate(attempt)
      const key = keyAt(needle.from)
      const other = this.#pieces.get(key)
      if (other === undefined && key !== Math.imul(key & 0xff, 0x01010101)) {
        this.#pieces.set(key, needle)
        return
      }
    }
  }

  #search(): readonly Find[] {
    if (this.#finds.length > 0) this.#finds = []
    this.#live = undefined
    this.#work = FREE_WORK + WORK_PER_CHARACTER * given.length
    this.#scan(given)
    if (given.hasEscape) this.#searchEscaped()
    this.#searchDigits()
    return this.#finds.length === 0 ? NOTHING : join(this.#finds)
  }

  #scan(page: Page): void {
    this.#page = page
    for (const index of this.#indexes) index.scan(page.words, page.length, this.#onHit)
  }

  #searchEscaped(): void {
    const reach = LITERAL_GROWTH * this.#longest + SLACK
    eachIsland(given, reach, this.#alphabet, (start, end, json, url) => {
      for (const kind of this.#kinds(json, url)) {
        unescapeInto(first, given, start, end, kind)
        this.#scan(first)
        this.#searchInner(reach)
      }
    })
  }

  #searchDigits(): void {
    const reach = this.#longest + SLACK
    eachStretch(given, this.#shortest, reach, this.#alphabet, (from, to, bits) => {
      decodeDigits(first, given, from, to, bits)
      this.#searchInner(reach)
    })
  }

  /** The second level: escapes in what the first page holds. */
  #searchInner(reach: number): void {
    eachIsland(first, reach, this.#alphabet, (start, end, json, url) => {
      for (const kind of this.#kinds(json, url)) {
        unescapeInto(second, first, start, end, kind)
        this.#scan(second)
      }
    })
  }

  #kinds(json: boolean, url: boolean): readonly number[] {
    const spaces = this.#alphabet.has(0x20)
    return [...(json ? [FROM_JSON] : []), ...(url ? [FROM_URL] : []), ...(url && spaces ? [FROM_FORM] : [])]
  }

  #verify(payload: number, position: number): void {
    const needle = this.#needles[payload >>> 7]
    const form = FORMS[(payload >>> 2) & 31]
    if (needle === undefined || form === undefined) return
    const page = this.#page
    if (needle.utf16 && page.text === undefined) return
    const span = spanOf(needle.length, needle.from, form)
    const start = position - (payload & 3) - span.before
    if (start + span.length > page.length) return
    if (start >= 0 && this.#covered(page.origin(start), page.origin(start + span.length))) return
    const wrong = needle.mismatch(page, start, form, span.innerShift, span.outerShift)
    this.#work -= span.length - wrong
    if (this.#work < 0) throw tooCostly()
    if (wrong > 0) this.#verifyTaken(page, needle, form, span, start, wrong)
    else if (page.text === undefined || needle.confirm(page.text, start, span.length, form)) {
      this.#keep(page.origin(start), page.origin(start + span.length), needle, form)
    }
  }

  /**
   * A stray escape character before an escaped secret takes the secret's first characters with it: `\` before
   * `\u0073ecret` reads as a backslash and `u0073ecret`. So where all but the first characters agree, they are read
   * again from every place at which they may begin.
   */
  #verifyTaken(page: Page, needle: Needle, form: Form, span: Span, start: number, wrong: number): void {
    const { parent } = page
    if (wrong > MAX_TAKEN || !isEscaped(page) || parent === undefined) return
    const below = isEscaped(parent) ? parent.parent : undefined
    const base = below ?? parent
    const place = (index: number) => (below === undefined ? page.map[index] : parent.map[page.map[index] ?? 0]) ?? 0
    const end = place(start + span.length)
    const about = place(Math.max(0, start + wrong))
    const firstKind = below === undefined ? page.kind : parent.kind
    for (let begin = Math.min(end, about + TAKEN_AFTER); begin >= Math.max(0, about - TAKEN_BEFORE); begin--) {
      const code = decodeAt(base, begin, firstKind) >> 4
      const plain = code < 0x80 && (below === undefined || (code !== BACKSLASH && code !== PERCENT))
      if (plain && !needle.agrees(code, 0, form, span.innerShift, span.outerShift)) continue
      this.#work -= end - begin
      if (this.#work < 0) throw tooCostly()
      unescapeInto(spare, base, begin, end, firstKind)
      if (below !== undefined) unescapeInto(spareInner, spare, 0, spare.length, page.kind)
      const read = below === undefined ? spare : spareInner
      if (read.length !== span.length || needle.mismatch(read, 0, form, span.innerShift, span.outerShift) > 0) continue
      this.#keep(base.origin(begin), base.origin(end), needle, form)
      return
    }
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

  /** Whether a longer find contains this already. */
  #covered(start: number, end: number): boolean {
    const last = this.#finds.at(-1)
    return last !== undefined && start >= last.start && end <= last.end && end - start < last.length
  }

  #keep(start: number, end: number, needle: Needle, form: Form): void {
    this.#live ??= this.#liveHandles()
    for (const [from, to] of this.#live) if (start < to && end > from && (start > from || end < to)) return
    const find = {
      start,
      end,
      id: needle.id,
      length: end - start,
      raw: form.outer === RAW && this.#page.kind === GIVEN
    }
    const last = this.#finds.at(-1)
    if (last !== undefined && start < last.end && end > last.start) merge(last, find)
    else this.#finds.push(find)
  }
}

const NOTHING: readonly Find[] = []

function isEscaped(page: Page): boolean {
  return page.kind !== GIVEN && page.kind !== FROM_DIGITS
}

/** Takes another find into one that it overlaps. The longest occurrence names it; of equals the unencoded, the older. */
function merge(find: Find, other: Find): void {
  const better =
    other.length > find.length ||
    (other.length === find.length && (other.raw !== find.raw ? other.raw : other.id < find.id))
  if (better) {
    find.id = other.id
    find.length = other.length
    find.raw = other.raw
  }
  find.start = Math.min(find.start, other.start)
  find.end = Math.max(find.end, other.end)
}

/** Orders finds and joins those that overlap: nothing of either secret may stay. */
function join(finds: Find[]): Find[] {
  if (finds.length < 2) return finds
  const joined: Find[] = []
  for (const find of finds.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last !== undefined && find.start < last.end) merge(last, find)
    else joined.push(find)
  }
  return joined
}

function tooCostly(): Fault {
  return new Fault('scrub_too_costly', 'secrets and text resemble each other too much to be told apart in time', {
    status: 413,
    hint: 'Pass secrets that do not consist of repetitions.'
  })
}
