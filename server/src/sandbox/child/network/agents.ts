/**
 * How many connections to one host at a time. Node's own agents open one for each request that is under way, which a step
 * with hundreds of them would pay for: the channel carries a limited number, and idle ones hold their places.
 */
import type { Agent } from 'node:http'
import type { ChildChannel } from '../channel.ts'
import { sendAsMessages, type Agent as FetchAgent } from './requests.ts'

const PER_HOST = 48
/** Where Node's fetch looks for its agent, once it is loaded. */
const AGENT = Symbol.for('undici.globalDispatcher.2')

export function limitHttp({ globalAgent }: { globalAgent: Agent }): void {
  globalAgent.maxSockets = PER_HOST
}

/** What fetch is made of is loaded by its first call: that takes as long as the process to start. */
export function installFetch(channel: ChildChannel): void {
  const { fetch } = globalThis
  let prepared = false
  const first: typeof fetch = (input, init) => {
    // Code may have kept this one, or put its own in its place.
    if (globalThis.fetch === first) globalThis.fetch = fetch
    if (!prepared) prepare(channel)
    prepared = true
    return fetch(input, init)
  }
  globalThis.fetch = first
}

function prepare(channel: ChildChannel): void {
  // Whatever is read of it loads all of it, with its agent.
  Reflect.get(globalThis, 'Headers')
  const agent: unknown = Reflect.get(globalThis, AGENT)
  if (typeof agent !== 'object' || agent === null || typeof Reflect.get(agent, 'dispatch') !== 'function') return
  limit(agent)
  sendAsMessages(agent as FetchAgent, channel)
}

/** The agent is one of undici's, whose options decide about each host when it is first called. */
function limit(agent: object): void {
  const key = Object.getOwnPropertySymbols(agent).find(({ description }) => description === 'options')
  const options: unknown = key === undefined ? undefined : Reflect.get(agent, key)
  if (typeof options === 'object' && options !== null && !('connections' in options)) {
    Object.assign(options, { connections: PER_HOST })
  }
}
