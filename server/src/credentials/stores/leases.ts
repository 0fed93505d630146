/**
 * What runs hold of stores (`Holding`): written down before it is used, renewed while its run is unfinished, given back
 * once it has ended, and tried again until that worked.
 *
 * Who owns what: the rows of `leases` are the truth; whether a run still needs its row is read off `unfinished`, so
 * nothing is given back for a run that somebody else may go on with, and a crash at any moment leaves a row that the
 * next start finds. This object owns the clock. Nothing happens per run while nothing is held.
 */
import { Fault } from '@bellhop/sdk'
import type { MasterKey, Sealer } from '../../secrets/seal.ts'
import type { Reader } from '../../storage/connection.ts'
import type { RunId } from '../../storage/ids.ts'
import * as rows from './lease-rows.ts'
import { lapsed, nextRenewal, nextTry } from './lease-times.ts'
import type { Held, Holding, Store } from './store.ts'
import type { OpenStore } from './stores.ts'

type Commands = typeof rows.leaseCommands

export interface LeaseStorage {
  readonly reader: Reader
  write<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>[1]): Promise<ReturnType<Commands[K]>>
}

/** The run that a holding is for. */
export interface HoldingRun {
  id: RunId
  /** Whether what is written for it survives: false for `x-pd-nostore`. */
  durable: boolean
  /** Whether this process still owns it. */
  owned(): boolean
}

export interface LeaseParts {
  storage: LeaseStorage
  master: MasterKey
  /** @throws Fault `store_missing`, `store_unreadable` */
  open(name: string): Pick<OpenStore, 'store' | 'clean'>
  /** Unix milliseconds. */
  now(): number
}

/** A holding that could not be renewed, whole or in part, or given back, for `bellhop doctor`. */
export interface LeaseTrouble {
  run: string
  store: string
  /** Whether its run has ended, so that it should be gone. */
  ended: boolean
  failures: number
  problem: string
  expires_at: string
  next_try_at: string
}

interface Row {
  run: number
  uuid: string
  store: string
  sealed: Uint8Array
  expires_at: number
  failures: number
}

/** So many are renewed or given back side by side. */
const AT_A_TIME = 16
const SHOWN = 100
/** A clock that was set is noticed within this time. */
const LONGEST_SLEEP_MS = 60_000
/** For one call of a store, when no step waits for it. */
const CALL_MS = 30_000

export class Leases {
  readonly #parts: LeaseParts
  readonly #sealer: Sealer
  /** What is being made for a run, so that its lanes share it. */
  readonly #making = new Map<string, Promise<string>>()
  /** Runs that hold something, so that the end of any other costs nothing. */
  readonly #holders = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #stopped = true

  constructor(parts: LeaseParts) {
    this.#parts = parts
    this.#sealer = parts.master.sealer('lease')
  }

  /** What a run has of a store. */
  holding(run: HoldingRun, store: string): Holding {
    return {
      open: (make) => this.#open(run, store, make),
      update: (held) => this.#keep({ run: run.id.key, uuid: run.id.uuid, store }, held)
    }
  }

