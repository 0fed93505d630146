/** The handlers for components: what a bundle exports, and how it is run. */
import type { Json } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'

type Run = (context: { steps: Json; $: object }) => unknown

/** Calls the bundle's default export, a function or an object with `run`, with the call's input. */
export async function run({ input, module, ask, signal }: ChildCall): Promise<Json> {
  const exported = module?.['default']
  const context = { steps: input, $: { ask, signal } }
  if (typeof exported === 'function') return (await (exported as Run)(context)) as Json
  if (typeof exported === 'object' && exported !== null && 'run' in exported && typeof exported.run === 'function') {
    return (await (exported.run as Run).call(exported, context)) as Json
  }
  throw new TypeError('the code has no default export that can be run')
}

export async function describe({ module }: ChildCall): Promise<Json> {
  return Object.keys(module ?? {})
}

export async function options(): Promise<Json> {
  return []
}

export async function props(): Promise<Json> {
  return {}
}
