/** What a form asks a component while it is filled in: the choices of a prop, and what props there are besides. */
import type { Json, JsonObject } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'
import { describedProps } from './described.ts'
import { asText, isFunction, isObject, type Component, type Raw } from './found.ts'
import { appInstance, instanceOf, type Given } from './instance.ts'
import { propsOf, readProps } from './props.ts'

/** Which page of which prop's choices is wanted. */
export interface OptionsAsked extends Given {
  prop: string
  /** From 0. */
  page?: number
  /** What the page before returned as its context. */
  prevContext?: Json
  query?: string
}

/** More choices than this are no help. */
const MOST = 5_000

/**
 * The choices, each with label and value, and the context that the next page is asked for with.
 * @throws Error where the prop has no such function, and whatever it throws
 */
export async function optionsOf(component: Component, asked: OptionsAsked, call: ChildCall): Promise<Json> {
  const prop = await propNamed(component, asked, call)
  const { options } = prop.raw
  if (!isFunction(options)) throw new Error(`the prop \`${asked.prop}\` has no options that can be asked for`)
  const self = instanceOf(component, asked, call, true)
  const owner = prop.from === undefined ? self : ownerOf(component, prop.from.app, self, asked)
  const { page = 0, prevContext = null, query } = asked
  const answer = await options.call(owner, {
    page,
    prevContext: prevContext ?? {},
    ...(query === undefined ? {} : { query }),
    ...configured(prop.from?.values, asked.props)
  })
  const list = isObject(answer) ? answer['options'] : answer
  const context = isObject(answer) ? answer['context'] : undefined
  return {
    options: (Array.isArray(list) ? list : []).slice(0, MOST).map(choiceOf),
    ...(context === undefined ? {} : { context: context as Json })
  }
}

/**
 * The props that depend on the values of others, and those of its own that are others now.
 * @throws whatever `additionalProps` throws
 */
export async function additionalOf(component: Component, given: Given, call: ChildCall): Promise<JsonObject> {
  const own = copies(component)
  const more = describedProps(readProps(await additional(component, given, call, own)))
  const before = describedProps(propsOf(component))
  const changed = Object.entries(describedProps(readProps(own))).filter(
    ([name, prop]) => JSON.stringify(prop) !== JSON.stringify(before[name])
  )
  return { ...Object.fromEntries(changed), ...more }
}

async function additional(
  component: Component,
  given: Given,
  call: ChildCall,
  own = copies(component)
): Promise<unknown> {
  const { additionalProps } = component
  if (!isFunction(additionalProps)) return {}
  return await additionalProps.call(instanceOf(component, given, call, true), own)
}

function copies({ props }: Component): Raw {
  return isObject(props) ? Object.fromEntries(Object.entries(props).map(copied)) : {}
}

/** `additionalProps` may change what it is given; the component stays as it is. */
function copied([name, prop]: [string, unknown]): [string, unknown] {
  return [name, isObject(prop) ? { ...prop } : prop]
}

async function propNamed(component: Component, asked: OptionsAsked, call: ChildCall) {
  const prop = propsOf(component).get(asked.prop) ?? readProps(await additional(component, asked, call)).get(asked.prop)
  if (prop?.kind !== 'input') throw new Error(`there is no prop \`${asked.prop}\` that has options`)
  return prop
}

/** The instance of the app whose prop it is: what the step binds under the same app. */
function ownerOf(component: Component, app: Raw, self: Readonly<Record<string, unknown>>, given: Given): unknown {
  for (const [name, prop] of propsOf(component)) {
    if (prop.kind === 'app' && prop.app.app === app['app']) return self[name]
  }
  return appInstance(app, Object.values(given.apps)[0])
}

/** What the reference passes on: a fixed object, or what its function makes of the values so far. */
function configured(values: unknown, props: JsonObject): Raw {
  const made: unknown = isFunction(values) ? values(props) : values
  return isObject(made) ? made : {}
}

function choiceOf(option: unknown): Json {
  if (!isObject(option)) return { label: asText(option), value: option as Json }
  const { label, value } = option
  return { label: asText(label ?? value), value: (value ?? null) as Json }
}
