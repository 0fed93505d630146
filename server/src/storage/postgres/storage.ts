/**
 * Storage that any number of nodes share: one PostgreSQL database, and a few connections of each node.
 *
 * Who owns what: this object owns the connections. A command is a transaction on a connection of its own, and carried out again
 * where it met another one; answers come after the commit (I2). A read takes a connection for one statement. While the
 * database cannot be reached both are refused at once, and a look is taken now and then whether it can again.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Fault } from '@bellhop/sdk'
import type { PoolClient } from 'pg'
import { isConcurrent, isUrgent, type Command, type Commands } from '../command.ts'
import type { Args, Query } from '../query.ts'
import type { Storage } from '../storage.ts'
import type { Reader } from '../tx.ts'
import { Connections, makeClient, type Patience } from './connections.ts'
import { explain, type Peer } from './explain.ts'
import { commitUnknown, failureOf, mistake, sessionLost, storageBusy, storageFull, unavailable } from './failures.ts'
import { Notices } from './notices.ts'
import { enter, type Entry, type NodeName } from './opening.ts'
import { Reach } from './reach.ts'
import { mayRepeat, pauseOf } from './repeating.ts'
import { Session } from './session.ts'
import { inTransaction, type Ended } from './transaction.ts'
import { Vacuum } from './vacuum.ts'
import { Work } from './work.ts'

export interface PostgresOptions<C extends Commands> {
  /** `postgres://user:password@host:port/database`; TLS as its `sslmode` says. */
  url: string
  /** Every subject's. */
  commands: C
  node: NodeName
  /** At a time, at most. Default 20. */
  connections?: number
  /** Makes ready what others keep in the database, before this node says that it is there. What it throws is explained. */
  prepare?: () => Promise<void>
  /** Told each time that the database gets out of reach, or out of room. */
  onTrouble: (trouble: Fault) => void
}

/** What a node takes of the server's 100, unless it is told otherwise. */
const CONNECTIONS = 20
/** For an urgent answer: a lease of six seconds is asked for two seconds after the last time, and there is time to ask once more. */
const URGENT: Patience = { connectMs: 2_500, answerMs: 1_500 }

export class PostgresStorage<C extends Commands> implements Storage<C> {
  readonly boot: number
  /** This start, by a name that no other has. */
  readonly executor: string
  /** This node's own among those that are there, for `Keys`. */
  readonly slot: number
  /** `performance.now()` from before this node said that it is there. */
  readonly joinedAt: number
  readonly #notices: Notices
  readonly #vacuum: Vacuum
  readonly #commands: ReadonlyMap<string, Command<never, unknown>>
  readonly #connections: Connections
  readonly #urgent: Connections
  readonly #peer: Peer
  readonly #reach: Reach
  readonly #reader: Reader
  /** What was asked for and has no answer yet. */
  readonly #given = new Set<Promise<unknown>>()
  #state: 'open' | 'closing' | 'crashed' = 'open'

