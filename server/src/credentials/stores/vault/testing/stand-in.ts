/**
 * A Vault in small, for tests: real HTTP, with Vault's statuses and texts as a real OpenBao gave them
 * (`e2e/services/vault.test.ts` runs the same requests against one). Its clock is the test's.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '@bellhop/sdk'
import type { Certificate } from '../../../../egress/fixtures/certificates.ts'
import type { Engine, Outcome } from './engines.ts'
import { Logins } from './logins.ts'
import { Policies, type Capability } from './policies.ts'
import { Tokens, type Token } from './tokens.ts'

/** How it is. `gone` sends its clients on, as a standby node does that cannot forward. */
export type State =
  | 'active'
  | 'standby'
  | 'sealed'
  | 'uninitialised'
  | 'recovery'
  | 'silent'
  | { goTo: string }
  | { limited: string | undefined }

export interface Asked {
  method: string
  /** As it came, below `/v1/`. */
  path: string
  token: string | undefined
  namespace: string | undefined
}

interface Call {
  path: string
  capability: Capability
  query: URLSearchParams
  body: JsonObject
  token: Token
}

export class StandIn {
  readonly rootToken = 'the-root-token'
  readonly tokens: Tokens
  readonly policies = new Policies()
  readonly logins = new Logins()
  /** Everything that was asked, in order. */
  readonly asked: Asked[] = []
  state: State = 'active'
  /** The one says more of a token that it does not know. */
  flavour: 'vault' | 'openbao' = 'vault'
  /** Paths that go wrong, and how: those of others answer as ever. */
  readonly broken = new Map<string, Outcome>()
  readonly #engines = new Map<string, Engine>()
  readonly #server: Server
  readonly #scheme: string
  #passed = 0
  #held: Promise<void> | undefined

