/**
 * Expressions: `{{ … }}` with JavaScript in it. The parser finds where one ends, so that braces in strings, templates,
 * regular expressions and comments are what they are. Compiled once, when a plan is made, into what it reads; evaluated in
 * a sandbox when a step runs.
 */
import type { AnyNode, Options } from 'acorn'
import type { Problem } from '../mistakes.ts'
import { acorn } from '../parsers.ts'
import type { Expression, Reference } from '../template-parts.ts'
import { Analysis, referenceOf, type PlacedProblem } from './analysis.ts'
import { elementsOf, madeItems } from './elements.ts'
import { EXAMPLE } from './names.ts'
import { syntaxProblem } from './refusals.ts'

/** What stood between the braces; `end` is the offset after `}}`. Offsets are into the whole text. */
export type ReadExpression =
  | ({ kind: 'expression'; end: number } & Pick<Expression, 'source' | 'reads' | 'elements' | 'made'>)
  /** Nothing but a path, which needs no sandbox. */
  | { kind: 'path'; reference: Reference; end: number }
  /** `end` is where reading can go on. */
  | { kind: 'wrong'; problems: PlacedProblem[]; end: number }

/** Longest expression, in UTF-16 units. What is longer is a program. */
const LONGEST = 10_000
/** Parentheses are kept, so that the end of an expression is behind them. */
const OPTIONS: Options = { ecmaVersion: 'latest', sourceType: 'module', preserveParens: true }
const UNCLOSED = `{{ is never closed with }}; to write the braces themselves, put them in quotes: {{'{{'}}`
const SPACE = /(?:\s|\/\*[^]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*/y

/**
 * Reads from `start`, the offset just after `{{`. Never throws; looks at no more than `LONGEST` characters.
 * @param items names that an expression may use besides `steps` and `env`
 */
export function readExpression(text: string, start: number, items: readonly string[]): ReadExpression {
  // A text of its own: the parser counts the lines before the place where it begins.
  const rest = text.slice(start, start + LONGEST)
  const parsed = parse(rest)
  if ('problem' in parsed) return wrong(text, start, [parsed.problem], parsed.scanned)
  const { node } = parsed
  const end = skipSpace(rest, node.end)
  if (!rest.startsWith('}}', end)) {
    return wrong(text, start, [{ ...syntaxProblem(rest.slice(end)), at: end }], end)
  }
  try {
    return analysed(rest, node, items, start, start + end + 2)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return wrong(text, start, [{ ...TOO_DEEP, at: node.start }], end)
  }
}

function analysed(rest: string, node: AnyNode, items: readonly string[], start: number, end: number): ReadExpression {
  const analysis = new Analysis(node, items)
  const source = rest.slice(node.start, node.end)
  const at = (offset: number): number => start + offset
  const chain = analysis.chain(node)
  if (chain?.whole === true) {
    const bare = chain.keys.length === 0 && BARE[chain.root.kind]
    if (bare !== false && bare !== undefined) return { kind: 'wrong', problems: [{ ...bare, at: at(node.start) }], end }
    return { kind: 'path', reference: { ...referenceOf(chain.root, chain.keys), source, at: at(node.start) }, end }
  }
  if (analysis.problems.length > 0) {
    return { kind: 'wrong', problems: analysis.problems.map((one) => ({ ...one, at: at(one.at) })), end }
  }
  const placed = (read: Reference): Reference => ({ ...read, at: at(read.at) })
  const elements = elementsOf(node, analysis)
  const made = elements === undefined ? madeItems(node, analysis, items) : undefined
  const reads = analysis.reads.map(placed)
  return { kind: 'expression', source, reads, ...(elements && { elements }), ...(made && { made }), end }
}

/** A root alone names nothing; an item is a value itself. */
const BARE: Readonly<Record<'steps' | 'env' | 'item', Problem | undefined>> = {
  steps: { message: `\`steps\` needs the name of a step, as in ${EXAMPLE}` },
  env: { message: '`env` needs the name of a variable, as in {{env.REGION}}' },
  item: undefined
}

type Parsed = { node: AnyNode } | { problem: PlacedProblem; scanned: number }

function parse(rest: string): Parsed {
  try {
    return { node: acorn().parseExpressionAt(rest, 0, OPTIONS) }
  } catch (error) {
    const { pos, raisedAt, message } = positionOf(error) ?? { pos: 0, raisedAt: rest.length, message: '' }
    if (message === '') return { problem: { ...TOO_DEEP, at: 0 }, scanned: rest.length }
    const scanned = scannedAt(pos, raisedAt, message, rest)
    if (message.startsWith('Not enough stack')) return { problem: { ...TOO_DEEP, at: 0 }, scanned }
    if (scanned >= LONGEST) return { problem: { ...TOO_LONG, at: 0 }, scanned }
    return { problem: { ...problemAt(rest, pos), at: pos }, scanned }
  }
}

/** How far a text need not be read again: what has no end is told where it begins. */
function scannedAt(pos: number, raisedAt: number, message: string, rest: string): number {
  if (message.startsWith('Unterminated comment')) return rest.length
  return message.startsWith('Unexpected token') ? pos : Math.max(pos, raisedAt)
}

function problemAt(rest: string, at: number): Problem {
  if (skipSpace(rest, 0) === at && rest.startsWith('}}', at)) {
    return { message: 'there is nothing between {{ and }}', expected: `a path, such as ${EXAMPLE}` }
  }
  return syntaxProblem(rest.slice(at))
}

/** Where the parser stumbled, and how far it had read; undefined for any other error, such as a full stack. */
function positionOf(error: unknown): { pos: number; raisedAt: number; message: string } | undefined {
  if (!(error instanceof SyntaxError) || !('pos' in error) || !('raisedAt' in error)) return undefined
  const { pos, raisedAt, message } = error
  return typeof pos === 'number' && typeof raisedAt === 'number' ? { pos, raisedAt, message } : undefined
}

const TOO_DEEP: Problem = { message: 'this expression is nested too deeply', expected: 'a code step' }
const TOO_LONG: Problem = {
  message: `an expression has at most ${LONGEST.toLocaleString('en')} characters`,
  expected: 'a code step'
}

function skipSpace(rest: string, from: number): number {
  SPACE.lastIndex = from
  return from + (SPACE.exec(rest)?.[0].length ?? 0)
}

/** Mistakes of an expression that was read up to `scanned`; both count from `start`. */
function wrong(text: string, start: number, problems: readonly PlacedProblem[], scanned: number): ReadExpression {
  const close = text.indexOf('}}', start + scanned)
  if (close === -1) return { kind: 'wrong', problems: [{ message: UNCLOSED, at: start - 2 }], end: text.length }
  return { kind: 'wrong', problems: problems.map((one) => ({ ...one, at: start + one.at })), end: close + 2 }
}
