/**
 * A definition's text as data, with the place of everything in it. YAML 1.2 without tags, directives and merge keys
 * (so JSON, too). Aliases are expanded within a budget, so what a text can cost is bounded by its size.
 */
import type { Document, LineCounter, YAMLMap } from 'yaml'
import type { Json } from '@bellhop/sdk'
import { asObject, quote, Report, type Path, type Problem, type Spot } from './mistakes.ts'
import { yaml } from './parsers.ts'

/** In UTF-8. Parsing takes some microseconds a character at worst, and deploys share the thread with runs. */
export const MAX_BYTES = 256 * 1024
const MAX_DEPTH = 50
const MAX_NODES = 20_000

/** Offsets of one value of the text. */
interface Place {
  key: number | undefined
  value: number
  /** The first character of a text that stands in the source as it is. */
  text: number | undefined
  /** Where the lines of a text begin that stands in the source line by line (`|`), and how far they are indented. */
  lines?: { start: number; indent: number }
}

/** What was read; `data` is to be used only where `usable` says so. Mistakes are in the report, which knows places. */
export interface Source {
  data: Json | undefined
  usable: boolean
  report: Report
}

/** Reads a definition that came as text. Never throws. */
export function readText(text: string): Source {
  const lines = new (yaml().LineCounter)()
  const places = new Map<string, Place>()
  const report = new Report((path, spot) => {
    const place = places.get(JSON.stringify(path))
    if (typeof spot === 'object' && 'line' in spot && place?.lines !== undefined) {
      const { line } = lines.linePos(place.lines.start)
      return { line: line + spot.line - 1, column: place.lines.indent + spot.column }
    }
    const offset = offsetOf(places, path, spot)
    if (offset === undefined) return undefined
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  })
  if (Buffer.byteLength(text) > MAX_BYTES) {
    report.add([], { message: 'the definition is too large', expected: `at most ${MAX_BYTES / 1024} KiB` })
    return { data: undefined, usable: false, report }
  }
  const document = parse(text, lines)
  if (document === undefined) {
    report.add([], TOO_MUCH)
    return { data: undefined, usable: false, report }
  }
  if (document.contents === null && document.errors.length === 0) {
    report.add([], { message: 'the definition is empty' })
    return { data: undefined, usable: false, report }
  }
  const reader = new NodeReader(text, places, report)
  const data = reader.start(document)
  const broken = document.errors.length > 0
  if (broken && reader.unquoted === 0) {
    for (const { code, pos } of document.errors) report.add([], { message: syntaxProblem(code) }, { offset: pos[0] })
  }
  return { data, usable: !broken && !reader.stopped, report }
}

function parse(text: string, lineCounter: LineCounter): Document | undefined {
  try {
    return yaml().parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'error' })
  } catch {
    return undefined
  }
}

function offsetOf(places: ReadonlyMap<string, Place>, path: Path, spot: Spot): number | undefined {
  if (typeof spot === 'object' && 'offset' in spot) return spot.offset
  // What is missing is shown at the nearest thing around it.
  for (let length = path.length; length >= 0; length -= 1) {
    const place = places.get(JSON.stringify(path.slice(0, length)))
    if (place === undefined) continue
    if (length < path.length) return place.key ?? place.value
    if (typeof spot === 'number') return place.text === undefined ? place.value : place.text + spot
    return spot === 'key' ? (place.key ?? place.value) : place.value
  }
  return undefined
}

const TOO_MUCH: Problem = {
  message: 'the definition is nested too deeply or expands to too much',
  expected: `at most ${MAX_DEPTH} levels and ${MAX_NODES} values, aliases expanded`
}

/** The parser's own messages quote the text, which could hold a credential that should not be there. */
function syntaxProblem(code: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'not valid YAML: indent with spaces, not tabs'
    case 'BAD_INDENT':
      return 'not valid YAML: the indentation does not fit, or a bracket before is not closed'
    case 'MULTIPLE_DOCS':
      return 'one file holds one definition: remove the `---` and what follows'
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'not valid YAML: text with `: ` in it goes in quotes'
    case 'BAD_DQ_ESCAPE':
      return 'not valid YAML: unknown escape; in double quotes a backslash is written twice'
    case 'MISSING_CHAR':
      return 'not valid YAML: a bracket, brace, quote or comma is missing'
    default:
      return 'not valid YAML'
  }
}

/** Thrown inside this module only. */
class Stop extends Error {}

class NodeReader {
  /** Whether the walk gave up: what it returned is not whole. */
  stopped = false
  /** How often `{{…}}` stood without quotes, where YAML takes it for an object. */
  unquoted = 0
  readonly #text: string
  readonly #places: Map<string, Place>
  readonly #report: Report
  readonly #anchors = new Map<string, unknown>()
  #nodes = 0

  constructor(text: string, places: Map<string, Place>, report: Report) {
    this.#text = text
    this.#places = places
    this.#report = report
  }

  start(document: Document): Json {
    const { yaml: written } = document.directives ?? {}
    if (written?.explicit === true && written.version !== '1.2') {
      this.#report.add([], { message: 'only YAML 1.2 is read: leave the `%YAML` line out' }, { offset: 0 })
    }
    try {
      return this.#read(document.contents, [], undefined)
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      this.stopped = true
      this.#report.add([], TOO_MUCH, { offset: 0 })
      return null
    }
  }

