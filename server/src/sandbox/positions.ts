/** Where a line of a bundle stands in the text that it was made of. */
import { SourceMap, type SourceMapPayload } from 'node:module'

/** `shape.ts`, or `axios@1.7.0/lib/axios.js`; line and column from 1. */
export interface Position {
  file: string
  /** Whether it is the step's own text. */
  own: boolean
  line: number
  column: number
}

export class Positions {
  readonly #map: SourceMap

  /** @param text JSON of the source map that stands beside a bundle */
  constructor(text: string) {
    this.#map = new SourceMap(JSON.parse(text) as SourceMapPayload)
  }

  /** @param line of the bundle, and column, from 1 */
  find(line: number, column: number): Position | undefined {
    const entry = this.#map.findEntry(line - 1, column - 1)
    if (!('originalSource' in entry)) return undefined
    const [, from, path] = /^(step|npm):(.*?)(?:#\.mjs)?$/s.exec(entry.originalSource) ?? []
    if (path === undefined) return undefined
    const own = from === 'step'
    const file = own ? path.slice(path.indexOf('/') + 1) : path
    return { file, own, line: entry.originalLine + 1, column: entry.originalColumn + 1 }
  }

  /** The first line of a stack that is in the step's own text. @param entry the bundle's file name */
  firstOwn(stack: string, entry: string): Position | undefined {
    for (const found of framesOf(stack, entry)) {
      const position = this.find(found.line, found.column)
      if (position?.own === true) return position
    }
    return undefined
  }

  /** The stack with the places of the texts that the bundle was made of, without what is Node's own or the sandbox's. */
  rewrite(stack: string, entry: string): string {
    const lines = stack.split('\n')
    return lines.flatMap((line) => (/^\s+at /.test(line) ? this.#rewriteFrame(line, entry) : [line])).join('\n')
  }

  #rewriteFrame(line: string, entry: string): string[] {
    const [frame] = framesOf(line, entry)
    const position = frame && this.find(frame.line, frame.column)
    if (position === undefined) return []
    const name = /^\s+at ((?:async )?[^()]+?) \(/.exec(line)?.[1]
    const place = `${position.file}:${position.line}:${position.column}`
    return [name === undefined ? `    at ${place}` : `    at ${name} (${place})`]
  }
}

/** Places in the bundle that a stack names. Its file may stand in any folder. */
function framesOf(stack: string, entry: string): { line: number; column: number }[] {
  const places = new RegExp(`[/\\\\(]${RegExp.escape(entry)}(?:\\?[^:\\s]*)?:(\\d+)(?::(\\d+))?`, 'g')
  return [...stack.matchAll(places)].map(([, line, column = '1']) => ({ line: Number(line), column: Number(column) }))
}
