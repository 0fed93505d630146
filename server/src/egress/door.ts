/**
 * The door: the one place where handles become secrets, on the way to a host of their app.
 *
 * A request goes through four rooms: `request.ts` parses it, `places.ts` decides what each handle in it becomes,
 * `pools.ts` decides which address is dialled, and `exchange.ts` sends it. What comes back goes through `decode.ts` and
 * `scrubbing.ts` before anyone sees it. A redirect starts over at the first room.
 *
 * Who owns what: the door owns connections, and nothing of a run. Keyring, ownership and time belong to the caller's
 * scope, which the door asks anew at each hop. Keeps I6, and I1 for all that comes back.
 */
import { isIP, type Socket } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { AppDefinition, FetchAnswer, FetchInit, Json } from '@bellhop/sdk'
import { Fault } from '@bellhop/sdk'
import type { Audience, HostRule, Keyring, Secret } from '../secrets/keyring.ts'
import type { EgressRule } from '../workflow/egress-list.ts'
import { readAnswer } from './answers.ts'
import { Exchange, lost, type Head, type Patience } from './exchange.ts'
import { badAnswer, failure } from './failures.ts'
import { matchingRule, nameOf, type Target } from './hosts.ts'
import { checkListed } from './listing.ts'
import { reveal } from './places.ts'
import { policyFor, type Policy } from './policy.ts'
import { Pools, systemResolve, type Connections, type Resolve } from './pools.ts'
import { RawGuard } from './raw-guard.ts'
import { isRedirect, MAX_REDIRECTS, redirected } from './redirects.ts'
import { relayedAnswer, type RelayedAnswer } from './relayed-answer.ts'
import { draft, type Draft } from './request.ts'
import { scrubHead, type Belonging } from './scrubbing.ts'
import { seen, sentOf, watchedAnswer, watchedRelay, type Watch, type Watching } from './showing.ts'
import { watched } from './watching.ts'

/** On whose behalf a request goes out. */
export interface DoorScope {
  keyring: Keyring
  /** The app whose step is calling, if any. */
  app?: AppDefinition
  /** Where that app's credentials may go, and with them what its vendor hands out to a request without one. */
  audience?: Audience
  /** Names of answer fields that hold secrets, besides OAuth's own. */
  secretAnswerFields: readonly string[]
  /** Whether this process still owns the run. Asked right before dialling and before sending. */
  owned(): boolean
  warn(message: string): void
  /** Told where sandboxed code goes on sending a credential that was refused: its step may as well fail with this. */
  insists?(fault: Fault): void
  signal: AbortSignal
  /** For credentials that were fetched, and may be out of date. */
  renewals?: Renewals
  /** A stranger's code: private addresses only as far as `egress` lists them. */
  sandboxed: boolean
  /** All that sandboxed code may reach, at private addresses too; absent: everything public. */
  egress?: readonly EgressRule[] | undefined
  /** Sandboxed code holds real values: what it sends is searched for those that do not belong where it goes. */
  revealed?: boolean
  /** Told of each request that leaves, and of what becomes of it: for whoever shows them. */
  watch?: Watch
  /** Where the apps live that the step is bound to: sandboxed code may reach them whatever `egress` says. */
  appHosts?: readonly HostRule[] | undefined
}

/** How a request of sandboxed code goes out. */
export interface Relaying {
  /** What stands for the body, if that is not read beforehand. */
  body?: Readable
  /** Told of each exchange: one that nobody waits for any more is to be abandoned. */
  begun(exchange: Exchange): void
  /** Told how many bytes more of the answer are held. What it throws ends the request. */
  hold: (bytes: number) => void
}

/** Credentials that are fetched anew when a vendor refuses them. */
export interface Renewals {
  /** The secret that stands for this one now. */
  newest(secret: Secret): Secret
  /**
   * A vendor answered 401 to a request that carried these.
   * @returns whether one of them is another one now, so that the request is worth repeating once. Never rejects.
   */
  refused(secrets: readonly Secret[]): Promise<boolean>
}

