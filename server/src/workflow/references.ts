/**
 * References: how a definition says "the value that stands there". `{{steps.fetch.$return_value.items[0].id}}` alone
 * in a field, or an expression alone, keeps the type of what it finds; inside text it becomes text, where objects and lists are JSON and
 * nothing (absent or null) is empty. `{{'{{'}}` writes the braces themselves: a quoted text stands for itself.
 *
 * Templates are parsed once, when a plan is made; resolving walks what was parsed. A literal part of a definition is
 * frozen and given out as it is, so whoever needs to change a resolved value copies it.
 */
import type { Json, JsonObject } from '@bellhop/sdk'
import { readExpression } from './expressions/expression.ts'
import type { Problem } from './mistakes.ts'
import { readBraces } from './reference-parser.ts'
import type { Expression, Reference } from './template-parts.ts'

export type { Expression, Reference } from './template-parts.ts'

/** What a template consists of. */
export type Part = string | Reference | Expression

/** Text with references or expressions in it, at least one; a single part keeps its type. */
export class Template {
  readonly kind = 'template'
  readonly parts: readonly Part[]

  constructor(parts: readonly Part[]) {
    this.parts = parts
  }
}

/** An object or list that has a template somewhere inside. */
export class Composite {
  readonly kind = 'composite'
  readonly list: boolean
  readonly entries: readonly (readonly [key: string, value: PlannedValue])[]

  constructor(list: boolean, entries: readonly (readonly [string, PlannedValue])[]) {
    this.list = list
    this.entries = entries
  }
}

/** A value of a definition, ready to be resolved: a template, something that contains one, or frozen literal JSON. */
export type PlannedValue = Json | Template | Composite

/** A mistake in a template, so many UTF-16 units into its text. */
export interface TemplateProblem extends Problem {
  at: number
}

/** A text with more mistakes than this is not read to its end. */
const MOST_PROBLEMS = 100

/**
 * Parses one text. Linear in its length, never throws; the value is usable only where there are no problems.
 * @param items names that a reference may start with besides `steps` and `env`
 */
export function parseTemplate(
  text: string,
  items: readonly string[] = []
): { value: string | Template; problems: TemplateProblem[] } {
  const parts: Part[] = []
  const problems: TemplateProblem[] = []
  let literal = ''
  let at = 0
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', at)) {
    literal += text.slice(at, open)
    const part = readPart(text, open, items)
    at = part.end
    if (part.kind === 'wrong') problems.push(...part.problems)
    else if (part.kind === 'text') literal += part.text
    else {
      if (literal !== '') parts.push(literal)
      literal = ''
      parts.push(part.part)
    }
    if (problems.length > MOST_PROBLEMS) break
  }
  literal += text.slice(at)
  if (parts.length === 0) return { value: literal, problems }
  if (literal !== '') parts.push(literal)
  return { value: new Template(parts), problems }
}

type ReadPart =
  | { kind: 'part'; part: Reference | Expression; end: number }
  | { kind: 'text'; text: string; end: number }
  | { kind: 'wrong'; problems: TemplateProblem[]; end: number }

/** Most braces hold a path, which is read without a parser of JavaScript. */
function readPart(text: string, open: number, items: readonly string[]): ReadPart {
  const braces = readBraces(text, open + 2, items)
  if (braces.kind === 'text') return braces
  if (braces.kind === 'path') {
    const { path, source, root, end } = braces
    const mark = root === 'item' ? { item: true as const } : root === 'env' ? { env: true as const } : {}
    return { kind: 'part', part: { kind: 'reference', path, source, at: open, ...mark }, end }
  }
  const read = readExpression(text, open + 2, items)
  if (read.kind === 'path') return { kind: 'part', part: { ...read.reference, at: open }, end: read.end }
  if (read.kind === 'wrong') return braces.hint === undefined ? read : { ...read, problems: [braces.hint] }
  const { end, ...expression } = read
  return { kind: 'part', part: { ...expression, at: open }, end }
}

