/** The `$` of a component: what it says to its workflow is collected here, and goes to the server when it ends. */
import type { Json } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'
import { doorFetch } from './fetch.ts'
import { asText } from './found.ts'

/** What a component left besides its value. Not yet JSON: that is what becomes of it on its way. */
export interface Collected {
  exports: Map<string, unknown>
  response: unknown
  exit: string | undefined
}

/** Thrown by `$.flow.exit` so that the code stops there; `Collected` remembers it if the code swallows it. */
export class FlowExit extends Error {}

/** @param context `$.context`, as the server says */
export function dollarOf({ signal }: ChildCall, context: Json): { $: object; collected: Collected } {
  const collected: Collected = { exports: new Map(), response: undefined, exit: undefined }
  const $ = {
    context,
    export(key: unknown, value: unknown) {
      if (key === '$return_value') {
        throw new Error('an action returns `$return_value`: it cannot export it')
      }
      if (value !== undefined) collected.exports.set(asText(key), value)
    },
    respond(response: unknown) {
      collected.response ??= response
    },
    flow: {
      exit(reason?: unknown): never {
        collected.exit = reason === undefined ? 'the step ended the run' : asText(reason)
        throw new FlowExit('the run ends here')
      }
    },
    fetch: doorFetch(signal),
    signal
  }
  return { $, collected }
}
