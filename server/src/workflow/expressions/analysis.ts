/**
 * What an expression reads, found in its syntax tree. Each chain of constant keys that begins at `steps`, `env` or an item
 * is a read of everything below its last key; where a key is computed, of everything above it. What becomes of the value
 * afterwards (names, destructuring, spreading, functions) does not matter: it was read already.
 */
import type { AnyNode, MemberExpression } from 'acorn'
import { formatPath, quote, type Problem } from '../mistakes.ts'
import type { Reference } from '../template-parts.ts'
import { childrenOf, declaredNames, isFunction, patternNames, type FunctionNode, type Use } from './nodes.ts'
import { nameProblem } from './names.ts'
import { refusal } from './refusals.ts'

type Key = string | number

/** A mistake so many UTF-16 units into the text that was parsed. */
export interface PlacedProblem extends Problem {
  at: number
}

/** Names of one function, and of those around it. */
interface Locals {
  names: ReadonlySet<string>
  outer: Locals | undefined
}

/** What an expression may begin a path with. */
interface Root {
  name: string
  kind: 'steps' | 'env' | 'item'
  at: number
}

/** Member access down from a root. */
export interface Chain {
  root: Root
  /** The keys as far as they are constant, and whether that is all of them. */
  keys: readonly Key[]
  whole: boolean
}

export class Analysis {
  readonly reads: Reference[] = []
  readonly problems: PlacedProblem[] = []
  readonly #items: readonly string[]

  /** @param items names of items of the definition */
  constructor(root: AnyNode, items: readonly string[]) {
    this.#items = items
    this.#visit(root, undefined)
  }

  /** The node as access down from a root; undefined where it is anything else, or the root is hidden by a local name. */
  chain(node: AnyNode, locals?: Locals): Chain | undefined {
    const { members, base } = descend(node)
    const root = base.type === 'Identifier' ? this.#rootOf(base.name, base.start, locals) : undefined
    if (root === undefined) return undefined
    const keys = members.map(constantKey)
    const dynamic = keys.indexOf(undefined)
    const constant = keys.slice(0, dynamic === -1 ? undefined : dynamic).filter((key) => key !== undefined)
    return { root, keys: constant, whole: dynamic === -1 }
  }

  #rootOf(name: string, at: number, locals: Locals | undefined): Root | undefined {
    if (isLocal(name, locals)) return undefined
    if (this.#items.includes(name)) return { name, kind: 'item', at }
    return name === 'steps' || name === 'env' ? { name, kind: name, at } : undefined
  }

  #visit(node: AnyNode, locals: Locals | undefined, use?: Use): void {
    const problem = refusal(node)
    if (problem !== undefined) this.problems.push({ ...problem, at: node.start })
    else if (isFunction(node)) this.#visitFunction(node, locals)
    else if (node.type === 'Identifier') this.#visitName(node.name, node.start, locals)
    else if (isAccess(node)) this.#visitAccess(node, locals, use)
    else for (const { child, use } of childrenOf(node)) this.#visit(child, locals, use)
  }

  #visitName(name: string, at: number, locals: Locals | undefined): void {
    if (isLocal(name, locals)) return
    const root = this.#rootOf(name, at, locals)
    if (root !== undefined) this.reads.push(referenceOf(root, []))
    else {
      const problem = nameProblem(name, ['steps', 'env', ...this.#items])
      if (problem !== undefined) this.problems.push({ ...problem, at })
    }
  }

  #visitAccess(node: AnyNode, locals: Locals | undefined, use: Use): void {
    const { members, base } = descend(node)
    for (const { computed, property } of members) if (computed) this.#visit(property, locals)
    const chain = this.chain(node, locals)
    if (chain === undefined) return this.#visit(base, locals, members.length === 0 ? use : undefined)
    // The last key of what is called is a method of what stands before it, and `length` says something of all of it.
    const keys = use === 'called' && chain.whole ? chain.keys.slice(0, -1) : chain.keys
    const end = keys.indexOf('length')
    const read = referenceOf(chain.root, end === -1 ? keys : keys.slice(0, end))
    this.reads.push(use === undefined && chain.whole ? read : { ...read, apart: true })
  }

  #visitFunction(node: FunctionNode, outer: Locals | undefined): void {
    const parameters = node.params.flatMap(patternNames)
    const declared = declaredNames(node.body)
    for (const { name, at } of declared) {
      if (this.#rootOf(name, at, undefined) === undefined) continue
      this.problems.push({ message: `${quote(name)} is taken: give this another name`, at })
    }
    const own = node.type === 'FunctionExpression' && node.id ? patternNames(node.id) : []
    const names = new Set([...own, ...parameters, ...declared].map(({ name }) => name))
    const locals = { names, outer }
    for (const parameter of node.params) this.#visit(parameter, locals)
    this.#visit(node.body, locals)
  }
}

function isAccess({ type }: AnyNode): boolean {
  return type === 'MemberExpression' || type === 'ChainExpression' || type === 'ParenthesizedExpression'
}

function isLocal(name: string, locals: Locals | undefined): boolean {
  for (let at = locals; at !== undefined; at = at.outer) if (at.names.has(name)) return true
  return false
}

/** The accesses around a node, from the inside out, and what the innermost is of. */
function descend(node: AnyNode): { members: MemberExpression[]; base: AnyNode } {
  const members: MemberExpression[] = []
  let base = node
  for (;;) {
    if (base.type === 'ChainExpression' || base.type === 'ParenthesizedExpression') base = base.expression
    else if (base.type === 'MemberExpression') {
      members.push(base)
      base = base.object
    } else return { members: members.toReversed(), base }
  }
}

function constantKey({ computed, property }: MemberExpression): Key | undefined {
  if (!computed) return property.type === 'Identifier' ? property.name : undefined
  if (property.type === 'TemplateLiteral') {
    const [only, ...more] = property.quasis
    return more.length === 0 ? (only?.value.cooked ?? undefined) : undefined
  }
  if (property.type !== 'Literal') return undefined
  const { value } = property
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value)) ? value : undefined
}

export function referenceOf({ name, kind, at }: Root, keys: readonly Key[]): Reference {
  const source = formatPath([name, ...keys])
  if (kind === 'item') return { kind: 'reference', path: [name, ...keys], item: true, source, at }
  return { kind: 'reference', path: keys, source, at, ...(kind === 'env' ? { env: true as const } : {}) }
}
