/**
 * The writer: owns the one connection that writes, the WAL and the ballast.
 *
 * It has two states. `open`: every command is carried out. `full`: the disk is; only commands that make room are, the
 * ballast is let go, free pages are given back to the file system, and it is `open` again once the ballast is whole.
 *
 * While one group syncs, the next forms in the port's queue. Answers leave after COMMIT and never before (I2). The
 * thread turns no event loop: commands await only what is there already, and between groups it sleeps on the bell, which
 * costs less per group than a message event.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { receiveMessageOnPort } from 'node:worker_threads'
import { Ballast } from './ballast.ts'
import type { Commands } from '../command.ts'
import { openWriter, type Connection } from './connection.ts'
import { failureOf, storageBusy, storageFull } from './failures.ts'
import { Group } from './group.ts'
import { migrate } from './migrate.ts'
import { toWire, type FromWriter, type ToWriter, type WriterData } from './protocol.ts'
import { Wal } from './wal.ts'

/** Commands after which a group takes no further message. */
const GROUP_LIMIT = 1000
/** From so many commands on, half of them go first. */
const HALVED_FROM = 17
const FULL_RETRY_MS = 250
/** Bytes: the WAL's index, and the count of this start. */
const ROOM_TO_OPEN = 1 << 20
/** Free pages given back to the file system at a time, on a full disk. */
const RECLAIM_PAGES = 64
const PAGE_BYTES = 4096

/** Where tests put their faults. */
export interface WriterSeams {
  /** Stands in for COMMIT. */
  commit?: (connection: Connection) => void
  /** Runs on the open connection, before the first command. */
  opened?: (connection: Connection) => void
}

export class Writer {
  readonly #data: WriterData
  readonly #connection: Connection
  readonly #ballast: Ballast
  readonly #wal: Wal
  readonly #group: Group
  readonly #path: string
  #full = false
  #lookAt = 0
  #closing = false