  #read(node: unknown, path: Path, key: number | undefined, at = startOf(node)): Json {
    this.#nodes += 1
    if (this.#nodes > MAX_NODES || path.length > MAX_DEPTH) throw new Stop()
    if (yaml().isAlias(node)) {
      const anchored = this.#anchors.get(node.source)
      if (anchored !== undefined) return this.#read(anchored, path, key, at)
      this.#report.add(
        path,
        { message: `no anchor ${quote(node.source)} stands before this alias` },
        { offset: at ?? 0 }
      )
      return null
    }
    const lines = this.#linesOf(node)
    const place = { key, value: at ?? key ?? 0, text: this.#textStart(node), ...(lines === undefined ? {} : { lines }) }
    this.#places.set(JSON.stringify(path), place)
    if (!yaml().isScalar(node) && !yaml().isCollection(node)) return null
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node)
    if (node.tag !== undefined) this.#report.add(path, { message: 'tags are not supported: write the value plainly' })
    if (yaml().isMap(node)) return this.#map(node, path)
    if (yaml().isSeq(node)) return node.items.map((item, index) => this.#read(item, [...path, index], undefined))
    // Without a tag a scalar is null, text, a number or a boolean.
    return yaml().isScalar(node) && typeof node.value !== 'object' ? (node.value as Json) : null
  }

  #map(map: YAMLMap, path: Path): Json {
    const object: Record<string, Json> = {}
    for (const { key: keyNode, value } of map.items) {
      const at = startOf(keyNode)
      const key = this.#key(keyNode)
      if (key === undefined) {
        const { offset, ...problem } = this.#keyProblem(keyNode)
        this.#report.add(path, problem, { offset })
      } else if (Object.hasOwn(object, key)) {
        this.#report.add([...path, key], { message: `${quote(key)} stands here twice` }, { offset: at ?? 0 })
      } else object[key] = this.#read(value, [...path, key], at)
    }
    return object
  }

  #key(node: unknown): string | undefined {
    if (!yaml().isScalar(node) || node.value === null || node.tag !== undefined) return undefined
    const key = typeof node.value === 'string' ? node.value : node.source
    return key === '__proto__' || key === '<<' ? undefined : key
  }

  #keyProblem(node: unknown): Problem & { offset: number } {
    const offset = startOf(node) ?? 0
    if (yaml().isMap(node) && this.#text[offset - 1] === '{') {
      this.unquoted += 1
      const written = this.#text.slice(offset - 1, (node.range?.[1] ?? 0) + 1)
      const suggestion = /^\{\{[^{}"'\n]{1,200}\}\}$/.test(written) ? { suggestion: `"${written}"` } : {}
      const message = 'a reference goes in quotes: YAML takes bare braces for an object'
      return { message, ...suggestion, offset: offset - 1 }
    }
    if (yaml().isScalar(node) && node.value === '<<')
      return { message: 'merge keys are not supported: write the keys out', offset }
    return { message: 'a key is plain text here', offset }
  }

  #textStart(node: unknown): number | undefined {
    if (!yaml().isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined
    const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE'
    const start = node.range[0] + (quoted ? 1 : 0)
    return this.#text.startsWith(node.value, start) ? start : undefined
  }

  /** Of a block text, whose lines are those of the source; `>` would join them. */
  #linesOf(node: unknown): Place['lines'] {
    if (!yaml().isScalar(node) || node.type !== 'BLOCK_LITERAL' || !node.range) return undefined
    const start = this.#text.indexOf('\n', node.range[0]) + 1
    const indent = /^(?: *\r?\n)*( *)/.exec(this.#text.slice(start, node.range[1]))?.[1]?.length
    return start === 0 || indent === undefined ? undefined : { start, indent }
  }
}

function startOf(node: unknown): number | undefined {
  return yaml().isScalar(node) || yaml().isCollection(node) || yaml().isAlias(node) ? node.range?.[0] : undefined
}

/** Checks data that came parsed, or from `readText`, for what JSON cannot carry safely. False where it is unusable. */
export function checkData(data: unknown, report: Report): data is Json {
  let nodes = 0
  const walk = (value: unknown, path: Path): boolean => {
    nodes += 1
    if (nodes > MAX_NODES || path.length > MAX_DEPTH) return false
    switch (typeof value) {
      case 'number':
        if (!Number.isFinite(value)) report.add(path, { message: 'not a finite number' })
        else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
          report.add(path, { message: 'this number is too large to keep its last digits: put it in quotes' })
        }
        return true
      case 'object':
        if (value === null) return true
        if (Array.isArray(value)) return value.every((item, index) => walk(item, [...path, index]))
        return Object.entries(asObject(value) ?? {}).every(([key, inner]) => {
          if (key === '__proto__') report.add(path, { message: 'a key cannot be `__proto__`' })
          return walk(inner, [...path, key])
        })
      case 'string':
      case 'boolean':
        return true
      default:
        report.add(path, { message: 'not a JSON value' })
        return true
    }
  }
  if (walk(data, [])) return true
  report.add([], TOO_MUCH)
  return false
}
