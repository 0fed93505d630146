/** Walking a syntax tree: what stands in a node, and which names it makes. */
import type { AnyNode, ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from 'acorn'

export type FunctionNode = ArrowFunctionExpression | FunctionDeclaration | FunctionExpression

export interface NamedAt {
  name: string
  at: number
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration'
  )
}

/** What becomes of a value at once: its method is called, or a function gets it. */
export type Use = 'called' | 'given' | undefined

/** What is evaluated or bound in a node, in order. Keys that are mere names are left out. */
export function childrenOf(node: AnyNode): { child: AnyNode; use: Use }[] {
  if (node.type === 'Property') {
    return [...(node.computed ? [node.key] : []), node.value].map((child) => ({ child, use: undefined }))
  }
  const found: { child: AnyNode; use: Use }[] = []
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    const use = key === 'callee' || key === 'tag' ? 'called' : key === 'arguments' ? 'given' : undefined
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) found.push({ child, use })
    }
  }
  return found
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** The names that a parameter or a declaration makes. */
export function patternNames(pattern: AnyNode): NamedAt[] {
  switch (pattern.type) {
    case 'Identifier':
      return [{ name: pattern.name, at: pattern.start }]
    case 'AssignmentPattern':
      return patternNames(pattern.left)
    case 'RestElement':
      return patternNames(pattern.argument)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : patternNames(element)))
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === 'Property' ? property.value : property)
      )
    default:
      return []
  }
}

/** The names that the statements of a function declare, those of functions within it left out. */
export function declaredNames(body: AnyNode): NamedAt[] {
  const names: NamedAt[] = []
  const left = [body]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.type === 'VariableDeclarator') names.push(...patternNames(node.id))
    else if (node.type === 'CatchClause' && node.param) names.push(...patternNames(node.param))
    else if (node.type === 'FunctionDeclaration' && node.id !== null) names.push(...patternNames(node.id))
    if (node === body || !isFunction(node)) left.push(...childrenOf(node).map(({ child }) => child))
  }
  return names
}