export interface DoorOptions {
  /** Whether private addresses are refused to everybody (`BELLHOP_EGRESS_DENY_PRIVATE`). */
  denyPrivate: boolean
  /** Longest body of an answer, unpacked. */
  maxAnswerBytes: number
  /** Hosts of the operator's base URLs, which `denyPrivate` does not concern. */
  operatorHosts?: readonly HostRule[]
  /** Default 10,000. */
  connectTimeoutMs?: number
  /** Longest silence within an answer's body. Default 30,000. */
  idleTimeoutMs?: number
  /** How names become addresses. Default: as the operating system does it. */
  resolve?: Resolve
}

const UNAUTHORIZED = 401
/** Each is a secret of its run, and some vendors set a new one with each answer. */
const MAX_COOKIES = 100
const DEFAULT_TIMEOUT = 30_000
const LONGEST_TIMEOUT = 2 ** 31 - 1

/** An answer's head, with what is needed to read on. */
interface Answered {
  exchange: Exchange
  head: Head
  method: string
  belonging: Belonging
  watching: Watching | undefined
}

export class Door {
  readonly #options: DoorOptions
  readonly #pools: Pools
  /** Connections on which there is no request: tunnels, and what changed its protocol. */
  readonly #tunnels = new Set<Duplex>()
  /** What each scope has been warned of. */
  readonly #warned = new WeakMap<DoorScope, Set<string>>()
  /** How many cookies each scope of sandboxed code may still be told. */
  readonly #cookies = new WeakMap<DoorScope, { left: number }>()

