import { Fault, type Dollar, type FetchAnswer, type FetchInit, type HttpResponse, type Json } from '@bellhop/sdk'
import type { Attempt } from '../engine/port.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { TriggerContext } from './trigger-context.ts'

/** Thrown by `$.flow.exit` so that the action's code stops there; `Collected` remembers it if the action swallows it. */
export class FlowExit extends Error {}

/** What an action left through `$` while it ran. */
export interface Collected {
  exports: Map<string, Json>
  response: HttpResponse | undefined
  exit: string | undefined
}

/** Builds the `$` of one attempt, and what it collects. */
export function dollarOf(
  context: TriggerContext,
  attempt: Attempt,
  fetch: (url: string, init?: FetchInit) => Promise<FetchAnswer>
): { $: Dollar; collected: Collected } {
  const collected: Collected = { exports: new Map(), response: undefined, exit: undefined }
  const $: Dollar = {
    context: { ...context, attempt: attempt.number, idempotency_key: attempt.idempotencyKey },
    export(key, value) {
      if (key === '$return_value') {
        throw new Fault('reserved_export', 'an action returns `$return_value`; it cannot export it', {
          hint: 'Return the value, or export it under another name.'
        })
      }
      if (value !== undefined) collected.exports.set(key, value)
    },
    respond(response) {
      checkResponse(response)
      collected.response ??= response
    },
    flow: {
      exit(reason) {
        collected.exit = reason ?? 'the step ended the run'
        throw new FlowExit()
      }
    },
    fetch,
    signal: attempt.signal
  }
  return { $, collected }
}

function checkResponse(response: HttpResponse): void {
  const status = response.status ?? 200
  if (Number.isInteger(status) && status >= 200 && status <= 599) return
  throw new Fault('bad_response', '`$.respond` needs a status between 200 and 599')
}

/** More JSON text than this is not an export but a file. */
const MAX_EXPORT_CHARACTERS = 20_000_000

/**
 * The record of a finished action, as the JSON that its exports really are: what `JSON.stringify` drops or changes is
 * dropped or changed before the next step sees it, not after a restart.
 * @throws Fault `export_not_json`, `export_too_large`
 */
export function recordOf(collected: Collected, returned: Json | undefined): StepRecord {
  const { $summary: summary, ...named } = Object.fromEntries(collected.exports)
  return asJson({
    exports: { ...(returned === undefined ? {} : { $return_value: returned }), ...named },
    ...(summary === undefined ? {} : { summary: typeof summary === 'string' ? summary : JSON.stringify(summary) }),
    ...(collected.exit === undefined ? {} : { exit: collected.exit }),
    ...(collected.response === undefined ? {} : { response: collected.response })
  })
}

function asJson(record: unknown): StepRecord {
  const text = stringify(record)
  if (text.length > MAX_EXPORT_CHARACTERS) {
    throw new Fault('export_too_large', `the step's exports take more than ${MAX_EXPORT_CHARACTERS / 1e6} MB as JSON`, {
      hint: 'Export the part that later steps need.'
    })
  }
  return JSON.parse(text) as StepRecord
}

/** JSON.stringify's own errors quote what they read, so they are replaced. */
function stringify(record: unknown): string {
  try {
    return JSON.stringify(record)
  } catch {
    throw new Fault('export_not_json', 'the step exports something that is not JSON (a cycle, or a BigInt)', {
      hint: 'Export plain objects, lists, text and numbers.'
    })
  }
}
