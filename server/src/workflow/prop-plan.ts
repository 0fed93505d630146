import { Fault, resolveProps, shapeOf, type ActionDefinition, type Json, type PropDefinition } from '@bellhop/sdk'
import { storeNameProblem } from './binding-schema.ts'
import { asObject, choices, kindOf, quote, unknownWord, type Path, type Problem, type Report } from './mistakes.ts'
import { dynamicParts, Template, type PlannedValue } from './references.ts'
import type { Scope } from './scope.ts'
import type { Sources } from './sources.ts'
import { planLookupText } from './store-plan.ts'

/** Where a step stands, and what its parts are reported and resolved with. */
export interface Site {
  step: string
  path: Path
  scope: Scope
  report: Report
  sources: Sources
}

/**
 * Plans a step's props: references compiled, literals checked against what the action takes. Defaults come at run time.
 * @param open whether there may be more props than the action says, which depend on the values of others
 */
export function planProps(
  action: ActionDefinition,
  written: unknown,
  site: Site,
  open = false
): Record<string, PlannedValue> {
  const { apps, inputs, stores } = shapeOf(action)
  const props = asObject(written) ?? {}
  const planned: Record<string, PlannedValue> = {}
  for (const [name, value] of Object.entries(props)) {
    const path = [...site.path, 'props', name]
    const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined
    if (input !== undefined) planned[name] = planProp(action, name, input, value as Json, path, site)
    else if (Object.hasOwn(stores, name)) continue
    else if (Object.hasOwn(apps, name)) {
      const message = `${quote(name)} is an app: its credentials go under \`auth\``
      site.report.add(path, { message, expected: 'the inputs of the action only' }, 'key')
    } else if (open) planned[name] = site.scope.compile(value as Json, path, site.report)
    else {
      const problem = unknownWord('prop', name, [...Object.keys(stores), ...Object.keys(inputs)], quote(action.key))
      site.report.add(path, problem, 'key')
      site.scope.compile(value as Json, path, site.report)
    }
  }
  for (const [name, input] of Object.entries(inputs)) {
    if (Object.hasOwn(props, name) || input.optional === true || input.default !== undefined) continue
    const message = `${quote(action.key)} needs the prop ${quote(name)}`
    site.report.add([...site.path, 'props', name], { message, expected: input.label ?? input.type })
  }
  return planned
}

/** The names of the stores that a step works with, by prop. */
export function planStores(action: ActionDefinition, written: unknown, site: Site): Record<string, string> {
  const props = asObject(written) ?? {}
  const planned: Record<string, string> = {}
  for (const [name, { label, kinds }] of Object.entries(shapeOf(action).stores)) {
    const path = [...site.path, 'props', name]
    const value = props[name]
    if (value === undefined) {
      const message = `${quote(action.key)} needs the prop ${quote(name)}`
      site.report.add(path, { message, expected: `the name of a store (${label ?? kinds.join(', ')})` })
      continue
    }
    const problem = storeNameProblem(value)
    if (problem !== undefined) site.report.add(path, problem)
    if (typeof value === 'string') planned[name] = value
  }
  return planned
}

function planProp(
  action: ActionDefinition,
  name: string,
  input: PropDefinition,
  value: Json,
  path: Path,
  site: Site
): PlannedValue {
  if (input.lookup === true && typeof value === 'string') return planLookupText(value, true, { ...site, path }) ?? value
  const before = site.report.count
  const planned = site.scope.compile(value, path, site.report)
  const used = dynamicParts(planned)
  if (input.selects === true) site.sources.addLookup(planned, path, site.step)
  if (input.literal !== undefined && used.length > 0) {
    site.report.add(path, referenceInCode(name, input.literal.instead))
    return planned
  }
  if (input.secret === true) {
    const app = Object.values(shapeOf(action).apps)[0]?.app ?? 'event'
    site.sources.add(planned, path, { app, field: name, step: site.step, use: 'prop' })
    if (!site.scope.brings(planned) && value !== null && value !== '' && site.report.count === before)
      site.report.add(path, credentialInClear(name))
    return planned
  }
  if (used.length === 0) checkLiteral(action, name, input, planned as Json, path, site.report)
  else if (planned instanceof Template && planned.parts.length > 1) checkText(name, input, path, site.report)
  return planned
}

/** Whoever sends a value must not be able to write a statement with it. */
function referenceInCode(name: string, instead: string): { message: string; expected: string } {
  return {
    message: `${quote(name)} is code, and a reference in it would let whoever sends the value change it`,
    expected: `text without references; put them into ${quote(instead)}`
  }
}

/** A credential written out in a definition; the message never quotes it. */
export function credentialInClear(name: string): Problem {
  return {
    message: `a credential does not belong in a definition: ${quote(name)} takes a reference to where it comes from`,
    ...referenceFor(name)
  }
}

/** A credential of which nobody has said yet where it comes from. */
export function credentialUnsaid(name: string): Problem {
  return { message: `nothing says where ${quote(name)} comes from`, ...referenceFor(name) }
}

function referenceFor(name: string): { expected: string; suggestion: string } {
  return {
    expected: 'a reference',
    suggestion: `{{steps.trigger.event.body.${/^\w+$/.test(name) ? name : 'token'}}}`
  }
}

function checkLiteral(
  action: ActionDefinition,
  name: string,
  input: PropDefinition,
  value: Json,
  path: Path,
  report: Report
): void {
  if (value === null && (input.optional === true || input.default !== undefined)) return
  const options = input.options?.map((option) => (typeof option === 'object' ? option.value : option))
  if (options !== undefined && typeof value === 'string' && !options.includes(value)) {
    report.add(path, {
      expected: choices(options.map(String)),
      ...unknownWord('option', value, options.map(String), quote(name))
    })
    return
  }
  try {
    resolveProps({ key: action.key, props: { [name]: input } }, { [name]: value })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    report.add(path, { message: error.message, expected: expectation(input), ...wholeNumber(input, value) })
  }
}

function expectation(input: PropDefinition): string {
  const { type, min, max } = input
  const bounds = [min === undefined ? '' : ` from ${min}`, max === undefined ? '' : ` up to ${max}`].join('')
  return `${type}${bounds}, or a reference`
}

function wholeNumber(input: PropDefinition, value: Json): { suggestion?: string } {
  const rounded = input.type === 'integer' && typeof value === 'number' ? Math.round(value) : undefined
  return rounded === undefined || rounded === value ? {} : { suggestion: String(rounded) }
}

/** References inside text make text, whatever they find. */
function checkText(name: string, input: PropDefinition, path: Path, report: Report): void {
  const scalar =
    input.type === 'string' || input.type === 'any' || input.type === 'string[]' || input.type.startsWith('object')
  if (scalar) return
  const message = `${quote(name)} is ${kindOfType(input.type)}, and a reference inside text makes text`
  report.add(path, { message, expected: 'a reference alone, with nothing around it' })
}

function kindOfType(type: PropDefinition['type']): string {
  return type === 'integer' ? kindOf(0) : type === 'boolean' ? 'true or false' : `of type ${quote(type)}`
}
