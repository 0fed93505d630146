/**
 * The store's session with Vault: one token, renewed at half of its life and made anew when that comes to its end. Keeps
 * the token in memory only.
 *
 * Who owns what: the configuration has the credential, read at each use; a session is good for the credential, the
 * address and the namespace that it was made with, of which it keeps a digest, so that a change counts at once. Logins and renewals are
 * shared by all who wait for one (single-flight), and go on when one of them gives up.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { Fault } from '@bellhop/sdk'
import { until } from '../until.ts'
import { faultOf, tokenOf, type TokenGiven } from './answers.ts'
import type { Connection } from './connection.ts'
import { logIn, proofOf, renewSelf, type Proof } from './login.ts'

export interface Session {
  readonly token: string
  /** How it was come by. */
  readonly method: string
  /** Whether another can be had when this one ends. */
  readonly login: boolean
  readonly batch: boolean
  /** When it ends unless it is renewed, in Unix milliseconds; undefined: never, as far as is known. */
  readonly endsAt: number | undefined
  /** When it is to be renewed, or another one begun; undefined where neither can be. */
  readonly renewAt: number | undefined
  readonly renewable: boolean
  /** What it is renewed to. */
  readonly ttlMs: number
  /** Of what it was made with. */
  readonly mark: string
}

/** A token that ends within this time would end on its way. */
const MARGIN_MS = 1_000
const LEAST_PAUSE_MS = 1_000
/** What a timer can take. */
const LONGEST_SLEEP_MS = 2_000_000_000

export class Sessions {
  readonly #connection: Connection
  readonly #now: () => number
  readonly #closed = new AbortController()
  /** So that the digest of a short credential cannot be searched for. */
  readonly #salt = randomBytes(32)
  readonly #flights = new Map<string, Promise<Session>>()
  #session: Session | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(connection: Connection, now: () => number) {
    this.#connection = connection
    this.#now = now
  }

  /**
   * A session that is good now.
   * @param dead one that Vault does not know any more
   * @throws Fault `store_unauthenticated`, and those of a server that cannot answer
   */
  async get(signal: AbortSignal, dead?: Session): Promise<Session> {
    const proof = await proofOf(this.#connection.config.auth)
    const mark = this.#markOf(proof)
    if (dead !== undefined && this.#session?.token === dead.token) this.#keep(undefined)
    const session = this.#session
    if (session?.mark !== mark || this.#isOver(session))
      return until(
        signal,
        this.#once(mark, () => this.#make(proof, mark))
      )
    if (session.renewAt === undefined || session.renewAt > this.#now()) return session
    return until(
      signal,
      this.#once(mark, () => this.#renewed(session, proof))
    )
  }

  close(): void {
    this.#closed.abort(new Error('closed'))
    clearTimeout(this.#timer)
  }

  #isOver({ endsAt = Infinity }: Session): boolean {
    return endsAt - MARGIN_MS <= this.#now()
  }

  #once(mark: string, work: () => Promise<Session>): Promise<Session> {
    const underWay = this.#flights.get(mark)
    if (underWay !== undefined) return underWay
    const begun = work().finally(() => this.#flights.delete(mark))
    this.#flights.set(mark, begun)
    return begun
  }

  async #make(proof: Proof, mark: string): Promise<Session> {
    const given = await logIn(this.#connection, proof, this.#closed.signal)
    const login = proof.method === 'login'
    const method = login ? proof.title : 'token'
    const { token, batch, renewable } = given
    return this.#keep({ ...this.#timesOf(given, login), token, method, login, batch, renewable, mark })
  }

  /** Renewed; made anew where it can be neither renewed nor used for long; as it was where Vault cannot answer now. */
  async #renewed(session: Session, proof: Proof): Promise<Session> {
    try {
      const renewed = session.renewable ? await this.#renew(session) : undefined
      if (renewed !== undefined) return renewed
      if (session.login) return await this.#make(proof, session.mark)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
    }
    return this.#keep(later(session, this.#now()))
  }

  /** Undefined where it cannot be renewed to its whole time any more. */
  async #renew(session: Session): Promise<Session | undefined> {
    const { token, ttlMs, endsAt = Infinity } = session
    const answer = await renewSelf(this.#connection, token, Math.max(ttlMs, endsAt - this.#now()), this.#closed.signal)
    if (answer.status >= 500 || answer.status === 429) {
      throw await faultOf(this.#connection, answer, 'to renew its token', this.#closed.signal)
    }
    if (answer.status !== 200) return undefined
    const times = this.#timesOf({ ...tokenOf(answer), ttlMs }, session.login)
    const longer = (times.endsAt ?? Infinity) > endsAt + MARGIN_MS
    return longer ? this.#keep({ ...session, ...times }) : undefined
  }

  /** What is made for runs ends with the session, so one that logs in is never used to its end. */
  #timesOf({ leftMs, ttlMs, renewable }: TokenGiven, login: boolean): Pick<Session, 'endsAt' | 'renewAt' | 'ttlMs'> {
    if (leftMs === 0) return { endsAt: undefined, renewAt: undefined, ttlMs }
    const now = this.#now()
    return { endsAt: now + leftMs, renewAt: renewable || login ? now + leftMs / 2 : undefined, ttlMs }
  }

  #keep<S extends Session | undefined>(session: S): S {
    this.#session = session
    clearTimeout(this.#timer)
    if (session?.renewAt !== undefined && session.renewable && !this.#closed.signal.aborted) {
      const ms = Math.min(Math.max(session.renewAt - this.#now(), LEAST_PAUSE_MS), LONGEST_SLEEP_MS)
      this.#timer = setTimeout(() => void this.#tick(session), ms).unref()
    }
    return session
  }

  /** A token that was configured must not lapse while nobody asks; and leases stand under any. */
  async #tick(session: Session): Promise<void> {
    await this.get(this.#closed.signal).catch(() => undefined)
    if (this.#session === session) this.#keep(session)
  }

  #markOf(proof: Proof): string {
    const { address, namespace = '' } = this.#connection.config
    return createHmac('sha256', this.#salt)
      .update(JSON.stringify([address, namespace, proof]))
      .digest('base64')
  }
}

/** To be renewed once half of what is left has passed. */
function later(session: Session, now: number): Session {
  const { endsAt } = session
  return endsAt === undefined ? session : { ...session, renewAt: now + Math.max(LEAST_PAUSE_MS, (endsAt - now) / 2) }
}