  /** A run has ended: what it holds goes back. */
  ended(uuid: string): void {
    if (this.#holders.size === 0 || !this.#holders.delete(uuid) || this.#stopped) return
    this.#then(() => this.#giveBack(uuid))
  }

  /** Goes on where the last start ended. Returns at once. */
  start(): void {
    this.#stopped = false
    this.#then(async () => {
      for (const { uuid } of this.#parts.storage.reader.all(rows.holders)) this.#holders.add(uuid)
      for (const { uuid } of this.#parts.storage.reader.all(rows.orphans)) await this.#giveBack(uuid)
    })
  }

  /** Resolves when what was under way is done. What could not be done is found at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#work
  }

  /** What could not be renewed or given back. */
  trouble(): LeaseTrouble[] {
    return this.#parts.storage.reader.all(rows.troubledLeases, { limit: SHOWN }).map((row) => ({
      run: row.uuid,
      store: row.store,
      ended: row.ended === 1,
      failures: row.failures,
      problem: row.problem ?? '',
      expires_at: new Date(row.expires_at).toISOString(),
      next_try_at: new Date(row.next_at).toISOString()
    }))
  }

  /** How many holdings of a store there are. */
  count(store: string): number {
    return this.#parts.storage.reader.get(rows.countLeases, { store })?.count ?? 0
  }

  async #open(run: HoldingRun, store: string, make: () => Promise<Held>): Promise<string> {
    if (!run.durable) throw nostore(store)
    const row = this.#parts.storage.reader.get(rows.holdingOf, { run: run.id.key, store })
    if (row !== undefined) return this.#sealer.open(idOf(row), row.sealed)
    const key = idOf({ uuid: run.id.uuid, store })
    const underWay = this.#making.get(key)
    if (underWay !== undefined) return underWay
    const making = this.#make(run, store, make).finally(() => this.#making.delete(key))
    this.#making.set(key, making)
    return making
  }

  /** Whatever keeps it from being written down, what was made does not stay. */
  async #make(run: HoldingRun, store: string, make: () => Promise<Held>): Promise<string> {
    const held = await make()
    const { key, uuid } = run.id
    const now = this.#parts.now()
    try {
      const opened = await this.#parts.storage.write('openLease', {
        run: key,
        uuid,
        store,
        sealed: this.#sealer.seal(idOf({ uuid, store }), held.text),
        expiresAt: held.expiresAt,
        nextAt: nextRenewal(held.soonest ?? held.expiresAt, now)
      })
      if (!opened) throw new Fault('run_lost', `the run ended before it could use what it was given by ${store}`)
    } catch (error) {
      await this.#parts
        .open(store)
        .store.revoke?.(held.text, AbortSignal.timeout(CALL_MS))
        .catch(() => undefined)
      throw error
    }
    this.#holders.add(uuid)
    this.#sleep()
    return held.text
  }

  /** @param was what the row has to hold still, for what is kept was worked out from it */
  async #keep(
    { run, uuid, store }: Pick<Row, 'run' | 'uuid' | 'store'>,
    { text, expiresAt, soonest, problem }: Held,
    was: Uint8Array | null = null
  ): Promise<void> {
    const sealed = this.#sealer.seal(idOf({ uuid, store }), text)
    const nextAt = nextRenewal(soonest ?? expiresAt, this.#parts.now())
    await this.#parts.storage.write('keepLease', {
      run,
      store,
      sealed,
      expiresAt,
      nextAt,
      problem: problem === undefined ? null : this.#clean(store, problem),
      was
    })
    this.#sleep()
  }

  /** One thing after the other; a full disk or a closed store leaves it to the next round. */
  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(() => undefined)
    void this.#work.then(() => this.#sleep())
  }

  #sleep(): void {
    clearTimeout(this.#timer)
    if (this.#stopped) return
    const at = this.#parts.storage.reader.get(rows.nextLease)?.at ?? undefined
    if (at === undefined) return
    const ms = Math.max(0, Math.min(at - this.#parts.now(), LONGEST_SLEEP_MS))
    this.#timer = setTimeout(() => this.#then(() => this.#round()), ms)
  }

  async #round(): Promise<void> {
    const due = this.#parts.storage.reader.all(rows.dueLeases, { now: this.#parts.now(), limit: AT_A_TIME })
    await Promise.all(due.map((row) => (row.ended === 1 ? this.#revoke(row) : this.#renew(row))))
  }

  async #giveBack(uuid: string): Promise<void> {
    const held = this.#parts.storage.reader.all(rows.leasesOf, { uuid })
    await Promise.all(held.map((row) => this.#revoke(row)))
  }

  async #renew(row: Row): Promise<void> {
    try {
      const renew = this.#storeOf(row).renew
      if (renew === undefined) throw new Fault('store_changed', `${row.store} is another kind of store now`)
      const held = await renew(this.#sealer.open(idOf(row), row.sealed), AbortSignal.timeout(CALL_MS))
      // What the run was given meanwhile stands in the row by now, and is not overwritten.
      await this.#keep(row, held, row.sealed)
    } catch (error) {
      await this.#failed(row, error)
    }
  }

  async #revoke(row: Row): Promise<void> {
    const { run, store } = row
    try {
      if (!lapsed(row.expires_at, this.#parts.now())) {
        const revoke = this.#storeOf(row).revoke
        if (revoke === undefined) throw new Fault('store_changed', `${store} is another kind of store now`)
        await revoke(this.#sealer.open(idOf(row), row.sealed), AbortSignal.timeout(CALL_MS))
      }
    } catch (error) {
      return this.#failed(row, error)
    }
    await this.#parts.storage.write('dropLease', { run, store })
  }

  #storeOf({ store }: Row): { renew: Store['renew']; revoke: Store['revoke'] } {
    const opened = this.#parts.open(store).store
    return { renew: opened.renew?.bind(opened), revoke: opened.revoke?.bind(opened) }
  }

  /** What is written down is as clean as what is thrown (I1). */
  #clean(store: string, text: string): string {
    try {
      return this.#parts.open(store).clean(text)
    } catch {
      return `there is no store \`${store}\` that could be asked`
    }
  }

  async #failed({ run, store, failures }: Row, error: unknown): Promise<void> {
    const said = error instanceof Fault ? error.message : 'it failed for a reason that may not be shown'
    const problem = this.#clean(store, said)
    const nextAt = nextTry(failures, this.#parts.now())
    await this.#parts.storage.write('noteLeaseFailure', { run, store, problem, nextAt })
  }
}

function idOf({ uuid, store }: { uuid: string; store: string }): string {
  return `${uuid}/${store}`
}

function nostore(store: string): Fault {
  return new Fault(
    'nostore_cannot_lease',
    `what ${store} makes for this run would have to be remembered, to be given back, and this run keeps nothing (x-pd-nostore)`,
    { hint: 'Call the workflow without x-pd-nostore, or bind a credential that the store keeps.' }
  )
}
