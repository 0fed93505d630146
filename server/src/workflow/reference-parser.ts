/**
 * The text between `{{` and `}}`: a path such as `steps.trigger.event.body.items[0]["x y"].id`, or a quoted text that
 * stands for itself. One pass from left to right; every character is looked at a bounded number of times.
 */
import { unknownWord, type Problem } from './mistakes.ts'

/** What stood between the braces; `end` is the offset after `}}`. */
export type Braces =
  /** `item`: the path starts with the name of an item, not of a step. */
  | { kind: 'path'; path: (string | number)[]; source: string; item: boolean; end: number }
  | { kind: 'text'; text: string; end: number }
  /** `at` is the offset of what is wrong; `end` is where reading can go on. */
  | { kind: 'wrong'; problem: Problem; at: number; end: number }

const EXAMPLE = '{{steps.trigger.event.body.items[0].id}}'
const ONLY_PATHS = `only paths are supported between {{ and }} for now, such as ${EXAMPLE}`
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy
const SPACE = /\s*/y
/** What follows a name that is the beginning of a path, or all of it. */
const PATH_GOES_ON = /^(?:[.[]|\s*\}\})/
const INDEX = /\d{1,9}(?!\d)/y
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * Reads from `start`, the offset just after `{{`.
 * @param items names that a path may start with besides `steps`
 */
export function readBraces(text: string, start: number, items: readonly string[] = []): Braces {
  return new Reader(text, start, items).read()
}

class Reader {
  readonly #text: string
  readonly #start: number
  readonly #items: readonly string[]
  #at: number

  constructor(text: string, start: number, items: readonly string[]) {
    this.#text = text
    this.#start = start
    this.#items = items
    this.#at = start
  }

  read(): Braces {
    this.#match(SPACE)
    const from = this.#at
    if (this.#isQuote()) {
      const literal = this.#quoted()
      return literal === undefined ? this.#wrong() : this.#close({ kind: 'text', text: literal })
    }
    const root = this.#match(NAME)
    const item = this.#items.includes(root)
    if (root !== 'steps' && !item)
      return this.#wrong(
        from,
        rootProblem(root, this.#items, PATH_GOES_ON.test(this.#text.slice(this.#at, this.#at + 60)))
      )
    const path: (string | number)[] = item ? [root] : []
    for (;;) {
      const key = this.#segment()
      if (key === undefined) return this.#wrong()
      if (key === 'end') break
      path.push(key.key)
    }
    const source = this.#text.slice(from, this.#at)
    if (path.length === 0) return this.#wrong(from, { message: `\`steps\` needs the name of a step, as in ${EXAMPLE}` })
    return this.#close({ kind: 'path', path, source, item })
  }

  /** The next `.key` or `[key]`; `end` where the path is over, `undefined` where it is wrong. */
  #segment(): { key: string | number } | 'end' | undefined {
    const next = this.#text[this.#at]
    if (next === '.') {
      this.#at += 1
      const key = this.#match(NAME)
      return key === '' ? undefined : { key }
    }
    if (next !== '[') return 'end'
    this.#at += 1
    this.#match(SPACE)
    const key = this.#isQuote() ? this.#quoted() : this.#index()
    this.#match(SPACE)
    if (key === undefined || this.#text[this.#at] !== ']') return undefined
    this.#at += 1
    return { key }
  }

  #index(): number | undefined {
    const digits = this.#match(INDEX)
    return digits === '' ? undefined : Number(digits)
  }

  #isQuote(): boolean {
    const next = this.#text[this.#at]
    return next === '"' || next === "'"
  }

  /** A text in single or double quotes, with the escapes of JSON and `\'`. */
  #quoted(): string | undefined {
    const mark = this.#text[this.#at]
    let value = ''
    for (let at = this.#at + 1; at < this.#text.length; at += 1) {
      const char = this.#text.charAt(at)
      if (char === mark) {
        this.#at = at + 1
        return value
      }
      if (char !== '\\') {
        value += char
        continue
      }
      at += 1
      const escaped = this.#text.charAt(at)
      if (escaped !== 'u') {
        value += ESCAPES[escaped] ?? escaped
        continue
      }
      const digits = this.#text.slice(at + 1, at + 5)
      if (!/^[0-9a-f]{4}$/i.test(digits)) return undefined
      value += String.fromCharCode(Number.parseInt(digits, 16))
      at += 4
    }
    return undefined
  }

  #close<T extends { kind: 'path' | 'text' }>(found: T): (T & { end: number }) | Extract<Braces, { kind: 'wrong' }> {
    this.#match(SPACE)
    return this.#text.startsWith('}}', this.#at) ? { ...found, end: this.#at + 2 } : this.#wrong()
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #wrong(at = this.#at, problem?: Problem): Extract<Braces, { kind: 'wrong' }> {
    const close = this.#text.indexOf('}}', this.#at)
    if (close === -1) {
      const message = `{{ is never closed with }}; to write the braces themselves, put them in quotes: {{'{{'}}`
      return { kind: 'wrong', problem: { message }, at: this.#start - 2, end: this.#text.length }
    }
    return { kind: 'wrong', problem: problem ?? this.#explain(), at, end: close + 2 }
  }

  /** The usual ways in which a path becomes an expression, each with what to write instead. */
  #explain(): Problem {
    if (this.#text.startsWith('?.', this.#at)) {
      const message = 'write `.` instead of `?.`: a path that leads nowhere is empty, not an error'
      return { message, expected: `a path, such as ${EXAMPLE}` }
    }
    if (this.#text[this.#at] === '-') {
      const hyphened = /(?:^|\.)([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(
        this.#text.slice(this.#start, this.#at)
      )?.[1]
      const rest = /^[\p{ID_Continue}$-]+/u.exec(this.#text.slice(this.#at, this.#at + 60))?.[0]
      if (hyphened !== undefined && rest !== undefined) {
        const head = this.#text.slice(this.#start, this.#at - hyphened.length - 1).trim()
        const suggestion = `{{${head}["${hyphened}${rest}"]}}`
        return {
          message: 'a key with a hyphen goes into brackets and quotes',
          expected: `a path, such as ${EXAMPLE}`,
          suggestion
        }
      }
    }
    return { message: ONLY_PATHS, expected: `a path, such as ${EXAMPLE}` }
  }
}

function rootProblem(root: string, items: readonly string[], isPath: boolean): Problem {
  const expected = `a path, such as ${EXAMPLE}`
  if (root === 'event')
    return { message: 'a path starts with `steps`', expected, suggestion: '{{steps.trigger.event}}' }
  if (root === 'trigger')
    return { message: 'a path starts with `steps`', expected, suggestion: '{{steps.trigger.event}}' }
  if (root === '' || !isPath) return { message: ONLY_PATHS, expected }
  const problem = unknownWord('name', root, ['steps', ...items])
  if (problem.suggestion !== undefined) return { ...problem, expected }
  const roots =
    items.length === 0 ? '`steps`' : `\`steps\` or the item’s name, ${items.map((item) => `\`${item}\``).join(', ')}`
  return { message: problem.message, expected: `a path that starts with ${roots}, such as ${EXAMPLE}` }
}
