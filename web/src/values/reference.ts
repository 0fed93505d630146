/** Templates as the server reads them: text, and between `{{` and `}}` a path, an expression, or a text in quotes. */
import { parseExpressionAt, type AnyNode, type MemberExpression } from 'acorn'
import { parsePath, unquoted, type Key } from './paths.ts'

/** What stands from one place of a template to another, in UTF-16 units. */
export type Part = { from: number; to: number } & (
  | { kind: 'text' }
  /** `{{'{{'}}`: stands for the text in it. */
  | { kind: 'quoted'; text: string }
  /** A value, by its keys from the root on: `['steps', 'fetch', 'id']`. */
  | { kind: 'path'; source: string; keys: readonly Key[] }
  /** JavaScript, and the paths that it reads, as far as they are written out. */
  | { kind: 'expression'; source: string; reads: readonly (readonly Key[])[] }
  | { kind: 'wrong'; source: string; message: string }
)

/** Parts that are more than text: what a field shows as a chip. */
export type Braces = Exclude<Part, { kind: 'text' }>

/** @param items names that a path may begin with besides `steps` and `env` */
export function parseTemplate(text: string, items: readonly string[] = []): Part[] {
  const parts: Part[] = []
  let end = 0
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', end)) {
    if (open > end) parts.push({ kind: 'text', from: end, to: open })
    const part = bracesAt(text, open, items)
    parts.push(part)
    end = part.to
  }
  if (end < text.length) parts.push({ kind: 'text', from: end, to: text.length })
  return parts
}

/** The one reference that a template consists of, which keeps its type; undefined where there is more or less. */
export function wholeReference(text: string): Extract<Part, { kind: 'path' | 'expression' }> | undefined {
  const [only, ...more] = text.includes('{{') ? parseTemplate(text) : []
  if (only === undefined || more.length > 0) return undefined
  return only.kind === 'path' || only.kind === 'expression' ? only : undefined
}

function bracesAt(text: string, from: number, items: readonly string[]): Braces {
  const close = text.indexOf('}}', from + 2)
  const source = close === -1 ? '' : text.slice(from + 2, close).trim()
  const keys = parsePath(source)
  if (keys !== undefined && begins(keys, items)) return { kind: 'path', from, to: close + 2, source, keys }
  return expressionAt(text, from, items)
}

function begins([root, ...rest]: readonly Key[], items: readonly string[]): boolean {
  return typeof root === 'string' && (items.includes(root) || ((root === 'steps' || root === 'env') && rest.length > 0))
}

/** As long as the server takes an expression to be. */
const LONGEST = 10_000
const SPACE = /(?:\s|\/\*[^]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*/y

function expressionAt(text: string, from: number, items: readonly string[]): Braces {
  const rest = text.slice(from + 2, from + 2 + LONGEST)
  let node: AnyNode
  try {
    node = parseExpressionAt(rest, 0, { ecmaVersion: 'latest', sourceType: 'module', preserveParens: true })
  } catch {
    return wrong(text, from, 0)
  }
  SPACE.lastIndex = node.end
  const end = node.end + (SPACE.exec(rest)?.[0].length ?? 0)
  if (!rest.startsWith('}}', end)) return wrong(text, from, end)
  const to = from + 2 + end + 2
  const source = rest.slice(node.start, node.end)
  if (node.type === 'Literal' && typeof node.value === 'string') {
    return { kind: 'quoted', from, to, text: unquoted(source) ?? node.value }
  }
  const keys = chainOf(node, items)
  if (keys?.whole === true && begins(keys.keys, items)) return { kind: 'path', from, to, source, keys: keys.keys }
  return { kind: 'expression', from, to, source, reads: readsOf(node, items) }
}

function wrong(text: string, from: number, scanned: number): Braces {
  const close = text.indexOf('}}', from + 2 + scanned)
  if (close === -1) {
    const message = 'This is never closed with }}.'
    return { kind: 'wrong', from, to: text.length, source: text.slice(from + 2), message }
  }
  const source = text.slice(from + 2, close).trim()
  const message =
    source === '' ? 'There is nothing between the braces.' : (hyphened(source) ?? 'This is no path and no expression.')
  return { kind: 'wrong', from, to: close + 2, source, message }
}

/** A key with a hyphen reads as a subtraction, which nobody means. */
function hyphened(source: string): string | undefined {
  const [, key] = /\.([\w$]+-[\w$-]+)/.exec(source) ?? []
  return key === undefined ? undefined : `A key with a hyphen goes into brackets and quotes: ["${key}"].`
}

interface Chain {
  keys: readonly Key[]
  /** Whether all keys are written out. */
  whole: boolean
}

/** The node as access down from `steps`, `env` or an item. */
function chainOf(
  node: AnyNode,
  items: readonly string[]
): (Chain & { members: readonly MemberExpression[] }) | undefined {
  const members: MemberExpression[] = []
  let base = node
  for (;;) {
    if (base.type === 'ChainExpression' || base.type === 'ParenthesizedExpression') base = base.expression
    else if (base.type === 'MemberExpression') {
      members.unshift(base)
      base = base.object
    } else break
  }
  if (base.type !== 'Identifier' || !['steps', 'env', ...items].includes(base.name)) return undefined
  const keys: Key[] = [base.name]
  for (const member of members) {
    const key = keyOf(member)
    if (key === undefined) return { keys, whole: false, members }
    keys.push(key)
  }
  return { keys, whole: true, members }
}

function keyOf({ computed, property }: MemberExpression): Key | undefined {
  if (!computed) return property.type === 'Identifier' ? property.name : undefined
  if (property.type !== 'Literal') return undefined
  const { value } = property
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

/** The paths that an expression reads: of what is called and of `length`, what stands before it. */
function readsOf(root: AnyNode, items: readonly string[]): Key[][] {
  const reads: Key[][] = []
  const visit = (node: AnyNode, called: boolean): void => {
    const chain = chainOf(node, items)
    if (chain === undefined) {
      for (const { child, name } of childrenOf(node)) visit(child, name === 'callee')
      return
    }
    const keys = called && chain.whole ? chain.keys.slice(0, -1) : chain.keys
    const length = keys.indexOf('length')
    reads.push(length === -1 ? [...keys] : keys.slice(0, length))
    for (const { computed, property } of chain.members) if (computed) visit(property, false)
  }
  visit(root, false)
  return reads
}

function childrenOf(node: AnyNode): { child: AnyNode; name: string }[] {
  const named = node.type === 'MemberExpression' && !node.computed ? 'property' : ''
  return Object.entries(node).flatMap(([name, value]) => {
    const children: unknown[] = name === named ? [] : Array.isArray(value) ? value : [value]
    return children.filter(isNode).map((child) => ({ child, name }))
  })
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
