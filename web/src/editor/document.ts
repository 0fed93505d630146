/**
 * A workflow's definition as it is being written: one YAML text, and what it says. The text is the truth; forms change it by
 * path, and everything that they do not touch stays as it was written, comments and layout included. Documents are never
 * changed: an operation makes another one. While a text does not parse it says nothing, and only its text can be changed.
 */
import {
  Document,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLSeq,
  type Node
} from 'yaml'
import { isObject, type Json, type JsonObject } from '../values/json.ts'
import { readSteps, type StepNode } from './steps.ts'
import type { Path } from './path.ts'
import { writeText } from './write-text.ts'

/** Why a text does not parse. Lines and columns count from 1. */
export interface SyntaxMistake {
  message: string
  line: number
  column: number
}

export interface WorkflowDocument {
  readonly text: string
  /** Not empty while the text does not parse. */
  readonly errors: readonly SyntaxMistake[]
  /** What it says; `undefined` while it does not parse. */
  readonly definition: JsonObject | undefined
  readonly steps: readonly StepNode[]
}

/** Reads a text; never throws. */
export function openDocument(text: string): WorkflowDocument {
  const lines = new LineCounter()
  const yaml = parseYaml(text, lines)
  const errors = yaml.errors.map((error): SyntaxMistake => {
    const { line, col } = lines.linePos(error.pos[0])
    return {
      message: error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '',
      line,
      column: col
    }
  })
  if (errors.length > 0) return { text, errors, definition: undefined, steps: [] }
  const definition = dataOf(yaml)
  if (definition === undefined) {
    const message = 'A workflow has keys at its outermost level: name, trigger and steps'
    return { text, errors: [{ message, line: 1, column: 1 }], definition, steps: [] }
  }
  const document: WorkflowDocument = { text, errors, definition, steps: readSteps(definition) }
  parses.set(document, yaml)
  return document
}

function parseYaml(text: string, lineCounter = new LineCounter()): Document.Parsed {
  return parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true })
}

function dataOf(yaml: Document.Parsed): JsonObject | undefined {
  try {
    const data = (yaml.toJS({ maxAliasCount: 100 }) ?? {}) as Json
    return isObject(data) ? data : undefined
  } catch {
    return undefined
  }
}

/** What stands at a path; `undefined` where nothing does. */
export function readAt(document: WorkflowDocument, path: Path): Json | undefined {
  let value: Json | undefined = document.definition
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key]
    else if (isObject(value) && typeof key === 'string' && Object.hasOwn(value, key)) value = value[key]
    else return undefined
  }
  return value
}

/** What a text was parsed to. It is changed with the next change, and is that of another text then. */
const parses = new WeakMap<WorkflowDocument, Document.Parsed>()

/** Changes the parsed text and writes it again. A document that does not parse stays as it is. */
export function change(document: WorkflowDocument, mutate: (yaml: Document.Parsed) => void): WorkflowDocument {
  if (document.definition === undefined) return document
  const yaml = parses.get(document) ?? parseYaml(document.text)
  parses.delete(document)
  if (!isMap(yaml.contents)) yaml.contents = new YAMLMap() as unknown as Document.Parsed['contents']
  mutate(yaml)
  const { kept, whole } = writeText(yaml, document.text)
  if (kept === document.text) return document
  const next = openDocument(kept)
  return kept === whole || same(next.definition, dataOf(yaml)) ? next : openDocument(whole)
}

