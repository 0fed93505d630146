/** What a module exports, as a component of the Component API. */

/** An object of foreign code: anything may stand in it. */
export type Raw = Readonly<Record<string, unknown>>

export interface Component extends Raw {
  run(this: object, input: object): unknown
}

/** A function of foreign code. */
export type Foreign = (this: unknown, ...args: unknown[]) => unknown

export function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isFunction(value: unknown): value is Foreign {
  return typeof value === 'function'
}

/** Text of what should be text: objects as JSON, nothing as empty. */
export function asText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'object':
      return value === null ? '' : JSON.stringify(value)
    case 'number':
    case 'boolean':
    case 'bigint':
      return value.toString()
    default:
      return ''
  }
}

/**
 * The component that a module's default export is. A function alone is one that has no props.
 * @throws Error saying what the module exports instead
 */
export function componentOf(module: Raw | undefined): Component {
  const exported = defaultOf(module)
  if (isFunction(exported)) return { run: (input: object) => exported.call(undefined, input) }
  if (!isObject(exported)) {
    const what = exported === undefined ? 'the code has no default export' : 'the default export is no component'
    throw new Error(`${what}: begin it with \`export default defineComponent({\``)
  }
  if (exported['type'] === 'source') throw new Error('this is a source, which starts workflows: a step takes an action')
  if (exported['type'] === 'app') throw new Error('this is an app: a step takes one of its actions')
  if (!isFunction(exported['run']))
    throw new Error('the default export has no `run`: a component has `async run({ steps, $ })`')
  return exported as Component
}

/** CommonJS in an ES module may be wrapped, twice even. */
function defaultOf(module: Raw | undefined): unknown {
  let value: unknown = module
  for (let depth = 0; depth < 3; depth++) {
    if (!isObject(value) || !('default' in value)) return depth === 0 ? undefined : value
    value = value['default']
  }
  return value
}