  constructor(certificate?: Certificate) {
    this.tokens = new Tokens(() => this.now())
    this.tokens.create({ policies: ['root'] }, this.rootToken)
    this.#scheme = certificate === undefined ? 'http' : 'https'
    this.#server = certificate === undefined ? createServer() : createTlsServer(certificate)
    this.#server.on(
      'request',
      (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response)
    )
  }

  get url(): string {
    // Certificates of tests name hosts.
    const host = this.#scheme === 'https' ? 'localhost' : '127.0.0.1'
    return `${this.#scheme}://${host}:${(this.#server.address() as AddressInfo).port}`
  }

  /** As an administrator's client wants it. */
  asVault(): { url: string; token: string } {
    return { url: this.url, token: this.rootToken }
  }

  listen(): Promise<this> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve(this)))
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  now(): number {
    return Date.now() + this.#passed
  }

  /** Moves its clock. */
  pass(ms: number): void {
    this.#passed += ms
  }

  /** Answers nobody until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#held = promise
    return () => {
      this.#held = undefined
      resolve()
    }
  }

  /** @param at from the root of all namespaces, as `secret` or `team/kv` */
  mount<E extends Engine>(at: string, engine: E): E {
    this.#engines.set(`${at}/`, engine)
    return engine
  }

  unmount(at: string): void {
    this.#engines.delete(`${at}/`)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const url = new URL(request.url ?? '', this.url)
    const path = url.pathname.slice('/v1/'.length)
    const token = headerOf(request, 'x-vault-token')
    const namespace = headerOf(request, 'x-vault-namespace')
    this.asked.push({ method: request.method ?? '', path, token, namespace })
    if (this.state === 'silent') return
    await this.#held
    const moved = typeof this.state === 'object' && 'goTo' in this.state ? this.state.goTo : undefined
    if (moved !== undefined) return void response.writeHead(307, { location: `${moved}${request.url ?? ''}` }).end()
    if (typeof this.state === 'object' && 'limited' in this.state && this.state.limited !== undefined) {
      response.setHeader('retry-after', this.state.limited)
    }
    answer(
      response,
      this.#outcome({ path, method: request.method ?? '', query: url.searchParams, body, token, namespace })
    )
  }

  #outcome(asked: Asked & { query: URLSearchParams; body: JsonObject }): Answer {
    const prefix = (asked.namespace ?? '').replace(/\/?$/, '/').replace(/^\/$/, '')
    const path = decodeURIComponent(asked.path)
    if (path === 'sys/health') {
      return prefix === ''
        ? { status: this.#health(), health: true }
        : refusal(400, 'operation unavailable in namespaces')
    }
    const unable = this.#unable(path)
    if (unable !== undefined) return unable
    const method = asked.query.get('list') === 'true' ? 'list' : asked.method === 'GET' ? 'read' : 'update'
    const login = /^auth\/(.+)\/login$/.exec(path)?.[1]
    if (login !== undefined) return this.#logIn(login, asked.body)
    const token = this.tokens.find(asked.token)
    if (token === undefined) return refusal(403, this.flavour === 'vault' ? UNKNOWN_TOKEN : 'permission denied')
    return (
      this.broken.get(path) ??
      this.#allowed({ path, capability: method, query: asked.query, body: asked.body, token }, prefix)
    )
  }

  #health(): number {
    if (typeof this.state === 'object') return 'limited' in this.state ? 200 : 429
    return { active: 200, standby: 429, sealed: 503, uninitialised: 501, recovery: 472, silent: 200 }[this.state]
  }

  #unable(path: string): Answer | undefined {
    if (this.state === 'sealed' || this.state === 'uninitialised') return refusal(503, 'Vault is sealed')
    if (this.state === 'recovery') return refusal(472, 'node is in recovery mode')
    if (typeof this.state === 'object') return refusal(429, `request path "${path}": rate limit quota exceeded`)
    return path.split('/').includes('..') ? refusal(400, 'relative paths not supported') : undefined
  }

  #logIn(mount: string, body: JsonObject): Answer {
    const outcome = this.logins.logIn(mount, body)
    if ('errors' in outcome) return outcome
    return { status: 200, data: null, auth: authOf(this.tokens.create(outcome.token), this.now()) }
  }

  #allowed(call: Call, prefix: string): Answer {
    const { path, capability, token } = call
    const mounted = /^sys\/internal\/ui\/mounts\/(.+)$/.exec(path)?.[1]
    if (mounted !== undefined) return this.#mounted(mounted, prefix, token)
    // Vault asks for a list with a slash at the end of the path.
    const asked = [`${prefix}${path}`, ...(capability === 'list' ? [`${prefix}${path}/`] : [])]
    if (!asked.some((one) => this.policies.may(token.policies, one, capability))) {
      return refusal(403, '1 error occurred:\n\t* permission denied\n\n')
    }
    return this.#own(call) ?? this.#engine(call, prefix)
  }

  #mounted(path: string, prefix: string, token: Token): Answer {
    const whole = `${prefix}${path}`
    const at = [...this.#engines.keys(), 'team/auth/token/', 'team/sys/'].find((key) => whole.startsWith(key))
    if (at === undefined || !this.policies.sees(token.policies, at)) {
      return refusal(
        403,
        "preflight capability check returned 403, please ensure client's policies grant access to path"
      )
    }
    const { type, options } = this.#engines.get(at) ?? {
      type: at.endsWith('sys/') ? 'ns_system' : 'ns_token',
      options: null
    }
    return { status: 200, data: { type, options, path: at.slice(prefix.length) } }
  }

  #engine({ path, capability, query, body, token }: Call, prefix: string): Answer {
    const whole = `${prefix}${path}`
    const at = [...this.#engines.keys()].find((key) => whole.startsWith(key) || `${whole}/` === key)
    const engine = this.#engines.get(at ?? '')
    if (at === undefined || engine === undefined) {
      return refusal(404, `no handler for route "${path}". route entry not found.`)
    }
    const method = capability === 'list' ? 'list' : capability === 'read' ? 'read' : 'update'
    return engine.handle({ path: whole.slice(at.length), whole, method, query, body, token: token.id })
  }

  /** What Vault does itself. */
  #own(call: Call): Answer | undefined {
    switch (call.path) {
      case 'sys/capabilities-self':
        return this.#capabilities(call)
      case 'sys/leases/renew':
        return this.#renewLease(call)
      case 'auth/token/create':
        return this.#createToken(call)
      case 'auth/token/lookup-self':
        return { status: 200, data: lookUp(call.token, this.now()) }
      case 'auth/token/renew-self':
        return this.#renewToken(call)
      case 'auth/token/revoke-self':
        if (call.token.type === 'batch') return refusal(400, 'batch tokens cannot be revoked')
        this.tokens.revoke(call.token.id)
        return { status: 204 }
      default:
        return undefined
    }
  }

  #capabilities({ body, token }: Call): Answer {
    const paths = Array.isArray(body['paths']) ? body['paths'].map(String) : []
    const found = paths.map((path) => [path, [...this.policies.capabilities(token.policies, path)]])
    return { status: 200, data: Object.fromEntries(found) as JsonObject }
  }

  #renewLease({ body }: Call): Answer {
    const lease = this.tokens.findLease(textOf(body['lease_id']))
    if (lease === undefined) return refusal(400, 'lease not found')
    if (!lease.renewable) return refusal(400, 'lease is not renewable')
    const { id, endsAt } = this.tokens.renewLease(lease, seconds(body['increment']))
    return {
      status: 200,
      data: null,
      lease_id: id,
      lease_duration: Math.floor((endsAt - this.now()) / 1000),
      renewable: true
    }
  }

  #createToken({ body, token: parent }: Call): Answer {
    if (parent.type === 'batch') return refusal(400, 'batch tokens cannot create more tokens')
    if (parent.numUses > 0) return refusal(400, 'restricted use token cannot generate child tokens')
    const ttlMs = seconds(body['ttl'])
    const token = this.tokens.create({
      policies: parent.policies,
      parent: parent.id,
      renewable: body['renewable'] !== false,
      displayName: `token-${textOf(body['display_name'])}`,
      ...(ttlMs === undefined ? {} : { ttlMs })
    })
    return { status: 200, data: null, auth: authOf(token, this.now()) }
  }

  #renewToken({ body, token }: Call): Answer {
    if (token.type === 'batch') return refusal(400, 'batch tokens cannot be renewed')
    if (!token.renewable) return refusal(400, 'lease is not renewable')
    return { status: 200, data: null, auth: authOf(this.tokens.renew(token, seconds(body['increment'])), this.now()) }
  }
}