  constructor(options: DoorOptions) {
    this.#options = options
    this.#pools = new Pools({
      resolve: options.resolve ?? systemResolve,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      idleTimeoutMs: options.idleTimeoutMs ?? 30_000
    })
  }

  /**
   * Sends a request and reads its answer to the end.
   * @throws Fault, of which `vendor_unreachable` and `vendor_timeout` are worth a repetition. Refused before anything is
   *   sent: `bad_request_*`, `foreign_host`, `credential_*`, `dead_handle`, `address_refused`, `run_lost`. Afterwards:
   *   `redirect_refused`, `vendor_tls`, `vendor_bad_answer`, `answer_too_large`.
   */
  async fetch(scope: DoorScope, url: string, init: FetchInit = {}): Promise<FetchAnswer> {
    const carried: Secret[] = []
    const send = (secrets: Secret[]): Promise<Answered> => this.#follow(scope, url, init, secrets)
    const answer = await this.#read(await this.#answer(scope, send, carried))
    if (!(await refuses(scope.app, answer)) || !(await isRenewed(scope, carried))) return answer
    return this.#read(await send([]))
  }

  /**
   * Sends a request of sandboxed code, once: where it is redirected, the code is told so.
   * @throws Fault as `fetch`, and `egress_refused`
   */
  async relay(scope: DoorScope, request: Draft, relaying: Relaying): Promise<RelayedAnswer> {
    const carried: Secret[] = []
    const send = async (secrets: Secret[]): Promise<Answered> => {
      const { exchange, watching } = this.#begin(scope, request, { silenceMs: 0 }, secrets, relaying.body)
      relaying.begun(exchange)
      const head = await seen(exchange.head(), watching)
      if (head.upgraded !== undefined) this.#track(head.upgraded)
      return { exchange, head, method: request.method, belonging: belongingOf(scope, request, secrets), watching }
    }
    // A body that went out as it came in is gone.
    if (relaying.body !== undefined) return this.#relayed(scope, await send(carried), relaying)
    const answer = await this.#relayed(scope, await this.#answer(scope, send, carried), relaying)
    if (answer.whole === undefined || !saysRefused(scope.app, answer.whole.value)) return answer
    return (await isRenewed(scope, carried)) ? this.#relayed(scope, await send([]), relaying) : answer
  }

  /**
   * A connection for bytes that pass as they are, to a place that `egress` lists for it: nothing is revealed on it.
   * @throws Fault `address_refused`, `run_lost`, `vendor_unreachable`, `vendor_timeout`, `vendor_tls`
   */
  async dial(scope: DoorScope, target: Target): Promise<Socket> {
    if (!scope.owned()) throw lost(target)
    try {
      const plain = await this.#pools.dial(target, this.#policy(scope, target, false))
      this.#track(plain)
      return target.protocol === 'https:' ? await secured(plain, target) : plain
    } catch (error) {
      throw failure(error, target)
    }
  }

  #relayed(
    scope: DoorScope,
    { exchange, head, method, belonging, watching }: Answered,
    { hold }: Relaying
  ): Promise<RelayedAnswer> {
    const cookies = this.#cookies.get(scope) ?? { left: MAX_COOKIES }
    this.#cookies.set(scope, cookies)
    const limits = { bytes: this.#options.maxAnswerBytes, hold }
    const answer = relayedAnswer(exchange, head, method, { ...belonging, cookies }, limits)
    return watching === undefined ? answer : watchedRelay(answer, watching)
  }

  #read({ exchange, head, method, belonging, watching }: Answered): Promise<FetchAnswer> {
    const answer = readAnswer(exchange, head, method, belonging, this.#options.maxAnswerBytes)
    return watching === undefined ? answer : watchedAnswer(answer, watching)
  }

  /** Ends every connection. Requests under way fail with `door_closed`. */
  close(): Promise<void> {
    for (const socket of this.#tunnels) socket.destroy()
    return this.#pools.close()
  }

  /** One answer, and where it is a 401 to a credential that has changed since it was fetched, a second and last one. */
  async #answer(
    scope: DoorScope,
    send: (carried: Secret[]) => Promise<Answered>,
    carried: Secret[]
  ): Promise<Answered> {
    const answered = await send(carried)
    if (answered.head.status !== UNAUTHORIZED || !(await isRenewed(scope, carried))) return answered
    passedOver(answered)
    // A second refusal is the vendor's last word.
    carried.length = 0
    return send([])
  }

  async #follow(scope: DoorScope, url: string, init: FetchInit, carried: Secret[]): Promise<Answered> {
    let request = draft(url, init)
    const patience = { headersMs: timeoutOf(init) }
    let fromOutside = false
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const { exchange, connections, watching } = this.#begin(scope, request, patience, carried, undefined, fromOutside)
      const head = await seen(exchange.head(), watching)
      const location = isRedirect(head.status) && init.redirect !== 'manual' ? locationOf(head) : undefined
      const { method } = request
      const answered = { exchange, head, method, belonging: belongingOf(scope, request, carried), watching }
      if (location === undefined) return answered
      passedOver(answered)
      request = redirected(request, head.status, location, scope.keyring)
      fromOutside ||= connections.outside
    }
    throw badAnswer(request.target, `redirects more than ${MAX_REDIRECTS} times`)
  }

  /** Puts the secrets in and sends. What is wrong with the request is thrown before anything is dialled. */
  #begin(
    scope: DoorScope,
    request: Draft,
    patience: Patience,
    carried: Secret[],
    body?: Readable,
    fromOutside = false
  ): { exchange: Exchange; connections: Connections; watching: Watching | undefined } {
    checkListed(scope, request.target)
    const told = (secret: Secret): void => this.#warn(scope, request, secret)
    const guard = scope.revealed === true ? new RawGuard(scope.keyring, request.target) : undefined
    const guarded = guard?.request(request, body) ?? { draft: request, stream: body }
    const revealed = reveal(guarded.draft, scope, told)
    carried.push(...revealed.secrets)
    if (guarded.stream !== undefined) revealed.stream = watched(guarded.stream, scope.keyring, told)
    const connections = this.#pools.get(request.target, this.#policy(scope, request.target, fromOutside))
    const exchange = new Exchange(connections.pool, request.method, revealed, request.target, scope, patience)
    return { exchange, connections, watching: scope.watch?.sent(sentOf(request, revealed)) }
  }

  #track(tunnel: Duplex): void {
    this.#tunnels.add(tunnel)
    tunnel.on('close', () => this.#tunnels.delete(tunnel))
  }

  #policy(scope: DoorScope, target: Target, sentFromOutside: boolean): Policy {
    const { sandboxed, egress, appHosts } = scope
    const { denyPrivate, operatorHosts = [] } = this.#options
    return policyFor(target, { sandboxed, egress, appHosts, denyPrivate, operatorHosts, sentFromOutside })
  }

  #warn(scope: DoorScope, { target }: Draft, { origin }: Secret): void {
    const warned = this.#warned.get(scope) ?? new Set()
    this.#warned.set(scope, warned)
    const key = `${origin.app} ${origin.field}`
    if (warned.has(key)) return
    warned.add(key)
    scope.warn(
      `the credential ${origin.field} of ${origin.app} stands in the body of a request to ${nameOf(target)}, where the ` +
        'app keeps no credentials: it was sent as a handle. If it belongs there, name the field under `places: body:`.'
    )
  }
}

