/** A component as data: what the server, which never imports it, plans with. */
import type { Json, JsonObject } from '@bellhop/sdk'
import { choice, isChoice } from './choices.ts'
import { isFunction, type Component, type Raw } from './found.ts'
import { defaultOf, isOptional, propsOf, type Prop } from './props.ts'

/** The shape that `workflow/foreign-action.ts` reads. */
export function described(component: Component): Json {
  return {
    key: text(component['key']),
    name: text(component['name']),
    description: text(component['description']),
    version: text(component['version']),
    props: describedProps(propsOf(component)),
    additionalProps: isFunction(component['additionalProps'])
  }
}

export function describedProps(props: ReadonlyMap<string, Prop>): JsonObject {
  return Object.fromEntries([...props].map(([name, prop]) => [name, describedProp(prop)]))
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function describedProp(prop: Prop): Json {
  switch (prop.kind) {
    case 'app':
      return { kind: 'app', app: prop.app.app }
    case 'db':
      return { kind: prop.kind }
    case 'note':
      return { kind: prop.kind, type: prop.type, ...texts(prop.raw, 'alertType', 'content') }
    case 'data_store':
      return { kind: 'data_store', ...words(prop.raw), ...flags({ optional: isOptional(prop.raw) }) }
    case 'input':
      return describedInput(prop)
  }
}

function describedInput({ type, raw, as }: Prop & { kind: 'input' }): Json {
  const { options, min, max } = raw
  const initial = json(defaultOf(raw))
  return {
    kind: 'input',
    type,
    ...(as === undefined ? {} : { as }),
    ...words(raw),
    ...flags({
      optional: isOptional(raw),
      hasDefault: raw['default'] !== undefined,
      secret: raw['secret'] === true,
      asyncOptions: isFunction(options),
      useQuery: raw['useQuery'] === true,
      reloadProps: raw['reloadProps'] === true,
      withLabel: raw['withLabel'] === true,
      hidden: raw['hidden'] === true,
      disabled: raw['disabled'] === true
    }),
    ...(initial === undefined ? {} : { default: initial }),
    ...(typeof min === 'number' ? { min } : {}),
    ...(typeof max === 'number' ? { max } : {}),
    ...(Array.isArray(options) && options.every(isChoice) ? { options: options.map(choice) } : {})
  }
}

function words(raw: Raw): JsonObject {
  return texts(raw, 'label', 'description')
}

function texts(raw: Raw, ...names: string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (typeof raw[name] === 'string' ? [[name, raw[name]]] : [])))
}

/** Those that are set. */
function flags(all: Record<string, boolean>): JsonObject {
  return Object.fromEntries(Object.entries(all).filter(([, set]) => set))
}

/** As JSON; undefined for what is none. */
function json(value: unknown): Json | undefined {
  try {
    const written = JSON.stringify(value)
    return written === undefined ? undefined : (JSON.parse(written) as Json)
  } catch {
    return undefined
  }
}
