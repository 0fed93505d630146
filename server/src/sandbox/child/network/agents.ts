/**
 * How many connections to one host at a time. Node's own agents open one for each request that is under way, which a step
 * with hundreds of them would pay for: the channel carries a limited number, and idle ones hold their places.
 */
import type { Agent } from 'node:http'

const PER_HOST = 48
/** Where Node's fetch looks for its agent, once it is loaded. */
const AGENT = Symbol.for('undici.globalDispatcher.2')

export function limitHttp({ globalAgent }: { globalAgent: Agent }): void {
  globalAgent.maxSockets = PER_HOST
}

/** What fetch is made of is loaded by its first call: that takes as long as the process to start. */
export function limitFetch(): void {
  const { fetch } = globalThis
  globalThis.fetch = (input, init) => {
    globalThis.fetch = fetch
    // Whatever is read of it loads all of it, with its agent.
    Reflect.get(globalThis, 'Headers')
    limit()
    return fetch(input, init)
  }
}

/** The agent is one of undici's, whose options decide about each host when it is first called. */
function limit(): void {
  const agent: unknown = Reflect.get(globalThis, AGENT)
  if (typeof agent !== 'object' || agent === null) return
  const key = Object.getOwnPropertySymbols(agent).find(({ description }) => description === 'options')
  const options: unknown = key === undefined ? undefined : Reflect.get(agent, key)
  if (typeof options === 'object' && options !== null && !('connections' in options)) {
    Object.assign(options, { connections: PER_HOST })
  }
}
