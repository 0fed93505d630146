/**
 * A server that answers as Nango does, errors included: what was read in its source
 * (`packages/server/lib/controllers/connection/connectionId/getConnection.ts` and what that calls) and seen of a real one.
 * It binds to loopback only.
 *
 * Who owns what: the stand-in has integrations, connections and keys; a test changes them as they are, and looks at what
 * was asked in `asked`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '@bellhop/sdk'

/** A connection, and how its renewal goes. */
export interface StandInConnection {
  /** As Nango keeps it; a `refresh_token` in it is left out of answers. */
  credentials: JsonObject
  connection_config?: JsonObject
  /** What the provider answers to a renewal: a new access token, or no. Without it the provider refuses. */
  renew?: (credentials: JsonObject) => JsonObject
  /** Renewals have failed for days. */
  exhausted?: boolean
  /** When a renewal failed last, in Unix milliseconds. */
  failedAt?: number
}

/** What a key may do; `list` is a key that may not read a single connection. */
export type StandInScope = 'read_credentials' | 'read' | 'list'

export interface Asked {
  /** As it was on the wire. */
  path: string
  id: string
  query: Record<string, string>
  key: string
}

interface Reply {
  status: number
  body: unknown
  headers?: Record<string, string>
}

/** Renewed this long before it expires; not tried again for this long after a failure. */
const MARGIN_MS = 15 * 60_000
const COOLDOWN_MS = 30_000
const CONNECTION_ID = /^[a-zA-Z0-9,.;:=+~[\]|@${}"'\\/_ -]+$/
const INTEGRATION_ID = /^[a-zA-Z0-9~:.@ _-]+$/

export class NangoStandIn {
  readonly keys = new Map<string, StandInScope>()
  /** By integration, then by connection's id. */
  readonly integrations = new Map<string, Map<string, StandInConnection>>()
  readonly asked: Asked[] = []
  /** How many more requests are answered before 429; as many as come by default. */
  remaining = Infinity
  retryAfterS = 17
  /** Every answer is this one. */
  says: Reply | undefined
  /** Waited for before each answer. */
  gate: Promise<unknown> = Promise.resolve()
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<NangoStandIn> {
    const server = createServer()
    const standIn = new NangoStandIn(server)
    server.on('request', (request, response) => {
      standIn.#serve(request, response).catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return standIn
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  connect(integration: string, id: string, connection: StandInConnection): void {
    const connections = this.integrations.get(integration) ?? new Map<string, StandInConnection>()
    this.integrations.set(integration, connections.set(id, connection))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = this.#reply(request)
    await this.gate
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers })
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
  }

  #reply(request: IncomingMessage): Reply {
    const [path = '', search] = (request.url ?? '').split('?', 2)
    const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const query = Object.fromEntries(new URLSearchParams(search))
    const id = /^\/connections\/([^/]+)$/.exec(path)?.[1]
    this.asked.push({ path, id: decodeURIComponent(id ?? ''), query, key })
    if (this.says !== undefined) return this.says
    if (key === '')
      return failed(401, 'missing_auth_header', 'Authentication failed. The request is missing the header.')
    const scope = this.keys.get(key)
    if (scope === undefined) return failed(401, 'unknown_account', `Authentication failed. ${key} matches no account.`)
    if (--this.remaining < 0) return this.#tooMany(path)
    if (id === undefined || request.method !== 'GET') return failed(404, 'not_found', `endpoint not found: ${path}`)
    return this.#connection(scope, decodeURIComponent(id), query)
  }

  #tooMany(path: string): Reply {
    const headers = { 'retry-after': String(this.retryAfterS), 'x-ratelimit-remaining': '0' }
    return { status: 429, headers, body: { error: { code: 'too_many_request', method: 'GET', path } } }
  }

  #connection(scope: StandInScope, id: string, query: Record<string, string>): Reply {
    if (scope === 'list')
      return failed(403, 'forbidden', 'Insufficient scope. Required one of: environment:connections:read')
    const { provider_config_key: integration = '', force_refresh, refresh_token } = query
    if (integration.length > 255 || !INTEGRATION_ID.test(integration)) return invalid('invalid_query_params')
    if (id.length > 255 || !CONNECTION_ID.test(id)) return invalid('invalid_uri_params')
    const asksForSecrets = force_refresh === 'true' || refresh_token === 'true'
    if (scope === 'read' && asksForSecrets) {
      return failed(403, 'forbidden', 'Credential and refresh options require the read_credentials scope')
    }
    const connections = this.integrations.get(integration)
    if (connections === undefined) return failed(400, 'unknown_provider_config', 'Provider does not exists')
    const connection = connections.get(id)
    if (connection === undefined) return failed(404, 'not_found', 'Failed to find connection')
    const problem = scope === 'read' ? undefined : renewed(connection, force_refresh === 'true')
    if (problem !== undefined)
      return { ...problem, body: withConnection(problem.body, answer(id, integration, connection, {})) }
    const { refresh_token: kept, ...credentials } = connection.credentials
    const shown = refresh_token === 'true' && kept !== undefined ? connection.credentials : credentials
    return { status: 200, body: answer(id, integration, connection, scope === 'read' ? {} : shown) }
  }
}

/** Renews what is about to expire or has to be renewed. The answer, where that does not work. */
function renewed(connection: StandInConnection, force: boolean): Reply | undefined {
  const now = Date.now()
  if (!force && connection.exhausted === true) {
    return failed(424, 'invalid_credentials', 'The refresh limit has been reached for this connection.')
  }
  if (!force && connection.failedAt !== undefined && now - connection.failedAt < COOLDOWN_MS) {
    return failed(424, 'invalid_credentials', 'A recent refresh attempt failed. Backing off before retrying.')
  }
  const { credentials } = connection
  const renewable = ['OAUTH2_CC', 'APP', 'JWT', 'TWO_STEP', 'SIGNATURE', 'AWS_SIGV4'].some(
    (type) => type === credentials['type']
  )
  const expires = credentials['expires_at']
  const due = force || (typeof expires === 'string' && Date.parse(expires) - now < MARGIN_MS)
  if (!due || !(renewable || credentials['refresh_token'] !== undefined)) return undefined
  if (connection.renew === undefined) {
    connection.failedAt = now
    const message =
      'The external API returned an error when trying to refresh the access token. Please try again later.'
    return failed(400, 'invalid_credentials', message)
  }
  connection.credentials = connection.renew(credentials)
  delete connection.failedAt
  return undefined
}

/** A connection as the public API shows it. */
function answer(id: string, integration: string, connection: StandInConnection, credentials: JsonObject): JsonObject {
  return {
    id: 1,
    connection_id: id,
    provider_config_key: integration,
    provider: integration,
    errors: [],
    end_user: null,
    tags: {},
    metadata: null,
    connection_config: connection.connection_config ?? {},
    webhook_url_override: null,
    created_at: '2026-01-01T00:00:00.000+00:00',
    updated_at: '2026-01-01T00:00:00.000+00:00',
    last_fetched_at: '2026-01-01T00:00:00.000+00:00',
    credentials
  }
}

function failed(status: number, code: string, message: string): Reply & { body: { error: object } } {
  return { status, body: { error: { code, message } } }
}

function invalid(code: string): Reply {
  return { status: 400, body: { error: { code, errors: [{ code: 'invalid_string', message: 'Invalid', path: [] }] } } }
}

/** Errors of renewals carry the connection, with all that its `connection_config` holds. */
function withConnection(body: unknown, connection: JsonObject): unknown {
  return { error: { ...(body as { error: object }).error, payload: { connection } } }
}
