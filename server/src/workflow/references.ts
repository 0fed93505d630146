/**
 * References: how a definition says "the value that stands there". `{{steps.fetch.$return_value.items[0].id}}` alone
 * in a field keeps the type of what it finds; inside text it becomes text, where objects and lists are JSON and
 * nothing (absent or null) is empty. `{{'{{'}}` writes the braces themselves: a quoted text stands for itself.
 *
 * Templates are parsed once, when a plan is made; resolving walks what was parsed. A literal part of a definition is
 * frozen and given out as it is, so whoever needs to change a resolved value copies it.
 */
import type { Json, JsonObject } from '@bellhop/sdk'
import type { Problem } from './mistakes.ts'
import { readBraces } from './reference-parser.ts'

export interface Reference {
  kind: 'reference'
  /** Without the leading `steps`: `['trigger', 'event', 'body', 'id']`. Never empty. */
  path: readonly (string | number)[]
  /** Whether it starts with the name of an item of an `each`: `['item', 'token']`. */
  item?: true
  /** As written between the braces. */
  source: string
  /** Where it starts in its text, in UTF-16 units. */
  at: number
}

/** Text with references in it, at least one; a single part keeps its type. */
export class Template {
  readonly kind = 'template'
  readonly parts: readonly (string | Reference)[]

  constructor(parts: readonly (string | Reference)[]) {
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

/**
 * Parses one text. Linear in its length, never throws; the value is usable only where there are no problems.
 * @param items names that a reference may start with besides `steps`
 */
export function parseTemplate(
  text: string,
  items: readonly string[] = []
): { value: string | Template; problems: TemplateProblem[] } {
  const parts: (string | Reference)[] = []
  const problems: TemplateProblem[] = []
  let literal = ''
  let at = 0
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', at)) {
    literal += text.slice(at, open)
    const braces = readBraces(text, open + 2, items)
    at = braces.end
    if (braces.kind === 'wrong') problems.push({ ...braces.problem, at: braces.at })
    else if (braces.kind === 'text') literal += braces.text
    else {
      if (literal !== '') parts.push(literal)
      literal = ''
      const { path, source, item } = braces
      parts.push({ kind: 'reference', path, source, at: open, ...(item ? { item: true as const } : {}) })
    }
  }
  literal += text.slice(at)
  if (parts.length === 0) return { value: literal, problems }
  if (literal !== '') parts.push(literal)
  return { value: new Template(parts), problems }
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

/**
 * The value with its references looked up in `steps` (`trigger` and the exports of each finished step; within an `each`
 * also its item, by its name, which no step has). A template
 * that leads nowhere is `undefined` alone, left out of an object, and null in a list.
 */
export function resolve(value: PlannedValue, steps: JsonObject): Json | undefined {
  if (value instanceof Template) return resolveTemplate(value, steps)
  if (!(value instanceof Composite)) return value
  if (value.list) return value.entries.map(([, inner]) => resolve(inner, steps) ?? null)
  const object: JsonObject = {}
  for (const [key, inner] of value.entries) {
    const resolved = resolve(inner, steps)
    if (resolved !== undefined) object[key] = resolved
  }
  return object
}

function resolveTemplate(template: Template, steps: JsonObject): Json | undefined {
  const [first] = template.parts
  if (template.parts.length === 1 && typeof first === 'object') return lookUp(first.path, steps)
  let text = ''
  for (const part of template.parts) text += typeof part === 'string' ? part : asText(lookUp(part.path, steps))
  return text
}

/** The value at a path. Follows own keys only, so that no path reaches a prototype; a list also has its `length`. */
export function lookUp(path: readonly (string | number)[], steps: JsonObject): Json | undefined {
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

/** Every reference in a value, in the order in which they stand. */
export function references(value: PlannedValue): Reference[] {
  if (value instanceof Template) return value.parts.filter((part) => typeof part === 'object')
  if (value instanceof Composite) return value.entries.flatMap(([, inner]) => references(inner))
  return []
}
