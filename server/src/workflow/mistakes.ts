/**
 * Mistakes of a definition: what they carry, and how they are worded. A mistake quotes names that the author wrote
 * (keys, slugs, step names), shortened and printable; it never quotes a value that could be a credential.
 */
import { distance } from 'fastest-levenshtein'

/** Where something stands in a definition: keys and list positions from the root. */
export type Path = readonly (string | number)[]

/** One thing that is wrong with a definition, or (as a warning) that deserves a second look. */
export interface Mistake {
  /** `steps[0].auth.slack`; empty for the definition as a whole. */
  path: string
  /** 1-based, where the definition came as text. */
  line?: number
  /** 1-based, in UTF-16 units. */
  column?: number
  message: string
  /** What may stand there. */
  expected?: string
  /** What to write instead. */
  suggestion?: string
}

/** A mistake that does not know yet where it stands. */
export interface Problem {
  message: string
  expected?: string
  suggestion?: string
}

/** A line and a column of a text that stands in a definition, from 1. */
export interface TextPlace {
  line: number
  column: number
}

/**
 * Where exactly at a path: its key, its value, so many UTF-16 units into its text, a line and column of its text; or an
 * offset into the source.
 */
export type Spot = 'key' | 'value' | number | TextPlace | { offset: number }

/** Finds the line and column of a path; `undefined` where the definition did not come as text. */
export type Locate = (path: Path, spot: Spot) => { line: number; column: number } | undefined

/** More than this helps nobody; the last one then says how many were left out. */
const MOST_MISTAKES = 100

/** Collects the mistakes of one definition, in the order in which they are found. */
export class Report {
  readonly #locate: Locate
  readonly #mistakes: Mistake[] = []
  #leftOut = 0

  constructor(locate: Locate = () => undefined) {
    this.#locate = locate
  }

  add(path: Path, problem: Problem, spot: Spot = 'value'): void {
    if (this.#mistakes.length >= MOST_MISTAKES) this.#leftOut += 1
    else this.#mistakes.push({ path: formatPath(path), ...this.#locate(path, spot), ...named(problem, path) })
  }

  get count(): number {
    return this.#mistakes.length + this.#leftOut
  }

  get empty(): boolean {
    return this.#mistakes.length === 0
  }

  /** Those at one of these paths or below it, by their place in the text. */
  about(...paths: Path[]): Mistake[] {
    const prefixes = paths.map(formatPath)
    return this.list().filter(({ path }) => prefixes.some((prefix) => isBelow(path, prefix)))
  }

  /** The mistakes by their place in the text, where it is known. */
  list(): Mistake[] {
    const place = (m: Mistake): number => (m.line ?? 0) * 1e6 + (m.column ?? 0)
    const sorted = this.#mistakes.toSorted((a, b) => place(a) - place(b))
    if (this.#leftOut > 0)
      sorted.push({ path: '', message: `${this.#leftOut} more mistakes were left out of this list` })
    return sorted
  }
}

function named(problem: Problem, path: Path): Problem {
  if (problem.message !== MISSING) return problem
  return { ...problem, message: `${quote(formatPath(path.slice(-1)))} ${MISSING}` }
}

function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && /^(?:$|[.[])/.test(path.slice(prefix.length))
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/

/** `['steps', 0, 'auth', 'x y']` → `steps[0].auth["x y"]`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else if (!IDENTIFIER.test(key)) text += `[${JSON.stringify(printable(key))}]`
    else text += text === '' ? key : `.${key}`
  }
  return text
}

const LONGEST_QUOTE = 60

/** A name as a message may show it: one line, printable, of bounded length. */
function printable(word: string): string {
  const line = word.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line
}

export function quote(word: string): string {
  return `\`${printable(word)}\``
}

/** `a, b or c`, each in backticks. */
export function choices(words: readonly string[], joint = 'or'): string {
  const quoted = words.map(quote)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} ${joint} ${last}`
}

const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '')
const letters = (word: string): string => plain(word).split('').toSorted().join('')

/** How far a word is from another: nothing but case and separators is 0, letters that changed places are 1. */
function apart(word: string, other: string): number {
  if (plain(word) === plain(other)) return 0
  return letters(word) === letters(other) ? 1 : distance(word, other)
}

/** The known word that was probably meant: the same but for case and separators, or a third of its letters away. */
function closest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 100) return undefined
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const far = apart(word, candidate)
    if (far < least) {
      best = candidate
      least = far
    }
  }
  return best
}

/**
 * ``unknown action `slack-sendmessage`; did you mean `slack-send-message`?``, or what there is to choose from.
 * `of` says whose word it should be.
 */
export function unknownWord(what: string, word: string, known: readonly string[], of = ''): Problem {
  const meant = closest(word, known)
  const unknown = `unknown ${what} ${quote(word)}${of === '' ? '' : ` of ${of}`}`
  if (meant !== undefined) return { message: `${unknown}; did you mean ${quote(meant)}?`, suggestion: meant }
  if (known.length === 0 || known.length > 30) return { message: unknown }
  return { message: unknown, expected: choices(known) }
}

/** For something that should be there; the report puts its name in front. */
export const MISSING = 'is missing'

/** What a value is, in the words of a definition. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
      return 'a number'
    case 'boolean':
      return String(value)
    default:
      return 'an object'
  }
}

/** The value as an object of a definition, or `undefined` where it is something else. */
export function asObject(value: unknown): Record<string, unknown> | undefined {
  return isObject(value) ? value : undefined
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
