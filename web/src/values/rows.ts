/**
 * A value as the rows of a tree. Nodes are made when their parent is opened, and rows only of what is open, so that a value of
 * some megabytes costs what is seen of it.
 */
import { isObject, type Json } from './json.ts'
import { pathText, type Key } from './paths.ts'
import type { Source } from './scope.ts'
import type { Found } from './search.ts'

/** One value in a tree. */
export interface Node {
  /** Unlike any other of the tree. */
  id: string
  /** Absent for a source. */
  key?: Key
  /** Undefined for a source of which no sample is known. */
  value: Json | undefined
  source: Source
  parent?: Node
  /** 0 for the topmost rows. */
  depth: number
}

export interface Row {
  node: Node
  /** Undefined where there is nothing inside. */
  open: boolean | undefined
  /** Its place among its siblings, from 1, and how many they are. */
  place: number
  count: number
}

/** Texts that are longer than this are cut in their row, which opens to show them. */
export const LONG_TEXT = 240

/** The topmost nodes: the sources, or what is in the only one where that is given (`inside`). */
export function topNodes(sources: readonly Source[], inside: boolean): Node[] {
  const nodes = sources.map((source, index) => ({ id: String(index), value: source.sample, source, depth: 0 }))
  const [only] = nodes
  if (!inside || only === undefined || !isContainer(only.value)) return nodes
  return childrenOf(only).map((node) => ({ ...node, depth: 0 }))
}

/** The id of the value that stands under a key of another. */
export function idBelow(id: string, key: Key): string {
  return `${id}/${typeof key === 'number' ? key : key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

const made = new WeakMap<Node, Node[]>()

/** The values in a node; none where it is no list and no object. The same nodes each time. */
export function childrenOf(node: Node): Node[] {
  let children = made.get(node)
  if (children === undefined) made.set(node, (children = makeChildren(node)))
  return children
}

function makeChildren(node: Node): Node[] {
  const { value, source, depth } = node
  const child = (key: Key, inner: Json): Node => {
    return { id: idBelow(node.id, key), key, value: inner, source, parent: node, depth: depth + 1 }
  }
  if (Array.isArray(value)) return value.map((item, key) => child(key, item))
  if (!isObject(value)) return []
  return Object.entries(value).map(([key, inner]) => child(key, inner))
}

/** Whether a row of it can be opened. */
export function opens({ value }: Node): boolean {
  return sizeOf(value) > 0 || isLongText(value)
}

export function isLongText(value: Json | undefined): value is string {
  return typeof value === 'string' && (value.length > LONG_TEXT || value.includes('\n'))
}

/** How many values are inside. */
export function sizeOf(value: Json | undefined): number {
  if (Array.isArray(value)) return value.length
  return isObject(value) ? Object.keys(value).length : 0
}

function isContainer(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null
}

/** The rows of what is open, from top to bottom. A search opens the way to its matches. */
export function rowsOf(top: readonly Node[], open: ReadonlySet<string>, found?: Found): Row[] {
  const rows: Row[] = []
  const add = (nodes: readonly Node[], under: boolean): void => {
    const shown =
      found === undefined || under ? nodes : nodes.filter(({ id }) => found.hits.has(id) || found.above.has(id))
    shown.forEach((node, index) => {
      const leads = found?.above.has(node.id) === true
      const isOpen = opens(node) ? open.has(node.id) !== leads : undefined
      rows.push({ node, open: isOpen, place: index + 1, count: shown.length })
      // What is in a match is shown whole; on the way to one, only the way.
      if (isOpen === true && !isLongText(node.value)) add(childrenOf(node), under || (!leads && found !== undefined))
    })
  }
  add(top, false)
  return rows
}

/** The keys below the source that lead to a node. */
export function keysOf(node: Node): Key[] {
  const keys: Key[] = []
  for (let at: Node | undefined = node; at?.key !== undefined; at = at.parent) keys.push(at.key)
  return keys.toReversed()
}

/** A node's path as references write it. */
export function pathOf(node: Node): string {
  return pathText(node.source.path, keysOf(node))
}

/** What is open at first: the outer levels, as far as they fill a page. */
export function firstOpen(top: readonly Node[], room = 24): Set<string> {
  const open = new Set<string>()
  let rows = top.length
  let level = [...top]
  while (level.length > 0) {
    const next: Node[] = []
    for (const node of level) {
      const size = isContainer(node.value) ? sizeOf(node.value) : 0
      if (size === 0 || rows + size > room) continue
      rows += size
      open.add(node.id)
      next.push(...childrenOf(node))
    }
    level = next
  }
  return open
}
