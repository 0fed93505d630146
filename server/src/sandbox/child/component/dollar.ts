/** The `$` of a component: what it says to its workflow goes to the server, in order, while the code goes on. */
import type { Json } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'
import { doorFetch } from './fetch.ts'
import { bytesOf, type Said } from './response.ts'

/** What the server says for `$`. */
export interface DollarInput {
  /** `$.context`. */
  context: Json
  /** Where the waits of this step are ended from outside: `resume_url` and `cancel_url`, if they can be. */
  waits: Json
}

/** Destinations that Pipedream has and this server has not. */
const ELSEWHERE = ['email', 'emit', 's3', 'sse'] as const

/**
 * @returns `$`, and what waits until the server has taken in all that was said
 */
export function dollarOf(call: ChildCall, { context, waits }: DollarInput): { $: object; heard: () => Promise<void> } {
  const said: Promise<unknown>[] = []
  const say = (operation: string, input: unknown): Promise<Json> => {
    const answered = call.ask(operation, input as Json)
    // Whoever waits for it is told, and so is who waits for all.
    answered.catch(() => {})
    said.push(answered)
    return answered
  }
  const wait = (operation: string, input: object): Json => {
    void say(operation, input)
    return waits
  }
  const rerun = (ms: unknown, handed?: unknown, max?: unknown): Json => wait('flow.rerun', { ms, context: handed, max })
  const $ = {
    context,
    export: (key: unknown, value: unknown): void => void say('export', { key, value }),
    respond: (response: Said = {}): Promise<void> => {
      const answered = respond(say, response)
      said.push(answered)
      answered.catch(() => {})
      return answered
    },
    flow: {
      exit: (reason?: unknown): undefined => void say('flow.exit', { reason }),
      delay: (ms: unknown): Json => wait('flow.delay', { ms }),
      suspend: (ms?: unknown): Json => wait('flow.suspend', { ms }),
      rerun,
      retry: rerun
    },
    send: {
      http: (request: unknown): void => void say('send.http', request),
      // Thrown at once: nobody waits for what these would promise.
      ...Object.fromEntries(ELSEWHERE.map((name) => [name, () => fail(missing(name))]))
    },
    fetch: doorFetch(call.signal),
    signal: call.signal
  }
  return { $, heard: async () => void (await Promise.all(said)) }
}

async function respond(say: (operation: string, input: unknown) => Promise<Json>, response: Said): Promise<void> {
  const bytes = await bytesOf(response)
  if (bytes === undefined) await say('respond', response)
  else await say('respond', { ...response, body: bytes.toString('base64'), encoding: 'base64' })
}

function fail(error: Error): never {
  throw error
}

function missing(name: string): Error {
  return new Error(`there is no \`$.send.${name}\` here: send a request with \`$.send.http\`, or use an action`)
}
