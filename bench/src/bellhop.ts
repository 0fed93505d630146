/** Bellhop as it is started by its users, and the workflow that is measured. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from './load/order.ts'
import { BODY, VENDOR_PATH } from './payload.ts'
import { Service } from './service.ts'

const BIN = new URL('../../server/bin/bellhop.js', import.meta.url)

export function startBellhop(data: string, env: Record<string, string> = {}): Promise<Service> {
  return Service.start(BIN, ['start', '--data', data, '--port', '0'], { env })
}

/** Nothing is taken away while it is measured: the floor keeps everything, too. */
export const KEEP_ALL = { max_age: '3660d', max_events: 100_000_000 }

export interface Definition {
  name: string
  trigger: object
  steps: object[]
  settings: object
}

/** A credential in the request. */
export const FROM_REQUEST = { runtime: { bearer_token: '{{steps.trigger.event.body.token}}' } }

/** The measured one: a credential in the request, one call that uses it, the vendor's answer for the caller. */
export function oneCall(name: string, vendor: string, binding: object = FROM_REQUEST): Definition {
  return {
    name,
    trigger: { type: 'http', respond: 'last_step', allow_anonymous: true },
    steps: [
      {
        name: 'note',
        use: 'http-request',
        auth: { http: binding },
        props: {
          method: 'POST',
          url: `${vendor}${VENDOR_PATH}`,
          body: { channel: '{{steps.trigger.event.body.channel}}', text: '{{steps.trigger.event.body.text}}' }
        }
      }
    ],
    settings: { retention: KEEP_ALL }
  }
}

/** One that waits for long, with a credential at hand for afterwards. Its caller is answered once it waits. */
export function oneWait(name: string, vendor: string): Definition {
  const { steps, ...rest } = oneCall(name, vendor)
  return { ...rest, steps: [{ name: 'pause', delay: '30d' }, ...steps] }
}

/** One call for each element of a list in the request, ten at a time. */
export function eachCall(name: string, vendor: string, binding?: object): Definition {
  const call = {
    name: 'note',
    use: 'http-request',
    ...(binding === undefined ? {} : { auth: { http: binding } }),
    props: { method: 'POST', url: `${vendor}${VENDOR_PATH}?api_key=of-anyone`, body: { text: 'Hello' } }
  }
  return {
    name,
    trigger: { type: 'http', allow_anonymous: true },
    steps: [{ name: 'all', each: '{{steps.trigger.event.body.list}}', concurrency: 10, steps: [call] }],
    settings: { retention: KEEP_ALL, timeout: '1h' }
  }
}

/** Deploys a definition. Returns its trigger as a target. */
export async function deploy(server: Service, data: string, definition: Definition): Promise<Target> {
  const { name } = definition
  const response = await fetch(`${server.url}/api/v1/workflows/${name}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${readFileSync(join(data, 'admin-token'), 'utf8').trim()}`,
      'content-type': 'application/json'
    },
    body: JSON.stringify(definition)
  })
  const answer = (await response.json()) as { triggers?: { url: string }[] }
  const url = answer.triggers?.[0]?.url
  if (!response.ok || url === undefined) throw new Error(`deploying ${name}: ${JSON.stringify(answer)}`)
  return { url, headers: {}, body: BODY }
}
