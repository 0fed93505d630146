/**
 * The handlers for components: what a bundle's default export is, and how it is run. What they are given the server has
 * made; what they answer it does not trust.
 */
import './globals.ts'
import type { Json, JsonObject } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'
import { described } from './described.ts'
import { dollarOf, type DollarInput } from './dollar.ts'
import { failureOf } from './failures.ts'
import { componentOf } from './found.ts'
import { instanceOf, type Given } from './instance.ts'
import { additionalOf, optionsOf, type OptionsAsked } from './offers.ts'

export async function describe({ module }: ChildCall): Promise<Json> {
  return described(componentOf(module))
}

/** What `run` is called with. */
interface RunInput extends Given, DollarInput {
  steps: JsonObject
}

/** Runs the component. What it returns becomes JSON on its way, as the exports of any step do. */
export function run(call: ChildCall): Promise<Json> {
  const { apps = {}, props = {}, steps = {}, context = {}, waits = {} } = (call.input ?? {}) as Partial<RunInput>
  return told(async () => {
    const { $, heard } = dollarOf(call, { context, waits })
    const component = componentOf(call.module)
    const returned = await component.run.call(instanceOf(component, { apps, props }, call), { steps, $ })
    await heard()
    return { returned: returned as Json }
  })
}

export function options(call: ChildCall): Promise<Json> {
  return told(() => optionsOf(componentOf(call.module), call.input as unknown as OptionsAsked, call))
}

export function props(call: ChildCall): Promise<Json> {
  return told(() => additionalOf(componentOf(call.module), call.input as unknown as Given, call))
}

/** Errors are told in full. */
async function told(work: () => Promise<Json>): Promise<Json> {
  try {
    return await work()
  } catch (error) {
    throw failureOf(error)
  }
}
