/** Values of props as a form deals with them. */
import type { Json, JsonObject } from '../values/json.ts'
import { isObject } from '../values/json.ts'
import { wholeReference } from '../values/reference.ts'
import type { PropForm } from './step-offers.ts'

/** Whether a value is a template where something else than text is wanted: the run brings it. */
export function isTemplate(value: Json | undefined): value is string {
  return typeof value === 'string' && value.includes('{{')
}

/** Whether a template keeps the type of what it finds: anything else becomes text. */
export function keepsType(value: string): boolean {
  return wholeReference(value.trim()) !== undefined
}

/** A value as a text that can be edited: text as it is, anything else as JSON. */
export function textOf(value: Json | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)
}

/** The value that a JSON text says; a template alone stands for what it finds. Undefined where it is neither. */
export function readJson(text: string): { value: Json } | undefined {
  if (keepsType(text)) return { value: text.trim() }
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

/** A number as a person types it. `problem` says what is wrong with it. */
export function readInteger(
  text: string,
  { min, max }: Pick<PropForm, 'min' | 'max'>
): { value: number } | { problem: string } {
  if (!/^-?\d{1,16}$/.test(text.trim())) return { problem: 'Write a whole number, such as 10.' }
  const value = Number(text)
  if (min !== undefined && value < min) return { problem: `At least ${min}.` }
  if (max !== undefined && value > max) return { problem: `At most ${max}.` }
  return { value }
}

/** What stands in an empty field: the default, which a run takes. */
export function defaultWords(prop: PropForm): string {
  const { default: initial } = prop
  if (initial === undefined || initial === null || initial === '') return ''
  return typeof initial === 'string' ? initial : JSON.stringify(initial)
}

export interface Row {
  name: string
  value: Json
}

export function rowsOfObject(value: Json | undefined): Row[] {
  return isObject(value) ? Object.entries(value).map(([name, inner]) => ({ name, value: inner })) : []
}

/** Rows without a name are not said yet. */
export function objectOfRows(rows: readonly Row[]): JsonObject | undefined {
  const named = rows.filter(({ name }) => name !== '')
  return named.length === 0 ? undefined : Object.fromEntries(named.map(({ name, value }) => [name, value]))
}

/** Which props a form shows at once, and which wait behind a button. */
export function shownProps(props: readonly PropForm[], values: JsonObject, added: ReadonlySet<string>) {
  const visible = props.filter(({ hidden }) => !hidden)
  const extra = visible.filter((prop) => prop.optional && !isPassive(prop) && !Object.hasOwn(values, prop.name))
  // A few more fields are no burden: a button that hides three says less than they do.
  const folded = extra.length > 3 ? extra.filter(({ name, reload }) => !added.has(name) && !reload) : []
  return { shown: visible.filter((prop) => !folded.includes(prop)), folded }
}

/** Whether it is there to be read only. */
export function isPassive({ type }: PropForm): boolean {
  return type === 'alert' || type === 'dir'
}

/** The props of a form with those that depend on others: they come last, or take the place of one of the same name. */
export function mergedProps(own: readonly PropForm[], further: readonly PropForm[]): PropForm[] {
  const byName = new Map(further.map((prop) => [prop.name, prop]))
  const replaced = own.map((prop) => byName.get(prop.name) ?? prop)
  const names = new Set(own.map(({ name }) => name))
  return [...replaced, ...further.filter(({ name }) => !names.has(name))]
}