  /** @throws Fault `data_directory_newer`, `storage_full`, and whatever keeps the database from being opened */
  constructor(data: WriterData, commands: Commands, seams: WriterSeams) {
    this.#data = data
    this.#path = join(data.dir, 'bellhop.db')
    this.#ballast = new Ballast(data.dir, data.ballastBytes)
    // Opening the database takes a little room; on a full disk the ballast has it.
    if (this.#ballast.freeBytes() < ROOM_TO_OPEN) this.#ballast.release()
    const connection = openWriter(this.#path)
    this.#connection = connection
    migrate(connection.db)
    seams.opened?.(connection)
    const commit = seams.commit
    const freeBytes = (): number => this.#ballast.freeBytes()
    this.#group = new Group(connection, commands, freeBytes, commit && (() => commit(connection)))
    this.#wal = new Wal(connection, Date.now())
    this.#tell({ kind: 'ready', boot: nextBoot(connection) })
    if (!this.#ballast.ensure()) this.#setFull(true)
  }

  /** Serves until storage closes or the storage below breaks. */
  async serve(): Promise<void> {
    const { bell } = this.#data
    let heard = 0
    for (;;) {
      const batch = this.#receive()
      if (batch.length > 0) {
        for (const group of inGroups(batch)) if (!(await this.#serveGroup(group))) return
      } else if (this.#closing) {
        return this.#close()
      } else {
        Atomics.wait(bell, 0, heard, this.#dueIn())
        heard = Atomics.load(bell, 0)
      }
      if (!this.#maintain()) return
    }
  }

  /** Everything that has been sent, up to the limit. */
  #receive(): unknown[] {
    let batch: unknown[] = []
    while (batch.length < 2 * GROUP_LIMIT) {
      const received = receiveMessageOnPort(this.#data.port)
      if (received === undefined) break
      const message = received.message as ToWriter
      if (message === 'close') this.#closing = true
      else batch = batch.length === 0 ? message : batch.concat(message)
    }
    return batch
  }

  /** Carries out one group. False when the storage below is broken. */
  async #serveGroup(batch: unknown[]): Promise<boolean> {
    let end = await this.#group.run(batch, this.#full ? 'freeing' : 'all')
    if (end.how === 'full') {
      // Once more with the ballast's room, for those commands that make room.
      this.#setFull(true)
      end = await this.#group.run(batch, 'freeing')
    }
    if (end.how === 'broken') return this.#broken('a commit failed', end.error)
    if (end.how === 'committed') {
      this.#wal.committed(Date.now())
      this.#tell({ kind: 'done', results: end.results, failed: end.failed })
    } else this.#rejectAll(batch, end.how === 'full' ? storageFull() : storageBusy())
    return true
  }

  #rejectAll(batch: unknown[], fault: Error): void {
    const results = Array.from({ length: batch.length / 2 }, () => toWire(fault))
    this.#tell({ kind: 'done', results, failed: results.map((_, i) => i) })
  }

  /** What is due between groups. False when the storage below is broken. */
  #maintain(): boolean {
    try {
      if (!this.#full) this.#wal.maintain(Date.now())
      else if (Date.now() >= this.#lookAt) this.#makeRoom()
      return true
    } catch (error) {
      const failure = failureOf(error, () => this.#ballast.freeBytes())
      if (failure === 'full') this.#setFull(true)
      return failure === 'full' || failure === 'busy' ? true : this.#broken('a checkpoint failed', error)
    }
  }

  /** On a full disk: gives pages that deletions freed back to the file system, and looks whether the ballast fits. */
  #makeRoom(): void {
    const free = Number(this.#connection.db.prepare('pragma freelist_count').get()?.['freelist_count'] ?? 0)
    if (free > 0) {
      this.#connection.db.exec(`pragma incremental_vacuum(${RECLAIM_PAGES})`)
      this.#wal.committed(Date.now())
    }
    // Written back, the log may make the database file longer before it gets shorter itself: only if that fits.
    if (this.#growth() < this.#ballast.freeBytes()) this.#wal.truncate(Date.now())
    if (this.#ballast.ensure()) this.#setFull(false)
    else this.#lookAt = Date.now() + (free > RECLAIM_PAGES ? 0 : FULL_RETRY_MS)
  }

  /** Bytes by which the database file grows when the log is written back. */
  #growth(): number {
    const pages = Number(this.#connection.db.prepare('pragma page_count').get()?.['page_count'] ?? 0)
    return pages * PAGE_BYTES - statSync(this.#path).size
  }

  #setFull(full: boolean): void {
    if (full) {
      this.#ballast.release()
      this.#lookAt = Date.now() + FULL_RETRY_MS
    }
    if (full === this.#full) return
    this.#full = full
    this.#tell({ kind: 'full', full })
  }

  #dueIn(): number {
    const wal = this.#wal.dueIn(Date.now())
    return this.#full ? Math.min(wal, Math.max(1, this.#lookAt - Date.now())) : wal
  }

  #broken(what: string, error: unknown): false {
    const detail = error instanceof Error ? error.message : 'unknown'
    this.#tell({ kind: 'broken', reason: `${what} (${detail}): the data directory's disk lost a write` })
    return false
  }

  #close(): void {
    try {
      this.#wal.truncate(Date.now())
    } catch {
      // The log stays, and the next start goes on from it.
    }
    this.#connection.close()
    this.#tell({ kind: 'closed' })
  }

  #tell(message: FromWriter): void {
    this.#data.port.postMessage(message, [])
  }
}

/**
 * Callers that all wait for the same commit all come back together, and then the writer waits for them while they are
 * at work. Two groups break the step: while one half syncs, the other half's callers are at work.
 */
function inGroups(batch: unknown[]): unknown[][] {
  const commands = batch.length / 2
  if (commands < HALVED_FROM) return [batch]
  const middle = 2 * Math.ceil(commands / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}

/** Counts this start of the data directory, durably. */
function nextBoot(connection: Connection): number {
  const row = connection.db
    .prepare(
      "insert into meta values ('boot', '1') on conflict do update set value = cast(value as integer) + 1 returning value"
    )
    .get()
  return Number(row?.['value'])
}
