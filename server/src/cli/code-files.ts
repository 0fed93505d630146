/**
 * The files of code steps. A definition says `file: ./shape.ts`; the server gets the text beside it, as `code`, because the file
 * is on this machine. Only what stands beside the definition or below is read: a definition may come from somebody else, and
 * what it names is sent away.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { Fault } from '@bellhop/sdk'
import type { Document, Pair, Scalar, YAMLMap } from 'yaml'

/** A definition with its files in it. */
export interface Completed {
  text: string
  /** The line of the definition's own file that a line of the text is. */
  lineOf: (line: number) => number
}

interface Insertion {
  at: number
  text: string
  /** Whether it is a line of its own. */
  line: boolean
}

const LARGEST = 1_000_000

/**
 * Reads the files that steps name into the text.
 * @param path of the definition
 * @throws Fault `code_file_unreadable`, `code_file_elsewhere`, `code_file_too_large`
 */
export async function completed(text: string, path: string): Promise<Completed> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false })
  // What is no YAML the server tells with every mistake.
  if (document.errors.length > 0) return { text, lineOf: (line) => line }
  const insertions = await insertionsOf(document, text, path)
  return { text: inserted(text, insertions), lineOf: linesOf(text, insertions) }
}

async function insertionsOf(document: Document, text: string, path: string): Promise<Insertion[]> {
  const { isMap, isScalar, visit } = await import('yaml')
  const insertions: Insertion[] = []
  visit(document, {
    Pair(_, pair, ancestors) {
      const map = ancestors.at(-1)
      if (!isMap(map) || !isStep(ancestors, isMap) || map.has('code')) return
      const { key, value } = pair
      if (!isScalar(key) || key.value !== 'file' || !isScalar(value) || typeof value.value !== 'string') return
      insertions.push(insertionAt(map, key, value, JSON.stringify(read(value.value, path)), text))
    }
  })
  return insertions
}

/** Whether the innermost map is an element of a list called `steps`. */
function isStep(ancestors: readonly unknown[], isMap: (node: unknown) => boolean): boolean {
  const [pair, list] = ancestors.slice(-3)
  if (isMap(list)) return false
  const key = (pair as Partial<Pair<Scalar>>).key
  return key?.value === 'steps'
}

function insertionAt(map: YAMLMap, key: Scalar, value: Scalar, code: string, text: string): Insertion {
  const end = value.range?.[1] ?? 0
  if (map.flow === true) return { at: end, text: `, "code": ${code}`, line: false }
  const start = key.range?.[0] ?? 0
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1))
  const next = text.indexOf('\n', end)
  const line = `${indent}code: ${code}\n`
  return next < 0 ? { at: text.length, text: `\n${line}`, line: true } : { at: next + 1, text: line, line: true }
}

function inserted(text: string, insertions: readonly Insertion[]): string {
  return insertions
    .toReversed()
    .reduce((whole, { at, text: added }) => whole.slice(0, at) + added + whole.slice(at), text)
}

function linesOf(text: string, insertions: readonly Insertion[]): (line: number) => number {
  const lines = insertions
    .filter(({ line }) => line)
    .map(({ at, text: added }) => (text.slice(0, at) + (added.startsWith('\n') ? '\n' : '')).split('\n').length)
  return (line) => line - lines.filter((own, index) => own + index <= line).length
}

function read(written: string, definition: string): string {
  const folder = realpathSync(dirname(resolve(definition)))
  const file = realPath(resolve(folder, written), written)
  const inside = relative(folder, file)
  if (isAbsolute(written) || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new Fault('code_file_elsewhere', `the file ${written} is not in the definition’s folder`, {
      hint: 'Put it beside the definition or below, and write its path from there.'
    })
  }
  if (statSync(file).size > LARGEST) {
    throw new Fault('code_file_too_large', `the file ${written} is larger than ${LARGEST} bytes`, {
      hint: 'Put what is large into a package, and import that.'
    })
  }
  return readFileSync(file, 'utf8')
}

function realPath(path: string, written: string): string {
  try {
    const real = realpathSync(path)
    if (statSync(real).isFile()) return real
  } catch {
    // Told below.
  }
  throw new Fault('code_file_unreadable', `cannot read ${written}, which a step names as its file`, {
    hint: 'Check the path; it is relative to the definition.'
  })
}
