/**
 * The text between `{{` and `}}` that needs no parser of JavaScript: a path such as
 * `steps.trigger.event.body.items[0]["x y"].id`, or a quoted text that stands for itself. One pass from left to right; every
 * character is looked at a bounded number of times. All else is an expression.
 */
import type { Problem } from './mistakes.ts'

/** What stood between the braces; `end` is the offset after `}}`. */
export type Braces =
  /** `root`: what the path starts with. That of an item begins with its name. */
  | { kind: 'path'; path: (string | number)[]; source: string; root: 'steps' | 'env' | 'item'; end: number }
  | { kind: 'text'; text: string; end: number }
  /** Neither. `hint` is what was probably meant, at its place, should it be no expression. */
  | { kind: 'other'; hint?: Problem & { at: number } }

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy
const SPACE = /\s*/y
const INDEX = /\d{1,9}(?!\d)/y
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * Reads from `start`, the offset just after `{{`.
 * @param items names that a path may start with besides `steps` and `env`
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
      return literal === undefined ? OTHER : this.#close({ kind: 'text', text: literal })
    }
    const name = this.#match(NAME)
    const root = this.#items.includes(name) ? 'item' : name === 'steps' || name === 'env' ? name : undefined
    if (root === undefined) return OTHER
    const path: (string | number)[] = root === 'item' ? [name] : []
    for (;;) {
      const key = this.#segment()
      if (key === undefined) return this.#other()
      if (key === 'end') break
      path.push(key.key)
    }
    const source = this.#text.slice(from, this.#at)
    return path.length === 0 ? OTHER : this.#close({ kind: 'path', path, source, root })
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

  #close<T extends { kind: 'path' | 'text' }>(found: T): (T & { end: number }) | Extract<Braces, { kind: 'other' }> {
    this.#match(SPACE)
    return this.#text.startsWith('}}', this.#at) ? { ...found, end: this.#at + 2 } : this.#other()
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  /** A key with a hyphen is the one path that reads as an expression, and one that nobody means. */
  #other(): Extract<Braces, { kind: 'other' }> {
    if (this.#text[this.#at] !== '-') return OTHER
    const before = this.#text.slice(this.#start, this.#at)
    const hyphened = /(?:^|\.)([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(before)?.[1]
    const rest = /^[\p{ID_Continue}$-]+/u.exec(this.#text.slice(this.#at, this.#at + 60))?.[0]
    if (hyphened === undefined || rest === undefined) return OTHER
    const head = this.#text.slice(this.#start, this.#at - hyphened.length - 1).trim()
    const message = 'a key with a hyphen goes into brackets and quotes'
    const suggestion = `{{${head}["${hyphened}${rest}"]}}`
    return { kind: 'other', hint: { message, suggestion, at: this.#at } }
  }
}

const OTHER: Braces & { kind: 'other' } = { kind: 'other' }
