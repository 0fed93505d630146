/** Syntax trees of foreign code. */
import { SourceMap, type SourceMapPayload } from 'node:module'
import { parse, type AnyNode, type Program } from 'acorn'
import { transform } from 'esbuild'

export interface Read {
  /** What was read: the code, or what it is as JavaScript. */
  text: string
  program: Program
  /** Where a place of the text is in the code: line and column, from 1. */
  positionOf(place: number): { line: number; column: number }
}

/** @throws Error where esbuild, or the parser, cannot read it */
export async function readSyntax(code: string, loader: 'js' | 'ts'): Promise<Read> {
  const asItIs = loader === 'js' ? programOf(code) : undefined
  if (asItIs !== undefined) return { text: code, program: asItIs, positionOf: (place) => positionIn(code, place) }
  // Types are taken out, and what the parser does not know yet is written in another way.
  const { code: text, map } = await transform(code, {
    loader,
    target: 'node26',
    sourcemap: 'external',
    logLevel: 'silent',
    tsconfigRaw: '{}'
  })
  const program = programOf(text)
  if (program === undefined) throw new Error('its syntax cannot be read')
  const positions = new SourceMap(JSON.parse(map) as SourceMapPayload)
  return { text, program, positionOf: (place) => originalOf(positionIn(text, place), positions) }
}

/** As a module or as a script, whichever it is; undefined where it is neither. */
function programOf(text: string): Program | undefined {
  const types = /^\s*(?:import|export)\b/m.test(text)
    ? (['module', 'script'] as const)
    : (['script', 'module'] as const)
  for (const sourceType of types) {
    try {
      return parse(text, {
        ecmaVersion: 'latest',
        sourceType,
        allowHashBang: true,
        allowReturnOutsideFunction: true,
        allowSuperOutsideMethod: true
      })
    } catch {
      continue
    }
  }
  return undefined
}

/** A tree's nodes, in no order. It may be deep: whoever wrote the code made it. */
export function* nodesOf(root: AnyNode): Generator<AnyNode> {
  const open: AnyNode[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node
    for (const value of Object.values(node) as unknown[]) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) open.push(child)
    }
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function positionIn(text: string, place: number): { line: number; column: number } {
  const before = text.slice(0, place).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

function originalOf(at: { line: number; column: number }, positions: SourceMap): { line: number; column: number } {
  const entry = positions.findEntry(at.line - 1, at.column - 1)
  return 'originalLine' in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : at
}
