/**
 * What the elements of a list are that an expression makes. Of `users.filter(…)` each is one of `users`, as it is, so that a
 * credential in it is one field of those elements; of any other list an element could be made of everything that was read.
 */
import type { AnyNode } from 'acorn'
import type { Reference } from '../template-parts.ts'
import { referenceOf, type Analysis } from './analysis.ts'

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
      const { callee } = node
      if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
        return undefined
      const { name } = callee.property
      if (name === 'concat') return all([callee.object, ...node.arguments], analysis)
      return SAME.has(name) ? elementsOf(callee.object, analysis) : undefined
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