/** An answer that nobody reads to its end. */
function passedOver({ exchange, head, belonging, watching }: Answered): void {
  exchange.discard()
  watching?.answered(head.status, Object.entries(scrubHead(head.statusText, head.headers, belonging).headers))
}

/** TLS for a tunnel, checked as for requests. */
function secured(socket: Socket, { host }: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({
      socket,
      ...(isIP(host) === 0 ? { servername: host } : { host }),
      rejectUnauthorized: true
    })
    secure.once('error', reject)
    secure.once('secureConnect', () => {
      secure.off('error', reject)
      resolve(secure)
    })
  })
}

/** Whether credentials that a vendor refused are others now. */
async function isRenewed({ renewals }: DoorScope, carried: readonly Secret[]): Promise<boolean> {
  return renewals !== undefined && carried.length > 0 && (await renewals.refused(carried))
}

/** Whether the app says in its own way that it does not take the credential. */
async function refuses(app: AppDefinition | undefined, answer: FetchAnswer): Promise<boolean> {
  if (app?.refusal === undefined || !answer.ok) return false
  return saysRefused(app, await answer.json().catch(() => null))
}

function saysRefused(app: AppDefinition | undefined, body: Json | undefined): boolean {
  if (app?.refusal === undefined) return false
  const { field, values } = app.refusal
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !Object.hasOwn(body, field)) return false
  return values.some((value) => value === body[field])
}

function timeoutOf({ timeoutMs }: FetchInit): number {
  if (timeoutMs === undefined) return DEFAULT_TIMEOUT
  if (!(timeoutMs > 0)) throw new Fault('bad_request_timeout', 'timeoutMs has to be a positive number of milliseconds')
  return Math.min(timeoutMs, LONGEST_TIMEOUT)
}

function locationOf({ headers }: Head): string | undefined {
  return headers.find(([name]) => name.length === 8 && name.toLowerCase() === 'location')?.[1]
}

/**
 * Secrets that come back belong to the app whose credential the request carried, or that the vendor is one of; failing
 * both, they may only go back in a header.
 */
function belongingOf(scope: DoorScope, { target }: Draft, carried: readonly Secret[]): Belonging {
  const { keyring, secretAnswerFields: secretFields } = scope
  const sent = carried.find(({ origin }) => origin.audience !== null)?.origin.audience
  const own = scope.audience
  const audience = sent ?? (own !== undefined && matchingRule(own.hosts, target) !== undefined ? own : undefined)
  if (audience) return { keyring, app: audience.app, audience, secretFields }
  const app = scope.app?.app ?? 'http'
  const hosts = [{ host: target.host, port: target.port }]
  return { keyring, app, audience: { app, hosts, places: { headers: true, query: [], body: [] } }, secretFields }
}
