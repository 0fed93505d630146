/**
 * Where in a definition a cursor is, told from indentation: what is being typed does not parse. Block style only, as
 * definitions are written by hand.
 */
import type { Path } from '../path.ts'

export interface CursorPlace {
  path: Path
  /** Where the word begins that is being typed. */
  from: number
}

interface Line {
  /** Columns before the key, a dash counted as a space. */
  indent: number
  /** Columns before the dash, if there is one. */
  dash: number | undefined
  key: string | undefined
}

function readLine(text: string): Line | undefined {
  const match = /^( *)((?:- +|-$)?)(?:([\w$.-]+|"[^"]*"|'[^']*')\s*:(?=\s|$))?/.exec(text)
  if (match === null || /^\s*(?:#|$)/.test(text)) return undefined
  const [, spaces = '', dash = '', key] = match
  return {
    indent: spaces.length + dash.length,
    dash: dash === '' ? undefined : spaces.length,
    key: key?.replaceAll(/^["']|["']$/g, '')
  }
}

/** The object whose key is being typed. */
export function keyPlace(text: string, offset: number): CursorPlace | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const typed = text.slice(start, offset)
  const match = /^( *)((?:- +)?)([\w$.-]*)$/.exec(typed)
  if (match === null) return undefined
  const [, spaces = '', dash = '', word = ''] = match
  const indent = spaces.length + dash.length
  const path = pathAbove(text.slice(0, start), indent, dash === '' ? undefined : spaces.length)
  return { path, from: offset - word.length }
}

/** The key whose value is being typed. */
export function valuePlace(text: string, offset: number): CursorPlace | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const typed = text.slice(start, offset)
  const match = /^( *)((?:- +)?)([\w$.-]+):\s+([^\s'"{[]*)$/.exec(typed)
  if (match === null) return undefined
  const [, spaces = '', dash = '', key = '', word = ''] = match
  const indent = spaces.length + dash.length
  const above = pathAbove(text.slice(0, start), indent, dash === '' ? undefined : spaces.length)
  return { path: [...above, key], from: offset - word.length }
}

/** The path of the object that begins at a column, from the lines above, nearest first. */
function pathAbove(above: string, column: number, dashAt: number | undefined): Path {
  const path: (string | number)[] = []
  let indent = column
  let dash = dashAt
  let index = 0
  for (const line of above.split('\n').toReversed()) {
    const read = readLine(line)
    if (read === undefined) continue
    // In a list: items above at the same dash are counted, until the key that holds the list.
    if (dash !== undefined) {
      if (read.dash === dash) index += 1
      if (read.key === undefined || read.indent > dash || read.dash === dash) continue
      path.unshift(read.key, index)
      ;({ indent, dash } = read)
      index = 0
      continue
    }
    if (read.dash !== undefined && read.indent === indent) {
      ;({ dash } = read)
      continue
    }
    if (read.indent >= indent || read.key === undefined) continue
    path.unshift(read.key)
    ;({ indent, dash } = read)
  }
  return path
}