const UNKNOWN_TOKEN = '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'

interface Answer extends Outcome {
  auth?: JsonObject
  /** Not wrapped as the others are. */
  health?: true
}

function refusal(status: number, error: string): Answer {
  return { status, errors: [error] }
}

function answer(response: ServerResponse, { status, errors, health, ...rest }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  if (status === 204) return void response.end()
  if (health === true) return void response.end('{"initialized":true}')
  const usual = {
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: null,
    wrap_info: null,
    warnings: null,
    auth: null
  }
  response.end(JSON.stringify(errors === undefined ? { ...usual, ...rest } : { errors }))
}

function authOf({ id, policies, endsAt, renewable, type, numUses, parent }: Token, now: number): JsonObject {
  const left = endsAt === Infinity ? 0 : Math.round((endsAt - now) / 1000)
  const orphan = parent === undefined
  const more = { mfa_requirement: null, token_type: type, num_uses: numUses, orphan, renewable, lease_duration: left }
  return { client_token: id, accessor: `accessor-${id.length}`, policies: [...policies], ...more }
}

function lookUp(
  { id, policies, endsAt, ttlMs, renewable, type, numUses, displayName }: Token,
  now: number
): JsonObject {
  const ttl = endsAt === Infinity ? 0 : Math.floor((endsAt - now) / 1000)
  const more = { creation_ttl: ttlMs / 1000, renewable, type, num_uses: numUses, display_name: displayName }
  return { id, path: 'auth/token/create', policies: [...policies], ttl, ...more }
}

/** `120s`, `120` or 120, in milliseconds. */
function seconds(written: unknown): number | undefined {
  const [, count] = /^(\d+)s?$/.exec(typeof written === 'number' ? `${written}` : textOf(written)) ?? []
  return count === undefined ? undefined : Number(count) * 1000
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? {} : (JSON.parse(text) as JsonObject)
}
