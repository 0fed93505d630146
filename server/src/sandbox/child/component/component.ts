/**
 * The handlers for components: what a bundle's default export is, and how it is run. What they are given the server has
 * made; what they answer it does not trust.
 */
import './globals.ts'
import type { Json, JsonObject } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'
import { described } from './described.ts'
import { dollarOf, FlowExit, type Collected } from './dollar.ts'
import { failureOf } from './failures.ts'
import { componentOf } from './found.ts'
import { instanceOf, type Given } from './instance.ts'
import { additionalOf, optionsOf, type OptionsAsked } from './offers.ts'

export async function describe({ module }: ChildCall): Promise<Json> {
  return described(componentOf(module))
}

/** What `run` is called with. */
interface RunInput extends Given {
  steps: JsonObject
  /** `$.context`. */
  context: Json
}

/** Runs the component. Its answer becomes JSON on its way, as the exports of any step do. */
export async function run(call: ChildCall): Promise<Json> {
  const { apps = {}, props = {}, steps = {}, context = {} } = (call.input ?? {}) as Partial<RunInput>
  const { $, collected } = dollarOf(call, context)
  return settled(async () => {
    const component = componentOf(call.module)
    const self = instanceOf(component, { apps, props }, call)
    const returned = await component.run.call(self, { steps, $ })
    return left(collected, returned)
  }, collected)
}

export async function options(call: ChildCall): Promise<Json> {
  return settled(() => optionsOf(componentOf(call.module), call.input as unknown as OptionsAsked, call))
}

export async function props(call: ChildCall): Promise<Json> {
  return settled(() => additionalOf(componentOf(call.module), call.input as unknown as Given, call))
}

/** Ending the run is no error; any other is told in full. */
async function settled(work: () => Promise<Json>, collected?: Collected): Promise<Json> {
  try {
    return await work()
  } catch (error) {
    if (collected?.exit !== undefined && error instanceof FlowExit) return left(collected, undefined)
    throw failureOf(error)
  }
}

function left({ exports, response, exit }: Collected, returned: unknown): Json {
  return { returned, exports: [...exports], response, exit } as unknown as Json
}
