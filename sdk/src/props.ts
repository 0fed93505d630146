import type { ActionDefinition, PropDefinition, PropReference, PropType, Props, StoreProp } from './action.ts'
import type { AppDefinition } from './app.ts'
import { Fault } from './fault.ts'
import type { Json, JsonObject } from './json.ts'

/** An action's props, told apart, by the names that `this` uses. */
export interface ActionShape {
  apps: Readonly<Record<string, AppDefinition>>
  stores: Readonly<Record<string, StoreProp>>
  /** With what they take over from their app. */
  inputs: Readonly<Record<string, PropDefinition>>
}

const shapes = new WeakMap<Props, ActionShape>()

/**
 * Tells an action's props apart; once for each action.
 * @throws Fault `component_invalid` for a reference to a prop that its app does not define
 */
export function shapeOf(action: { key: string; props: Props }): ActionShape {
  let shape = shapes.get(action.props)
  if (shape === undefined) shapes.set(action.props, (shape = toldApart(action)))
  return shape
}

function toldApart({ key, props }: { key: string; props: Props }): ActionShape {
  const apps: Record<string, AppDefinition> = {}
  const stores: Record<string, StoreProp> = {}
  const inputs: Record<string, PropDefinition> = {}
  for (const [name, prop] of Object.entries(props)) {
    if (isApp(prop)) apps[name] = prop
    else if (isStore(prop)) stores[name] = prop
    else inputs[name] = 'propDefinition' in prop ? merged(key, name, prop) : prop
  }
  return { apps, stores, inputs }
}

function isApp(prop: Props[string]): prop is AppDefinition {
  return 'type' in prop && prop.type === 'app'
}

function isStore(prop: Props[string]): prop is StoreProp {
  return 'type' in prop && prop.type === 'store'
}

function merged(key: string, name: string, reference: PropReference): PropDefinition {
  const { propDefinition, ...own } = reference
  const [app, theirs] = propDefinition
  const base = app.propDefinitions?.[theirs]
  if (base !== undefined) return { ...base, ...own }
  throw new Fault(
    'component_invalid',
    `the prop ${name} of ${key} refers to ${theirs}, which ${app.name} does not define`
  )
}

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
  const typed = COERCE[input.type](value)
  const problem = typed === undefined ? `is ${kindOf(value)}, not ${NAMES[input.type]}` : outOfBounds(input, typed)
  if (typed !== undefined && problem === undefined) return typed
  throw new Fault('prop_invalid', `\`${name}\` of ${key} ${problem}`, {
    hint: 'Correct the value in the definition, or in what its reference resolves to.'
  })
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
