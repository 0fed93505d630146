/** What a form asks a component while it is filled in: the choices of a prop, and which props there are besides. */
import type { ComponentDefinition } from '../action.ts'
import { Fault } from '../fault.ts'
import type { Json, JsonObject } from '../json.ts'
import type { InputProp, OptionsPage, Prop, Props } from '../prop.ts'
import { isReference, shapeOf, takenOver } from '../shape.ts'

/** Which page of choices is wanted. */
export interface Page {
  /** From 0 on; 0 by default. */
  page?: number
  /** The `context` of the page before. */
  prevContext?: JsonObject
  /** What a person typed, where the prop says `useQuery`. */
  query?: string
}

/** A page of choices, each with its label. */
export interface Choices {
  options: { label: string; value: Json }[]
  /** What the next page is asked with. */
  context?: JsonObject
}

type Callable = (this: unknown, ...args: unknown[]) => unknown

/** @throws Fault `test_no_options`, and whatever the component's functions throw */
export async function choicesOf(
  component: ComponentDefinition,
  name: string,
  instance: Readonly<Record<string, unknown>>,
  configured: JsonObject,
  { page = 0, prevContext = {}, query }: Page
): Promise<Choices> {
  const props = component.props?.[name] === undefined ? await propsWith(component, instance) : component.props
  const prop = props[name]
  const { input, owner, passedOn } = found(component, name, prop, instance, configured)
  if (typeof input.options !== 'function') return choices(input.options ?? [])
  const asked = { page, prevContext, ...(query === undefined ? {} : { query }), ...passedOn }
  return choices((await (input.options as Callable).call(owner, asked)) as OptionsPage)
}

interface Found {
  input: InputProp
  /** `this` of its functions: the app that defines it, or the component. */
  owner: unknown
  passedOn: object
}

function found(
  component: ComponentDefinition,
  name: string,
  prop: Prop | undefined,
  instance: Readonly<Record<string, unknown>>,
  configured: JsonObject
): Found {
  const key = component.key ?? 'the component'
  if (prop !== undefined && isReference(prop)) {
    const [app, , passOn] = prop.propDefinition
    const passedOn = typeof passOn === 'function' ? (passOn as Callable).call(undefined, configured) : passOn
    return {
      input: takenOver(key, name, prop),
      owner: ownerOf(component, app.app, instance),
      passedOn: passedOn as object
    }
  }
  if (typeof prop === 'object' && 'options' in prop) return { input: prop, owner: instance, passedOn: {} }
  throw new Fault('test_no_options', `the prop ${name} of ${key} has no options`, {
    hint: `Its props are ${Object.keys(component.props ?? {}).join(', ')}.`
  })
}

/** The app as the component has it: its functions need what is bound. */
function ownerOf(component: ComponentDefinition, slug: string, instance: Readonly<Record<string, unknown>>): unknown {
  const { key = 'the component', props = {} } = component
  for (const [name, app] of Object.entries(shapeOf({ key, props }).apps)) if (app.app === slug) return instance[name]
  throw new Fault('component_invalid', `${key} takes a prop over from the app ${slug}, which is not among its props`, {
    hint: `Add the app to the props: \`${slug}\`.`
  })
}

function choices(page: OptionsPage): Choices {
  const { options, context } = 'options' in page ? page : { options: page, context: undefined }
  const labelled = options.map((option) =>
    typeof option === 'object' ? { label: option.label, value: option.value } : { label: String(option), value: option }
  )
  return { options: labelled, ...(context === undefined ? {} : { context }) }
}

/**
 * The props as they are after `additionalProps`: those of the component, as it changed them, and what it added.
 * @throws whatever it throws
 */
export async function propsWith(component: ComponentDefinition, instance: object): Promise<Props> {
  const defined: Record<string, Prop> = {}
  for (const [name, prop] of Object.entries(component.props ?? {})) {
    defined[name] = typeof prop === 'object' ? { ...prop } : prop
  }
  const added = await (component.additionalProps as Callable | undefined)?.call(instance, defined)
  return { ...defined, ...(added as Props | undefined) }
}