  private constructor(options: PostgresOptions<C>, entry: Entry, joinedAt: number) {
    this.boot = entry.boot
    this.slot = entry.slot
    this.executor = options.node.executor
    this.joinedAt = joinedAt
    this.#notices = new Notices(options.url, entry.boot)
    this.#vacuum = new Vacuum(options.url)
    this.#vacuum.start()
    this.#commands = new Map(Object.entries(options.commands))
    this.#peer = makeClient(options.url)
    this.#connections = new Connections(options.url, options.connections ?? CONNECTIONS)
    this.#urgent = new Connections(options.url, 1, URGENT)
    this.#reach = new Reach(() => this.#look(), options.onTrouble)
    this.#reader = {
      dialect: 'postgres',
      all: <P, R>(query: Query<P, R>, ...params: Args<P>) => this.#read((session) => session.all(query, ...params)),
      get: <P, R>(query: Query<P, R>, ...params: Args<P>) => this.#read((session) => session.get(query, ...params))
    }
  }

  /**
   * Brings the database to this version, and notes this start in it.
   * @throws Fault as `enter`
   */
  static async open<C extends Commands>(options: PostgresOptions<C>): Promise<PostgresStorage<C>> {
    const { entry, joinedAt } = await enter(options.url, options.node, options.prepare ?? (async () => {}))
    return new PostgresStorage(options, entry, joinedAt)
  }

  get reader(): Reader {
    if (this.#state !== 'open') throw closed()
    return this.#reader
  }

  get full(): boolean {
    return this.trouble !== undefined
  }

  /** Why nothing can be written now. */
  get trouble(): Fault | undefined {
    return this.#reach.trouble
  }

  write<K extends keyof C & string>(
    name: K,
    args: Parameters<C[K]>[1] | (() => Parameters<C[K]>[1])
  ): Promise<Awaited<ReturnType<C[K]>>> {
    if (this.#state === 'closing') return Promise.reject(closed())
    const command = this.#commands.get(name)
    if (command === undefined) return Promise.reject(new Error(`there is no command ${name}`))
    const { trouble } = this.#reach
    if (trouble !== undefined && !isUrgent(command)) return Promise.reject(trouble)
    const make: () => never = typeof args === 'function' ? args : () => args
    // The command of this name returns what was promised for it.
    return this.#answered(this.#carryOut(command, make)) as Promise<Awaited<ReturnType<C[K]>>>
  }

  room(): Promise<void> {
    return this.#reach.room()
  }

  onNotice(listener: (subject: string) => void): () => void {
    return this.#notices.add(listener)
  }

  /** Waits for all that was asked for, and closes every connection. */
  async close(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    await Promise.allSettled(this.#given)
    this.#reach.end()
    await Promise.all([this.#connections.end(), this.#urgent.end(), this.#notices.end(), this.#vacuum.end()])
  }

  /** Lets go as a killed process does, for tests: no answer comes any more, not even a rejection. */
  async crash(): Promise<void> {
    this.#state = 'crashed'
    this.#reach.end()
    await Promise.all([this.#connections.destroy(), this.#urgent.destroy(), this.#notices.end(), this.#vacuum.end()])
  }

  async #carryOut(command: Command<never, unknown>, make: () => never): Promise<unknown> {
    const connections = isUrgent(command) ? this.#urgent : this.#connections
    const isolation = isConcurrent(command) ? 'read committed' : 'serializable'
    const work = new Work(command, make, this.boot)
    const began = performance.now()
    for (let tries = 1; ; tries++) {
      const ended = await inTransaction(connections, isolation, (session) => work.carryOut(session))
      if (ended.how === 'committed') return ended.result
      if (ended.how !== 'failed' || !this.#mayRepeat(ended.error, tries, began)) {
        // Notes that the database is away, too.
        const refusal = this.#refusal(ended)
        throw work.doubtful ? commitUnknown() : refusal
      }
      await delay(pauseOf(tries))
    }
  }

  /** What whoever gave the command is told. */
  #refusal(ended: Exclude<Ended<unknown>, { how: 'committed' }>): unknown {
    switch (ended.how) {
      case 'refused':
        return ended.error
      case 'unknown':
        return commitUnknown()
      case 'unreachable':
        return this.#unreachable(ended.error)
      case 'failed':
        return ended.thrown instanceof Fault && isMistake(ended.error) ? ended.thrown : this.#failed(ended.error)
    }
  }

  async #read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#state === 'closing') throw closed()
    const { trouble } = this.#reach
    if (trouble?.code === 'database_unavailable') throw trouble
    return this.#answered(this.#readOn(work))
  }

  async #readOn<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const began = performance.now()
    for (let tries = 1; ; tries++) {
      const session = new Session(await this.#connect())
      try {
        return await work(session)
      } catch (error) {
        if (session.failure === undefined) throw error
        if (!this.#mayRepeat(error, tries, began)) throw this.#failed(error)
      } finally {
        session.release()
      }
    }
  }

  #mayRepeat(error: unknown, tries: number, began: number): boolean {
    const failure = failureOf(error)
    if (failure === 'lost') this.#connections.dropIdle()
    return mayRepeat(failure, tries, performance.now() - began)
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#connections.connect()
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  async #look(): Promise<void> {
    const session = new Session(await this.#connections.connect())
    await session.look().finally(() => session.release())
  }

  #unreachable(error: unknown): Fault {
    const { message, hint = '' } = explain(error, this.#peer)
    return this.#noted(unavailable(message, hint))
  }

  /** A statement that failed for good. */
  #failed(error: unknown): Error {
    switch (failureOf(error)) {
      case 'full':
        return this.#noted(storageFull())
      case 'lost':
        return this.#noted(sessionLost())
      case 'again':
      case 'stale':
      case 'slow':
        return storageBusy()
      case 'taken':
      case 'command':
        return mistake(error)
    }
  }

  #noted(trouble: Fault): Fault {
    this.#reach.note(trouble)
    return trouble
  }

  async #answered<T>(work: Promise<T>): Promise<T> {
    this.#given.add(work)
    try {
      return await work
    } finally {
      this.#given.delete(work)
      if (this.#state === 'crashed') await new Promise(() => undefined)
    }
  }
}

/** Of that a command may have made a Fault of its own. */
function isMistake(error: unknown): boolean {
  const failure = failureOf(error)
  return failure === 'command' || failure === 'taken'
}

function closed(): Error {
  return new Error('the storage is closed')
}