function same(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Puts a value at a path, with the objects on the way there; `undefined` removes it. */
export function setAt(document: WorkflowDocument, path: Path, value: Json | undefined): WorkflowDocument {
  if (value === undefined) return removeAt(document, path)
  const retyped = document.definition === undefined ? undefined : retype(document, document.definition, path, value)
  if (retyped !== undefined) return retyped
  return change(document, (yaml) => {
    clearWay(yaml, path)
    const there = yaml.getIn(path, true) as Node | undefined
    const next = valueNode(yaml, there, value)
    const made = path.findIndex((_, index) => !yaml.hasIn(path.slice(0, index + 1)))
    if (next !== there) yaml.setIn(path, next)
    if (made !== -1) putInOrder(yaml, path.slice(0, made + 1))
    if (holdsLines(value)) blockStyle(yaml, path)
  })
}

/**
 * Writes one short value over another, which is what typing does; the rest of the text is not looked at. `undefined` where
 * the values are not that simple, or the text would say something else.
 */
function retype(
  document: WorkflowDocument,
  definition: JsonObject,
  path: Path,
  value: Json
): WorkflowDocument | undefined {
  if (value instanceof Object || holdsLines(value)) return undefined
  const yaml = parses.get(document) ?? parseYaml(document.text)
  parses.set(document, yaml)
  const node = yaml.getIn(path, true)
  if (!isScalar(node) || !node.range || node.type === undefined || BLOCKS.has(node.type)) return undefined
  const [start, end] = node.range
  if (start === end || document.text.slice(start, end).includes('\n')) return undefined
  const scalar = new Scalar(value)
  if (typeof value === 'string') scalar.type = node.type
  const inFlow = path.some((_, length) => {
    const holder = yaml.getIn(path.slice(0, length), true)
    return isCollection(holder) && holder.flow === true
  })
  const next = openDocument(document.text.slice(0, start) + scalarText(scalar, inFlow) + document.text.slice(end))
  return same(next.definition, withValue(definition, path, value)) ? next : undefined
}

const BLOCKS: ReadonlySet<string> = new Set([Scalar.BLOCK_FOLDED, Scalar.BLOCK_LITERAL])

function scalarText(scalar: Scalar, inFlow: boolean): string {
  const options = { lineWidth: 0, singleQuote: true, flowCollectionPadding: false }
  if (!inFlow) return new Document(scalar).toString(options).trimEnd()
  const list = new YAMLSeq()
  list.flow = true
  list.items.push(scalar)
  return new Document(list).toString(options).trimEnd().slice(1, -1)
}

function withValue(data: Json, [key, ...rest]: Path, value: Json): Json {
  if (key === undefined) return value
  if (Array.isArray(data)) return data.map((each, index) => (index === key ? withValue(each, rest, value) : each))
  if (!isObject(data)) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, each]) => [name, name === key ? withValue(each, rest, value) : each])
  )
}

/** Removes what stands at a path, and the objects that held nothing else. */
export function removeAt(document: WorkflowDocument, path: Path): WorkflowDocument {
  return change(document, (yaml) => {
    yaml.deleteIn(path)
    for (let length = path.length - 1; length > 1; length -= 1) {
      const holder = yaml.getIn(path.slice(0, length), true)
      if (!isMap(holder) || holder.items.length > 0 || typeof path[length - 1] === 'number') return
      yaml.deleteIn(path.slice(0, length))
    }
  })
}

/** How definitions are written by hand: what comes new goes where a reader looks for it. */
const ORDER = (
  'name description enabled trigger use language file code delay end_if each as concurrency on_error ' +
  'auth props reveal retry timeout steps settings'
).split(' ')

/** Moves a key of the definition or of a step, which stands last, behind those that are written before it. */
function putInOrder(yaml: Document, path: Path): void {
  const key = path.at(-1)
  const holder = path.length === 1 ? yaml.contents : yaml.getIn(path.slice(0, -1), true)
  const isPart = path.length === 1 || typeof path.at(-2) === 'number'
  const rank = typeof key === 'string' && isPart ? ORDER.indexOf(key) : -1
  if (!isMap(holder) || rank === -1) return
  const pair = holder.items.pop()
  const before = holder.items.findLastIndex((item) => {
    const other = ORDER.indexOf(keyText(item.key))
    return other !== -1 && other < rank
  })
  if (pair !== undefined) holder.items.splice(before + 1, 0, pair)
}

/** `props:` without anything is null to YAML, and no place to put a prop. */
function clearWay(yaml: Document, path: Path): void {
  for (let length = 1; length < path.length; length += 1) {
    const holder = yaml.getIn(path.slice(0, length), true)
    if (isScalar(holder))
      yaml.setIn(path.slice(0, length), typeof path[length] === 'number' ? new YAMLSeq() : new YAMLMap())
  }
}

/** The value as a node: the one that is there where it can be changed, so that its comments and style stay. */
function valueNode(yaml: Document, there: Node | undefined, value: Json): Node {
  if (isScalar(there) && !(value instanceof Object)) {
    if (there.value !== value) {
      there.value = value
      delete there.source
      if (there.type === Scalar.BLOCK_FOLDED && typeof value === 'string' && value.includes('\n')) delete there.type
    }
    return there
  }
  if (isMap(there) && isObject(value)) {
    for (const { key } of there.items.filter((pair) => !Object.hasOwn(value, keyText(pair.key)))) there.delete(key)
    for (const [key, each] of Object.entries(value)) {
      const old = there.get(key, true) as Node | undefined
      const next = valueNode(yaml, old, each)
      if (next !== old) there.set(key, next)
    }
    return there
  }
  return yaml.createNode(value)
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key)
}

function holdsLines(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\n')
  return value instanceof Object && Object.values(value).some((each) => holdsLines(each))
}

/** A text of several lines reads badly between braces. */
function blockStyle(yaml: Document, path: Path): void {
  for (let length = 0; length < path.length; length += 1) {
    const holder = yaml.getIn(path.slice(0, length), true)
    if (holder instanceof YAMLMap || holder instanceof YAMLSeq) holder.flow = false
  }
}
