/**
 * HTTP with one Vault: a pool of connections of its own, made anew where the address or the authority changed.
 *
 * A token leaves for the configured origin only: redirects are not followed, but for one that asks for the very same
 * request again (a load balancer in front of standby nodes). No proxy of the environment is used, and
 * NODE_TLS_REJECT_UNAUTHORIZED has no say. What Vault says in a body is read for what it means and passed on to nobody:
 * it quotes what it was sent.
 */
import { readFile } from 'node:fs/promises'
import type { JsonObject } from '@bellhop/sdk'
import { Fault } from '@bellhop/sdk'
import type { Dispatcher } from 'undici'
import { retryAfterMs } from '../../../egress/retry-after.ts'
import { buildConnector, Pool } from '../../../egress/undici.ts'
import { asObject } from '../../../workflow/mistakes.ts'
import { badAnswer, tlsFailed, unavailable } from '../faults.ts'
import { withinTime } from '../network.ts'
import type { VaultConfig } from './config.ts'

export interface VaultRequest {
  method: 'GET' | 'POST'
  /** Below `/v1/`, its segments encoded. */
  path: string
  query?: Readonly<Record<string, string>>
  body?: JsonObject
  token?: string
  /** The endpoint is there once, beside all namespaces. */
  beside?: true
}

export interface VaultAnswer {
  status: number
  /** Undefined where it is not a JSON object. */
  body: Readonly<Record<string, unknown>> | undefined
  retryAfterMs: number | undefined
}

interface Connected {
  /** What it was made for. */
  key: string
  pool: Pool
}

/** A secret is at most 1 MiB at Vault’s own default. */
const LARGEST_ANSWER = 1_048_576
const MOST_CONNECTIONS = 32

export class Connection {
  readonly #config: () => VaultConfig
  readonly #now: () => number
  #connected: Connected | undefined

  constructor(config: () => VaultConfig, now: () => number) {
    this.#config = config
    this.#now = now
  }

  get config(): VaultConfig {
    return this.#config()
  }

  /**
   * One request. Any status comes back, but a redirect to elsewhere.
   * @throws Fault `store_unreachable`, `store_slow`, `store_tls`, `store_bad_answer`, `store_unavailable`
   */
  async send(request: VaultRequest, signal: AbortSignal): Promise<VaultAnswer> {
    const config = this.#config()
    const authority = await authorityOf(config)
    const pool = this.#pool(config, authority)
    try {
      return await withinTime(signal, config.timeout, (either) => this.#exchange(pool, config, request, either))
    } catch (error) {
      throw error instanceof Fault && error.code === 'store_tls' ? untrusted(error, authority) : error
    }
  }

  /** Ends every connection, also those in use. */
  async close(): Promise<void> {
    await this.#connected?.pool.destroy()
  }

  async #exchange(pool: Pool, config: VaultConfig, request: VaultRequest, signal: AbortSignal): Promise<VaultAnswer> {
    const url = urlOf(config, request)
    const options = { ...optionsOf(config, request, url), signal }
    let answer = await pool.request(options)
    if (isRedirect(answer)) {
      await answer.body.dump({ limit: LARGEST_ANSWER })
      checkRedirect(answer.headers['location'], url)
      answer = await pool.request(options)
    }
    const body = await bodyOf(answer)
    if (isRedirect(answer)) throw elsewhere(url)
    return { status: answer.statusCode, body, retryAfterMs: this.#retryAfter(answer) }
  }

  #retryAfter({ headers }: Dispatcher.ResponseData): number | undefined {
    const value = headers['retry-after']
    return retryAfterMs(Array.isArray(value) ? value[0] : value, this.#now())
  }

  #pool(config: VaultConfig, ca: string | undefined): Pool {
    const { origin } = new URL(config.address)
    const key = JSON.stringify([origin, ca ?? null])
    if (this.#connected?.key === key) return this.#connected.pool
    void this.#connected?.pool.close().catch(() => undefined)
    const pool = new Pool(origin, {
      connect: buildConnector({
        allowH2: false,
        timeout: config.timeout,
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca })
      }),
      allowH2: false,
      connections: MOST_CONNECTIONS,
      // Each request has a timer of its own.
      headersTimeout: 0,
      bodyTimeout: 0
    })
    this.#connected = { key, pool }
    return pool
  }
}

async function authorityOf({ ca, ca_file }: VaultConfig): Promise<string | undefined> {
  if (ca_file === undefined) return ca
  try {
    return await readFile(ca_file, 'utf8')
  } catch {
    throw tlsFailed(
      'cannot be trusted yet: its `ca_file` cannot be read',
      'Check the path, and that the user which runs Bellhop may read it.'
    )
  }
}

function urlOf({ address }: VaultConfig, { path, query }: VaultRequest): URL {
  const url = new URL(`${address}/v1/${path}`)
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  return url
}

function optionsOf(
  { namespace }: VaultConfig,
  { method, token, body, beside }: VaultRequest,
  url: URL
): Dispatcher.RequestOptions {
  return {
    method,
    path: `${url.pathname}${url.search}`,
    headers: {
      accept: 'application/json',
      // Vault can be told to refuse requests without it, so that no browser can be made to send one.
      'x-vault-request': 'true',
      ...(token === undefined ? {} : { 'x-vault-token': token }),
      ...(namespace === undefined || beside === true ? {} : { 'x-vault-namespace': namespace }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' })
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  }
}

function isRedirect({ statusCode }: Dispatcher.ResponseData): boolean {
  return statusCode >= 300 && statusCode < 400
}

/** @throws Fault unless it is the same request once more */
function checkRedirect(location: string | string[] | undefined, asked: URL): void {
  const url = typeof location === 'string' ? URL.parse(location, asked) : null
  if (url?.href !== asked.href) throw elsewhere(asked, url)
}

function elsewhere(asked: URL, url: URL | null = null): Fault {
  if (url !== null && url.protocol === 'https:' && asked.protocol === 'http:' && url.hostname === asked.hostname) {
    return unavailable('wants to be asked over TLS', 'Write its address with `https://`.', { retryable: false })
  }
  return unavailable(
    'sends its clients on to another address, where a token is not taken',
    'A standby node does so. Configure a load balancer in front of all nodes or the active one, or let nodes forward requests.'
  )
}

async function bodyOf({ body }: Dispatcher.ResponseData): Promise<VaultAnswer['body']> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_ANSWER) {
      throw badAnswer(`gave an answer of more than ${LARGEST_ANSWER} bytes`, 'Ask for less at a time.')
    }
    chunks.push(chunk)
  }
  try {
    return asObject(JSON.parse(Buffer.concat(chunks).toString()))
  } catch {
    return undefined
  }
}

function untrusted(fault: Fault, authority: string | undefined): Fault {
  const hint =
    authority === undefined
      ? 'Where a private authority vouches for it, give that as `ca` or `ca_file`.'
      : 'Check that `ca` or `ca_file` is the authority that signed it, and nobody else is trusted then.'
  return tlsFailed(fault.message, hint)
}
