/**
 * One endpoint of Nango's API, https://nango.dev/docs/reference/backend/http-api/connections/get
 *
 * Nango's own npm client puts the API key into the errors that it throws, has no timeout and does not encode ids. Here no
 * error says what was sent, nothing follows a redirect, and the id is one segment.
 *
 * Who owns what: this object has the connections; the key is read at each request and kept nowhere.
 */
import type { Json } from '@bellhop/sdk'
import { retryAfterMs } from '../../../egress/retry-after.ts'
import { Pool } from '../../../egress/undici.ts'
import { badAnswer, badInput } from '../faults.ts'
import { withinTime } from '../network.ts'
import type { NangoConfig } from './config.ts'

/** What came back, whatever it says. */
export interface Answer {
  status: number
  /** The JSON of the body; undefined where it is none. */
  body: Json | undefined
  /** What `Retry-After` says, in milliseconds. */
  retryAfterMs: number | undefined
}

/** Which connection, and what of it. */
export interface Question {
  id: string
  integration: string
  /** `force_refresh`: Nango renews the credential even if it seems good. `refresh_token`: it is a part of the answer. */
  ask?: 'force_refresh' | 'refresh_token'
}

/** A connection's answer has some kilobytes. */
const MAX_BYTES = 1024 * 1024
const MAX_CONNECTIONS = 16

export class NangoClient {
  readonly #config: () => NangoConfig
  readonly #now: () => number
  #pool: { origin: string; pool: Pool } | undefined

  constructor(config: () => NangoConfig, now: () => number) {
    this.#config = config
    this.#now = now
  }

  /** @throws Fault `store_unreachable`, `store_slow`, `store_tls`, `store_bad_answer`, `store_bad_input` */
  async ask(question: Question, signal: AbortSignal): Promise<Answer> {
    const { host, api_key, timeout } = this.#config()
    const { origin, pathname } = new URL(host)
    const path = `${pathname.replace(/\/$/, '')}${pathOf(question)}`
    return withinTime(signal, timeout, async (either) => {
      const { statusCode, headers, body } = await this.#connectedTo(origin).request({
        method: 'GET',
        path,
        headers: { authorization: `Bearer ${api_key}`, accept: 'application/json', 'user-agent': 'bellhop' },
        signal: either,
        headersTimeout: timeout,
        bodyTimeout: timeout
      })
      const wait = headers['retry-after']
      return {
        status: statusCode,
        body: parsed(await textOf(body)),
        retryAfterMs: retryAfterMs(typeof wait === 'string' ? wait : undefined, this.#now())
      }
    })
  }

  async close(): Promise<void> {
    await this.#pool?.pool.destroy()
  }

  /** No certificate is taken on trust, whatever the environment says. */
  #connectedTo(origin: string): Pool {
    if (this.#pool?.origin === origin) return this.#pool.pool
    const { timeout } = this.#config()
    const pool = new Pool(origin, { connections: MAX_CONNECTIONS, connect: { timeout, rejectUnauthorized: true } })
    this.#pool = { origin, pool }
    return pool
  }
}

function pathOf({ id, integration, ask }: Question): string {
  const query = new URLSearchParams({
    provider_config_key: integration,
    ...(ask === undefined ? {} : { [ask]: 'true' })
  })
  try {
    return `/connections/${encodeURIComponent(id)}?${query.toString()}`
  } catch {
    throw badInput('connection', 'is not well-formed text')
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES)
      throw badAnswer('answers with more than 1 MiB', 'Check that its `host` is that of Nango’s API.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The parser's message quotes the text. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
