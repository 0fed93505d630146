import type { ActionDefinition } from './action.ts'
import { Fault } from './fault.ts'
import type { Json, JsonObject } from './json.ts'
import type { PropDefinition, PropType } from './prop.ts'
import { shapeOf } from './shape.ts'

/**
 * The values that an action gets for its inputs: defaults filled in, text turned into what the prop's type says
 * (`"25"` for an integer, JSON text for an object), everything checked. Absent and null mean not given.
 * @throws Fault `prop_missing`, `prop_invalid`, naming the prop and never its value
 */
export function resolveProps(action: Pick<ActionDefinition, 'key' | 'props'>, given: JsonObject): JsonObject {
  const values: JsonObject = {}
  for (const [name, input] of Object.entries(shapeOf(action).inputs)) {
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? input.default
    if (value !== undefined && value !== null) values[name] = checked(action.key, name, input, value)
    else if (input.optional !== true) {
      throw new Fault('prop_missing', `${action.key} needs \`${name}\`, and it is empty`, {
        hint: 'If the definition gives it a reference, look at what that reference resolves to in this run.'
      })
    }
  }
  return values
}

function checked(key: string, name: string, input: PropDefinition, value: Json): Json {
  if (input.withLabel === true) return labelled(key, name, input, value)
  const typed = COERCE[input.type](value)
  const problem = typed === undefined ? `is ${kindOf(value)}, not ${NAMES[input.type]}` : outOfBounds(input, typed)
  if (typed !== undefined && problem === undefined) return typed
  throw new Fault('prop_invalid', `\`${name}\` of ${key} ${problem}`, {
    hint: 'Correct the value in the definition, or in what its reference resolves to.'
  })
}

/** With the words for it: those of the definition, of the option that it is, or the value itself. */
function labelled(key: string, name: string, input: PropDefinition, value: Json): Json {
  const item = input.type.replace('[]', '') as PropType
  const one = (given: Json): Json => {
    const pair = object(given) ?? {}
    const typed = checked(key, name, { ...input, type: item, withLabel: false }, pair['value'] ?? given)
    return { label: labelOf(pair['label'], typed, input.options ?? []), value: typed }
  }
  if (item === input.type) return one(value)
  return (Array.isArray(value) ? value : [value]).map(one)
}

function labelOf(given: Json | undefined, value: Json, options: NonNullable<PropDefinition['options']>): string {
  if (typeof given === 'string') return given
  for (const option of options) if (typeof option === 'object' && option.value === value) return option.label
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const NAMES: Readonly<Record<PropType, string>> = {
  string: 'text',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  any: 'a value',
  'string[]': 'a list of texts',
  'integer[]': 'a list of whole numbers',
  'boolean[]': 'a list of true or false',
  'object[]': 'a list of objects'
}

/** By type, the value as it wants it; undefined where it cannot be. */
const COERCE: Readonly<Record<PropType, (value: Json) => Json | undefined>> = {
  any: (value) => value,
  string: (value) => (typeof value === 'string' ? value : typeof value === 'object' ? undefined : String(value)),
  integer,
  boolean: (value) =>
    value === 'true' || value === true ? true : value === 'false' || value === false ? false : undefined,
  object,
  'string[]': (value) => list(value, 'string'),
  'integer[]': (value) => list(value, 'integer'),
  'boolean[]': (value) => list(value, 'boolean'),
  'object[]': (value) => list(value, 'object')
}

function integer(value: Json): number | undefined {
  const number = typeof value === 'string' && /^\s*-?\d{1,16}\s*$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? Number(number) : undefined
}

function object(value: Json): JsonObject | undefined {
  const read = typeof value === 'string' ? parsed(value) : value
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? read : undefined
}

/** A list, a list as JSON text, or one item that stands for a list of one. */
function list(value: Json, type: PropType): Json[] | undefined {
  const read = typeof value === 'string' ? parsed(value) : value
  const items = (Array.isArray(read) ? read : [value]).map((item) => COERCE[type](item))
  return items.every((item) => item !== undefined) ? items : undefined
}

/** JSON text read; undefined where it is none. The runtime's error would quote the text. */
function parsed(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'text that does not fit' : `a ${typeof value}`
}

function outOfBounds(input: PropDefinition, value: Json): string | undefined {
  if (typeof value === 'number' && input.min !== undefined && value < input.min) return `is less than ${input.min}`
  if (typeof value === 'number' && input.max !== undefined && value > input.max) return `is more than ${input.max}`
  if (input.options === undefined) return undefined
  const allowed = input.options.map((option) => (typeof option === 'object' ? option.value : option))
  const chosen = Array.isArray(value) ? value : [value]
  if (chosen.every((one) => allowed.some((option) => option === one))) return undefined
  return `must be ${Array.isArray(value) ? 'some' : 'one'} of ${allowed.join(', ')}`
}
