/**
 * What the elements of a list are that an expression makes. Of `users.filter(…)` each is one of `users`, as it is, so that a
 * credential in it is one field of those elements; of any other list an element could be made of everything that was read.
 */
import type { AnyNode, CallExpression } from 'acorn'
import type { MadeItems, Reference } from '../template-parts.ts'
import { Analysis, referenceOf } from './analysis.ts'

/** Methods whose list has the same elements as the one that they are called on. */
const SAME = new Set(['filter', 'slice', 'sort', 'toSorted', 'reverse', 'toReversed'])

/** The lists that the elements come from; undefined where that is not plain to see. */
export function elementsOf(node: AnyNode, analysis: Analysis): Reference[] | undefined {
  const chain = analysis.chain(node)
  if (chain !== undefined) return chain.whole ? [referenceOf(chain.root, chain.keys)] : undefined
  switch (node.type) {
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      return elementsOf(node.expression, analysis)
    case 'LogicalExpression':
      return node.operator === '&&' ? undefined : all([node.left, node.right], analysis)
    case 'ConditionalExpression':
      return all([node.consequent, node.alternate], analysis)
    case 'ArrayExpression':
      return all(
        node.elements.map((element) => (element?.type === 'SpreadElement' ? element.argument : undefined)),
        analysis
      )
    case 'CallExpression': {
      const { name, list } = methodOf(node) ?? {}
      if (list === undefined) return undefined
      if (name === 'concat') return all([list, ...node.arguments], analysis)
      return SAME.has(name ?? '') ? elementsOf(list, analysis) : undefined
    }
    default:
      return undefined
  }
}

function all(nodes: readonly (AnyNode | undefined)[], analysis: Analysis): Reference[] | undefined {
  const found: Reference[] = []
  for (const node of nodes) {
    const elements = node === undefined ? undefined : elementsOf(node, analysis)
    if (elements === undefined) return undefined
    found.push(...elements)
  }
  return found
}

/** The method that is called by its name, and on what. */
function methodOf({ callee }: CallExpression): { name: string; list: AnyNode } | undefined {
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return undefined
  return { name: callee.property.name, list: callee.object }
}

/** Elements that `list.map((one) => ({ … }))` makes, field by field; undefined for any other list. */
export function madeItems(node: AnyNode, analysis: Analysis, items: readonly string[]): MadeItems | undefined {
  const call = within(node)
  const { name, list } = call.type === 'CallExpression' ? (methodOf(call) ?? {}) : {}
  if (call.type !== 'CallExpression' || list === undefined) return undefined
  if (SAME.has(name ?? '')) return madeItems(list, analysis, items)
  const [made, ...more] = call.arguments
  const lists = name === 'map' && made !== undefined && more.length === 0 ? elementsOf(list, analysis) : undefined
  const fields = lists === undefined || made === undefined ? undefined : fieldsOf(made, items)
  return lists === undefined || fields === undefined ? undefined : { lists, fields }
}

/** A second parameter could be the list itself, and a spread could bring any field. */
function fieldsOf(made: AnyNode, items: readonly string[]): MadeItems['fields'] | undefined {
  if (made.type !== 'ArrowFunctionExpression' || made.params.length !== 1) return undefined
  const [one] = made.params
  const body = within(made.body)
  if (one?.type !== 'Identifier' || body.type !== 'ObjectExpression') return undefined
  const fields = new Map<string, { reads: readonly Reference[]; whole: boolean }>()
  for (const property of body.properties) {
    if (property.type !== 'Property' || property.computed || property.kind !== 'init') return undefined
    const { key } = property
    const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined
    if (name === undefined) return undefined
    // The element is read like an item of its own: by the name that the function gives it.
    const analysis = new Analysis(property.value, [...items, one.name])
    const reads = analysis.reads.map((read) => (read.path[0] === one.name && read.item ? elementRead(read) : read))
    const chain = analysis.chain(property.value)
    fields.set(name, { reads, whole: chain?.whole === true && !chain.keys.includes('length') })
  }
  return fields
}

function elementRead({ item: _item, ...read }: Reference): Reference {
  return { ...read, path: read.path.slice(1), element: true }
}

function within(node: AnyNode): AnyNode {
  return node.type === 'ParenthesizedExpression' || node.type === 'ChainExpression' ? within(node.expression) : node
}