/** Makes a value of a definition ready to be resolved. `each` is told of every text with its path inside the value. */
export function compile(
  value: Json,
  each: (text: string, inside: (string | number)[]) => string | Template
): PlannedValue {
  return compileAt(value, each, [])
}

function compileAt(
  value: Json,
  each: (text: string, inside: (string | number)[]) => string | Template,
  inside: (string | number)[]
): PlannedValue {
  if (typeof value === 'string') return each(value, inside)
  if (typeof value !== 'object' || value === null) return value
  const list = Array.isArray(value)
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, compileAt(inner, each, [...inside, list ? Number(key) : key])] as const
  )
  if (entries.some(([, inner]) => inner instanceof Template || inner instanceof Composite)) {
    return new Composite(list, entries)
  }
  // Nothing inside is a template, so every entry is Json: what quoted braces stand for is already in it.
  const literal = list ? entries.map(([, inner]) => inner as Json) : (Object.fromEntries(entries) as JsonObject)
  return Object.freeze(literal) as Json
}

/** What values hold besides what steps left. */
export interface Beside {
  /** The declared variables; those that are secret as handles. */
  env?: JsonObject
  /** What expressions gave. */
  results?: ReadonlyMap<Expression, Json | undefined>
}

const NOTHING: Beside = {}

/**
 * The value with its references looked up in `steps` (`trigger` and the exports of each finished step; within an `each`
 * also its item, by its name, which no step has). A template
 * that leads nowhere is `undefined` alone, left out of an object, and null in a list.
 * @param beside holds the result of every expression in it
 */
export function resolve(value: PlannedValue, steps: JsonObject, beside = NOTHING): Json | undefined {
  if (value instanceof Template) return resolveTemplate(value, steps, beside)
  if (!(value instanceof Composite)) return value
  if (value.list) return value.entries.map(([, inner]) => resolve(inner, steps, beside) ?? null)
  const object: JsonObject = {}
  for (const [key, inner] of value.entries) {
    const resolved = resolve(inner, steps, beside)
    if (resolved !== undefined) object[key] = resolved
  }
  return object
}

function resolveTemplate(template: Template, steps: JsonObject, beside: Beside): Json | undefined {
  const [first] = template.parts
  if (template.parts.length === 1 && typeof first === 'object') return valueOf(first, steps, beside)
  let text = ''
  for (const part of template.parts) text += typeof part === 'string' ? part : asText(valueOf(part, steps, beside))
  return text
}

/** What a reference or an expression stands for. */
export function valueOf(part: Reference | Expression, steps: JsonObject, beside = NOTHING): Json | undefined {
  if (part.kind === 'reference') return lookUp(part.path, part.env === true ? (beside.env ?? {}) : steps)
  if (beside.results?.has(part) !== true) throw new Error('an expression was not evaluated before its value was needed')
  return beside.results.get(part)
}

/** The value at a path. Follows own keys only, so that no path reaches a prototype; a list also has its `length`. */
function lookUp(path: readonly (string | number)[], steps: JsonObject): Json | undefined {
  let value: Json | undefined = steps
  for (const key of path) {
    if (typeof value !== 'object' || value === null || key === '__proto__' || !Object.hasOwn(value, key))
      return undefined
    value = (value as { [key: string | number]: Json })[key]
  }
  return value
}

function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Everything that a value reads, in the order in which it stands there: its references and those of its expressions. */
export function references(value: PlannedValue): Reference[] {
  return dynamicParts(value).flatMap((part) => (part.kind === 'reference' ? [part] : part.reads))
}

/** The expressions of a value. */
export function expressionsOf(value: PlannedValue): Expression[] {
  return dynamicParts(value).filter((part) => part.kind === 'expression')
}

/** All of a value that is not literal: none, and the value is the same for every run. */
export function dynamicParts(value: PlannedValue): (Reference | Expression)[] {
  if (value instanceof Template) return value.parts.filter((part) => typeof part === 'object')
  if (value instanceof Composite) return value.entries.flatMap(([, inner]) => dynamicParts(inner))
  return []
}
