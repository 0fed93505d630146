/**
 * Parameters of a statement. They are written `$1`, `$2`, … for every database; where a database writes them otherwise,
 * its own way is put in their place. Only the text of a definition or of a configuration comes here, never a value: a
 * value goes beside the text, as the protocol's parameter.
 */
import type { Dialect } from './dialects.ts'

/** A statement in pieces: text as it was written, and numbers of parameters. */
export interface Statement {
  pieces: readonly (string | number)[]
  /** What keeps it from being run, as a predicate; undefined where nothing does. */
  problem: string | undefined
}

const WORD = /[\w$\u0080-\uffff]/
const PARAMETER = /\$([1-9]\d{0,4})(?![\w$\u0080-\uffff])/y
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y
const SPACE = /\s/

/** Reads a statement. Linear in its length; never throws. */
export function readStatement(sql: string, dialect: Dialect): Statement {
  const pieces: (string | number)[] = []
  let [at, from] = [0, 0]
  let ended = false
  let problem: string | undefined
  while (at < sql.length) {
    const skipped = skipComment(sql, at, dialect)
    if (skipped > at) {
      at = skipped
      continue
    }
    const character = sql.charAt(at)
    if (ended && !SPACE.test(character) && character !== ';') problem ??= 'holds more than one statement'
    if (character === ';') ended = true
    const parameter = matchAt(PARAMETER, sql, at)
    if (parameter !== undefined && !WORD.test(sql.charAt(at - 1))) {
      pieces.push(sql.slice(from, at), Number(parameter[1]))
      at = from = at + parameter[0].length
      continue
    }
    const end = skipQuoted(sql, at, dialect)
    if (end > at) {
      at = end
      continue
    }
    if (isOtherParameter(sql, at, dialect)) problem ??= 'has a parameter that is not written `$1`, `$2`, …'
    at += 1
  }
  pieces.push(sql.slice(from))
  return { pieces, problem: problem ?? (isBlank(sql, dialect) ? 'is empty' : undefined) }
}

/** The statement with its parameters as `write` writes them, and whose value belongs to each that was written. */
export function writeStatement(
  { pieces }: Statement,
  write: (number: number) => string
): { text: string; order: number[] } {
  const order = pieces.filter((piece) => typeof piece === 'number')
  return { text: pieces.map((piece) => (typeof piece === 'string' ? piece : write(piece))).join(''), order }
}

/** What is wrong between a statement and so many values, as a predicate; undefined where they fit. */
export function misfit({ pieces, problem }: Statement, values: number): string | undefined {
  if (problem !== undefined) return problem
  const used = new Set(pieces.filter((piece) => typeof piece === 'number'))
  const most = Math.max(0, ...used)
  const there =
    values === 0 ? 'there are no values' : values === 1 ? 'there is one value' : `there are ${values} values`
  if (most > values) return `uses $${most}, and ${there}`
  for (let number = 1; number <= values; number++) {
    if (!used.has(number)) return `does not use $${number}, and ${there}`
  }
  return undefined
}

function matchAt(pattern: RegExp, sql: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(sql) ?? undefined
}

function isOtherParameter(sql: string, at: number, { otherParameters }: Dialect): boolean {
  // A dollar sign inside a name is a part of it.
  if (otherParameters === undefined || (sql[at] === '$' && WORD.test(sql.charAt(at - 1)))) return false
  return matchAt(otherParameters, sql, at) !== undefined
}

function skipComment(sql: string, at: number, dialect: Dialect): number {
  if (sql.startsWith('/*', at)) return dialect.nestedComments ? nested(sql, at) : after(sql, '*/', at + 2)
  const dashes = sql.startsWith('--', at) && (!dialect.mysqlComments || !/[^\s]/.test(sql.charAt(at + 2)))
  return dashes || (dialect.mysqlComments && sql[at] === '#') ? after(sql, '\n', at) : at
}

function nested(sql: string, at: number): number {
  let depth = 0
  for (let i = at; i < sql.length; i++) {
    if (sql.startsWith('/*', i)) depth += 1
    else if (sql.startsWith('*/', i)) depth -= 1
    else continue
    i += 1
    if (depth === 0) return i + 1
  }
  return sql.length
}

function skipQuoted(sql: string, at: number, dialect: Dialect): number {
  const character = sql.charAt(at)
  const quote = Object.hasOwn(dialect.quotes, character) ? dialect.quotes[character] : undefined
  if (quote !== undefined) {
    const escapes = quote.escapes || (dialect.escapedStrings && character === "'" && isEscapedString(sql, at))
    return afterQuote(sql, at + 1, quote.close, escapes)
  }
  const inWord = WORD.test(sql.charAt(at - 1))
  const tag = dialect.dollarQuotes && !inWord ? matchAt(DOLLAR_QUOTE, sql, at)?.[0] : undefined
  return tag === undefined ? at : after(sql, tag, at + tag.length)
}

function isEscapedString(sql: string, at: number): boolean {
  return /[eE]/.test(sql.charAt(at - 1)) && !WORD.test(sql.charAt(at - 2))
}

function afterQuote(sql: string, from: number, close: string, escapes: boolean): number {
  for (let i = from; i < sql.length; i++) {
    if (escapes && sql[i] === '\\') i += 1
    else if (sql[i] === close) {
      // Brackets are not doubled.
      if (close === ']' || sql[i + 1] !== close) return i + 1
      i += 1
    }
  }
  return sql.length
}

function after(sql: string, what: string, from: number): number {
  const found = sql.indexOf(what, from)
  return found === -1 ? sql.length : found + what.length
}

function isBlank(sql: string, dialect: Dialect): boolean {
  for (let at = 0; at < sql.length;) {
    const skipped = skipComment(sql, at, dialect)
    if (skipped === at && !/[\s;]/.test(sql.charAt(at))) return false
    at = Math.max(skipped, at + 1)
  }
  return true
}
