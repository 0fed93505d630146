/**
 * Storage on one machine: one SQLite database in a data directory, one thread that writes, and any number of short reads.
 *
 * Who owns what: this object owns the directory's lock, the writer thread and the read connection of the main thread;
 * the writer thread owns everything that writes. A write is a command by name; what a turn of the event loop asks for
 * travels in one message, and its answers come back, after their commit (I2), in one.
 */
import { mkdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { Commands } from '../command.ts'
import type { Storage } from '../storage.ts'
import type { Reader } from '../tx.ts'
import { openReader, type Connection } from './connection.ts'
import { lockDirectory, type DirectoryLock } from './lock.ts'
import { fromWire, type FromWriter, type ToWriter, type WireError, type WriterData } from './protocol.ts'

export interface SqliteOptions {
  /** The data directory; made when it is not there. */
  dir: string
  /** The entry file of the writer thread: it calls `serveWriter` with every subject's commands. */
  writer: URL
  /** Room kept in reserve for a full disk. Default 16 MiB; 0 for none. */
  ballastBytes?: number
}

/** Megabytes for the short-lived objects of the writer's thread, which works on one group of commands at a time. */
const YOUNG_GENERATION_MB = 4

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A command on its way. A function makes its arguments when it leaves. */
interface Order {
  name: string
  args: unknown
  pending: Pending
}

export class SqliteStorage<C extends Commands> implements Storage<C> {
  readonly #port: MessagePort
  readonly #bell: Int32Array
  readonly #worker: Worker
  readonly #lock: DirectoryLock
  /** In the order of their commands. Who was answered is let go of at once: what it holds would outlive its run. */
  readonly #pending: Pending[] = []
  #reader: Connection | undefined
  #boot = 0
  #outgoing: Order[] | undefined
  #full = false
  #state: 'open' | 'closing' | 'crashed' = 'open'
  #roomWaiters: (() => void)[] = []
  #closed: (() => void) | undefined

  private constructor(options: SqliteOptions, lock: DirectoryLock, opened: Pending) {
    this.#lock = lock
    this.#bell = new Int32Array(new SharedArrayBuffer(4))
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const workerData: WriterData = {
      dir: options.dir,
      ballastBytes: options.ballastBytes ?? 16 << 20,
      port: port2,
      bell: this.#bell
    }
    this.#worker = new Worker(options.writer, {
      workerData,
      transferList: [port2],
      name: 'bellhop-writer',
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB }
    })
    this.#worker.on('error', (error) => {
      const reason = error instanceof Error ? error : new Error('unknown')
      opened.reject(reason)
      this.#fatal(`the writer thread failed (${reason.message})`)
    })
    port1.on('message', (message: FromWriter) => this.#hear(message, options, opened))
  }

  /**
   * Opens a data directory, bringing it to this version.
   * @throws Fault `data_directory_in_use`, `data_directory_newer`, `data_unreadable`, `data_unusable`, `storage_full`
   */
  static async open<C extends Commands>(options: SqliteOptions): Promise<SqliteStorage<C>> {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 })
    const lock = lockDirectory(options.dir)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const storage = new SqliteStorage<C>(options, lock, { resolve, reject })
    try {
      await promise
      return storage
    } catch (error) {
      storage.#state = 'crashed'
      await storage.#worker.terminate()
      storage.#port.close()
      lock.release()
      throw error
    }
  }

  /** On this thread. */
  get reader(): Reader {
    if (this.#reader === undefined) throw new Error('the storage is closed')
    return this.#reader
  }

  /** Which start of this data directory this is; 1 for the first. */
  get boot(): number {
    return this.#boot
  }

  /** Whether the disk is full. */
  get full(): boolean {
    return this.#full
  }

  write<K extends keyof C & string>(
    name: K,
    args: Parameters<C[K]>[1] | (() => Parameters<C[K]>[1])
  ): Promise<Awaited<ReturnType<C[K]>>> {
    if (this.#state === 'closing') return Promise.reject(new Error('the storage is closed'))
    if (this.#outgoing === undefined) {
      this.#outgoing = []
      // After this turn's events: what they all want goes in one message, and nothing waits for a timer.
      setImmediate(() => this.#flush())
    }
    const outgoing = this.#outgoing
    return new Promise((resolve, reject) => {
      // The writer answers with what the command of this name returned.
      const pending = { resolve: (value: unknown) => resolve(value as Awaited<ReturnType<C[K]>>), reject }
      outgoing.push({ name, args, pending })
    })
  }

  /** Resolves when the disk has room: at once if it is not full. */
  room(): Promise<void> {
    return this.#full ? new Promise((resolve) => this.#roomWaiters.push(resolve)) : Promise.resolve()
  }

  /** One process has the database. */
  onNotice(): () => void {
    return () => undefined
  }

  /** Waits for every command given so far, empties the WAL, and lets go of the directory. */
  async close(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#flush()
    const closed = new Promise<void>((resolve) => (this.#closed = resolve))
    this.#reader?.close()
    this.#reader = undefined
    this.#send('close')
    await closed
    this.#port.close()
    await this.#worker.terminate()
    this.#lock.release()
  }

  /**
   * Lets go as a killed process does, for tests: no answer comes any more, not even a rejection, and the directory can
   * be opened again.
   */
  async crash(): Promise<void> {
    this.#state = 'crashed'
    this.#port.close()
    await this.#worker.terminate()
    this.#reader?.close()
    this.#lock.release()
  }

  #flush(): void {
    const orders = this.#outgoing ?? []
    this.#outgoing = undefined
    if (this.#state === 'crashed') return
    const batch: unknown[] = []
    for (const { name, args, pending } of orders) {
      try {
        batch.push(name, typeof args === 'function' ? (args as () => unknown)() : args)
        this.#pending.push(pending)
      } catch (error) {
        pending.reject(error)
      }
    }
    if (batch.length > 0) this.#send(batch)
  }

  #send(message: ToWriter): void {
    this.#port.postMessage(message, [])
    Atomics.add(this.#bell, 0, 1)
    Atomics.notify(this.#bell, 0)
  }

  #hear(message: FromWriter, options: SqliteOptions, opened: Pending): void {
    switch (message.kind) {
      case 'done':
        return this.#deliver(message.results, message.failed)
      case 'ready':
        this.#boot = message.boot
        this.#reader = openReader(join(options.dir, 'bellhop.db'))
        return opened.resolve(undefined)
      case 'refused':
        opened.reject(fromWire(message.error))
        // Once it is open, the thread has no error of its own to tell: what ends it is a mistake in it.
        return this.#boot === 0 ? undefined : this.#fatal(`the writer thread failed (${message.error.message})`)
      case 'full':
        return this.#setFull(message.full)
      case 'broken':
        return this.#fatal(message.reason)
      case 'closed':
        return this.#closed?.()
    }
  }

  #deliver(results: unknown[], failed: number[] | undefined): void {
    let nextFailed = 0
    for (const [i, pending] of this.#pending.splice(0, results.length).entries()) {
      if (failed?.[nextFailed] === i) {
        nextFailed++
        pending.reject(fromWire(results[i] as WireError))
      } else pending.resolve(results[i])
    }
  }

  #setFull(full: boolean): void {
    this.#full = full
    if (full) return
    const waiters = this.#roomWaiters
    this.#roomWaiters = []
    for (const resolve of waiters) resolve()
  }

  /** A commit failed for good: what the disk holds is known only after reading it again, so the process ends (I2). */
  #fatal(reason: string): void {
    if (this.#state === 'crashed') return
    writeSync(2, `bellhop: ${reason}; restart Bellhop to go on from what is safely stored.\n`)
    process.exit(1)
  }
}
