/**
 * Components of a package, found without running it: objects with a literal `key` in its files. What such a component really
 * is, the sandbox says, which runs it.
 */
import { parse, type Node } from 'acorn'
import { posix } from 'node:path'
import type { Package, PackageFile } from './packages.ts'

export interface Component {
  key: string
  name: string
  description: string
  version: string
  /** As far as it is written plainly: `action`, `source`, `app`. */
  type: string | undefined
  file: PackageFile
}

/** Files that may hold components, the likeliest first. */
const CODE = /\.(?:mjs|js|cjs)$/
const LARGEST = 1 << 20

/** The file whose default export is the component of this key. */
export function findComponent(target: Package, key: string): PackageFile | undefined {
  const found = componentsOf(target, key).filter((component) => component.key === key && component.type !== 'app')
  return found[0]?.file
}

/** Every component of a package, the first where there are several of one key. @param key only files that have it */
export function componentsOf(target: Package, key?: string): Component[] {
  const found = new Map<string, Component>()
  for (const path of likeliest([...target.files.keys()])) {
    const bytes = target.files.get(path)
    if (bytes === undefined || bytes.length > LARGEST) continue
    const text = bytes.toString()
    if (!text.includes(key ?? 'key') || !/\bkey\b/.test(text)) continue
    for (const fields of objectsWithKey(text)) {
      const { key: its = '', name = its, description = '', version = '', type } = fields
      if (!found.has(its)) found.set(its, { key: its, name, description, version, type, file: { in: target, path } })
    }
  }
  return [...found.values()]
}

/** Not what a package brings along or tests itself with; actions first, and what is near. */
function likeliest(paths: readonly string[]): string[] {
  const rank = (path: string): number => (/(?:^|\/)actions\//.test(path) ? 0 : 1) * 1_000 + path.split('/').length
  return paths
    .filter(
      (path) =>
        CODE.test(path) &&
        !/(?:^|\/)(?:node_modules|tests?|__tests__)\//.test(path) &&
        posix.basename(path) !== 'webpack.config.js'
    )
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

type Fields = Partial<Record<'key' | 'name' | 'description' | 'version' | 'type', string>>

/** What is exported as default in the file, or passed on as such by what compilers make of it. */
function objectsWithKey(text: string): Fields[] {
  const program = parsed(text)
  if (program === undefined) return []
  const found: Fields[] = []
  const waiting: unknown[] = [program]
  while (waiting.length > 0) {
    const node = waiting.pop()
    if (Array.isArray(node)) waiting.push(...(node as unknown[]))
    else if (isNode(node)) {
      if (node.type === 'ObjectExpression') {
        const fields = fieldsOf(node)
        if (isComponent(fields)) found.push(fields)
      }
      waiting.push(...(Object.values(node) as unknown[]))
    }
  }
  return found.toReversed()
}

/** A component has a key and a version; a prop or a request may have one of them. */
function isComponent({ key, version }: Fields): boolean {
  return key !== undefined && version !== undefined
}

function parsed(text: string): unknown {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(text, { ecmaVersion: 'latest', sourceType, allowHashBang: true, allowReturnOutsideFunction: true })
    } catch {
      // What is no module may be a script; what is neither holds no component.
    }
  }
  return undefined
}

function fieldsOf(object: Node): Fields {
  const fields: Fields = {}
  for (const property of Reflect.get(object, 'properties') as unknown[]) {
    if (!isNode(property) || property.type !== 'Property') continue
    const name = nameOf(Reflect.get(property, 'key'))
    const value = textOf(Reflect.get(property, 'value'))
    if (value !== undefined && isField(name)) fields[name] = value
  }
  return fields
}

function isField(name: string | undefined): name is keyof Fields {
  return name === 'key' || name === 'name' || name === 'description' || name === 'version' || name === 'type'
}

function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  const name: unknown = node.type === 'Identifier' ? Reflect.get(node, 'name') : Reflect.get(node, 'value')
  return typeof name === 'string' ? name : undefined
}

function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Literal') {
    const value: unknown = Reflect.get(node, 'value')
    return typeof value === 'string' ? value : undefined
  }
  if (node.type !== 'TemplateLiteral') return undefined
  const quasis = Reflect.get(node, 'quasis') as { value: { cooked?: string } }[]
  return quasis.length === 1 ? quasis[0]?.value.cooked : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
