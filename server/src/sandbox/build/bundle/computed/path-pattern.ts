/** Which paths an import can mean that computes a part of one. */
import type { AnyNode } from 'acorn'

/** Text that is written, or null for what is computed. */
type Part = string | null

/** Paths that the text around what is computed lets be; undefined for what does not begin as a path of the same package. */
export function pathPattern(argument: AnyNode): RegExp | undefined {
  const parts = partsOf(argument).reduce<Part[]>(joined, [])
  if (parts.length < 2 || !/^\.{1,2}\//.test(parts[0] ?? '')) return undefined
  const source = parts.map((part, n) => (part === null ? computed(parts[n - 1] ?? '') : RegExp.escape(part)))
  return new RegExp(`^${source.join('')}$`, 's')
}

/** A whole part of a path may hold further ones; what begins within a part ends in it. */
function computed(before: string): string {
  return before.endsWith('/') ? '.+' : '[^/]*'
}

function partsOf(node: AnyNode): Part[] {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value]
  if (node.type === 'BinaryExpression' && node.operator === '+') return [...partsOf(node.left), ...partsOf(node.right)]
  if (node.type !== 'TemplateLiteral') return [null]
  return node.quasis.flatMap(({ value }, n) => {
    const next = node.expressions[n]
    return [value.cooked ?? '', ...(next === undefined ? [] : partsOf(next))]
  })
}

function joined(parts: Part[], part: Part): Part[] {
  if (part === '') return parts
  const last = parts.at(-1)
  if (typeof last === 'string' && typeof part === 'string') return [...parts.slice(0, -1), last + part]
  return last === null && part === null ? parts : [...parts, part]
}
