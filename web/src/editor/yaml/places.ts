/** Where in the text of a definition its parts stand. */
import { isCollection, isPair, isScalar, parseDocument, type Node } from 'yaml'
import type { Path } from '../path.ts'

/** From and to, as offsets; `undefined` where nothing stands at the path. */
export function rangeOf(text: string, path: Path): { from: number; to: number } | undefined {
  const node = parseDocument(text).getIn(path, true) as Node | undefined
  const range = node?.range
  return range ? { from: range[0], to: range[1] } : undefined
}

/** The path of what stands at an offset: that of the innermost key or item around it. */
export function pathAt(text: string, offset: number): Path {
  const path: (string | number)[] = []
  let node: unknown = parseDocument(text).contents
  while (isCollection(node)) {
    const next = node.items.findLastIndex((item) => startOf(item) <= offset)
    const item: unknown = node.items[next]
    if (item === undefined) break
    if (isPair(item)) {
      path.push(String(isScalar(item.key) ? item.key.value : item.key))
      node = item.value
    } else {
      path.push(next)
      node = item
    }
  }
  return path
}

function startOf(item: unknown): number {
  const first = isPair(item) ? item.key : item
  return (first as Node | null)?.range?.[0] ?? Infinity
}

/** The smallest change that makes one text of another. */
export function changeBetween(before: string, after: string): { from: number; to: number; insert: string } | undefined {
  if (before === after) return undefined
  let start = 0
  const shorter = Math.min(before.length, after.length)
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) }
}
