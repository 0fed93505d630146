/**
 * What runs hold of stores (`Holding`): written down before it is used, renewed while its run is unfinished, given back
 * once it has ended, and tried again until that worked.
 *
 * Who owns what: the rows of `leases` are the truth; whether a run still needs its row is read off `unfinished`, so
 * nothing is given back for a run that somebody else may go on with, and a crash at any moment leaves a row that the
 * next start finds. This object owns the clock. Nothing happens per run while nothing is held. Where there are several nodes,
 * each looks after the rows of all, and the one that has claimed a row is at it: what a node held that died is found by the others.
 *
 * Two things go on side by side, so that a store which is slow to take things back keeps nothing from being renewed:
 * giving back what ended runs hold (`#toGiveBack`), and rounds over what is due, tries that failed among it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '@bellhop/sdk'
import type { MasterKey, Sealer } from '../../secrets/seal.ts'
import type { Reader } from '../../storage/tx.ts'
import { certainly } from '../../storage/trouble.ts'
import type { RunId } from '../../storage/ids.ts'
import * as rows from './lease-rows.ts'
import { lapsed, nextRenewal, nextTry, wentBack, type Clocks } from './lease-times.ts'
import { troubleOf, type LeaseTrouble } from './lease-trouble.ts'
import type { Held, Holding, Store } from './store.ts'
import type { OpenStore } from './stores.ts'

type Commands = typeof rows.leaseCommands

export interface LeaseStorage {
  readonly reader: Reader
  write<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>[1]): Promise<Awaited<ReturnType<Commands[K]>>>
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
  open(name: string): Promise<Pick<OpenStore, 'store' | 'clean'>>
  /** Unix milliseconds. */
  now(): number
  /** Where there are several: nothing is renewed or given back while others may take this one for dead. */
  node?: { held(): boolean }
}

interface Row {
  run: number
  uuid: string
  store: string
  sealed: Uint8Array
  expires_at: number
  failures: number
}

/** So many are given back side by side; and so many of each store in a round. */
const AT_A_TIME = 16
/** A clock that was set is noticed within this time. */
const LONGEST_SLEEP_MS = 60_000
/** For one call of a store, when no step waits for it. */
const CALL_MS = 30_000
/** So long a node is at a row before another may be, though it says nothing: longer than a call, and clocks differ. */
const CLAIM_MS = 60_000
/** A node looks so often for what others have left. */
const LOOK_MS = 2_000
/** After a round of which nothing could be written down: on a full disk. */
const AFTER_FAILURE_MS = 5_000
/** Where it is not known whether something was written down, one asks again after this. */
const ASK_MS = 250
/** What is under way when the server stops may take so long; the next start does the rest. */
const STOP_MS = 2_000

export class Leases {
  readonly #parts: LeaseParts
  readonly #sealer: Sealer
  /** What is being looked for or made for a run, so that its lanes share it. */
  readonly #opening = new Map<string, Promise<string>>()
  /** Runs that hold something, so that the end of any other costs nothing. */
  readonly #holders = new Set<string>()
  /** Runs that have ended, oldest first. */
  readonly #toGiveBack: string[] = []
  readonly #work = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  /** As of the latest round. */
  #clocks: Clocks
  #timer: NodeJS.Timeout | undefined
  #looking: NodeJS.Timeout | undefined
  #giving = 0
  #inRound = false
  /** Counts looks at what is due next, and which of them set the clock: a later one knows better. */
  #looks = 0
  #looked = 0
  #stopped = true

  constructor(parts: LeaseParts) {
    this.#parts = parts
    this.#sealer = parts.master.sealer('lease')
    this.#clocks = this.#readClocks()
  }

  /** What a run has of a store. */
  holding(run: HoldingRun, store: string): Holding {
    return {
      open: (make) => this.#open(run, store, make),
      update: async (held) => {
        if (await this.#keep({ run: run.id.key, uuid: run.id.uuid, store }, held)) return
        throw lost(`the run ended, and what it had of ${store} was given back`)
      }
    }
  }

  /** A run has ended: what it holds goes back. */
  ended(uuid: string): void {
    if (this.#holders.size === 0 || !this.#holders.delete(uuid) || this.#stopped) return
    this.#toGiveBack.push(uuid)
    this.#giveBackNext()
  }

  /** Goes on where the last start ended. Resolves when it knows what is held, and waits for nothing to be given back. */
  async start(): Promise<void> {
    const { reader } = this.#parts.storage
    this.#stopped = false
    const look = (): void => this.#track(this.#lookAround())
    if (this.#parts.node !== undefined) this.#looking = setInterval(look, LOOK_MS)
    if (this.#parts.node !== undefined) return
    // Holders first: one that ends meanwhile is then found among the orphans.
    for (const { uuid } of await reader.all(rows.holders)) this.#holders.add(uuid)
    this.#toGiveBack.push(...(await reader.all(rows.orphans)).map(({ uuid }) => uuid))
    this.#giveBackNext()
    this.#sleep()
  }

  /** Resolves when what was under way is done, or given up. What could not be done is found at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    clearInterval(this.#looking)
    const timer = setTimeout(() => this.#stopping.abort(new Error('the server stops')), STOP_MS)
    await Promise.all(this.#work)
    clearTimeout(timer)
  }

  /** What could not be renewed or given back. */
  trouble(): Promise<LeaseTrouble[]> {
    return troubleOf(this.#parts.storage.reader)
  }

  /** How many holdings of a store there are. */
  async count(store: string): Promise<number> {
    return (await this.#parts.storage.reader.get(rows.countLeases, { store }))?.count ?? 0
  }

  async #open(run: HoldingRun, store: string, make: () => Promise<Held>): Promise<string> {
    if (!run.durable) throw nostore(store)
    const key = idOf({ uuid: run.id.uuid, store })
    const underWay = this.#opening.get(key)
    if (underWay !== undefined) return underWay
    // In one with the look whether there is one: who came between the two would make another.
    const opening = this.#held(run, store)
      .then((text) => text ?? this.#make(run, store, make))
      .finally(() => this.#opening.delete(key))
    this.#opening.set(key, opening)
    return opening
  }

  async #held(run: HoldingRun, store: string): Promise<string | undefined> {
    const row = await this.#parts.storage.reader.get(rows.holdingOf, { run: run.id.key, store })
    return row && this.#sealer.open(idOf(row), row.sealed)
  }

  /** Whatever keeps it from being written down, what was made does not stay. */
  async #make(run: HoldingRun, store: string, make: () => Promise<Held>): Promise<string> {
    const held = await make()
    const { key, uuid } = run.id
    const { signal } = this.#stopping
    const lease = {
      run: key,
      uuid,
      store,
      sealed: this.#sealer.seal(idOf({ uuid, store }), held.text),
      expiresAt: held.expiresAt,
      nextAt: nextRenewal(held.soonest ?? held.expiresAt, this.#parts.now())
    }
    let text: string | undefined
    try {
      // Of what may be written down nothing is given back: the run would use it afterwards.
      const opened = await certainly(
        () => this.#parts.storage.write('openLease', lease),
        () => pause(ASK_MS),
        () => signal.aborted
      )
      if (opened === 'opened') text = held.text
      else if (opened === 'other') text = await this.#held(run, store)
      if (text === undefined) throw lost(`the run ended before it could use what it was given by ${store}`)
    } finally {
      if (text !== held.text) await this.#takeBack(store, held)
    }
    this.#holders.add(uuid)
    this.#sleep()
    return text
  }

  /** Once; what cannot be given back now was made to lapse by itself soon. */
  async #takeBack(store: string, { text }: Held): Promise<void> {
    try {
      const opened = await this.#parts.open(store)
      await opened.store.revoke?.(text, this.#call())
    } catch {
      // Why it could not be written down says more.
    }
  }

  /**
   * @param was what the row has to hold still, for what is kept was worked out from it
   * @returns whether it is written down
   */
  async #keep(
    { run, uuid, store }: Pick<Row, 'run' | 'uuid' | 'store'>,
    { text, expiresAt, soonest, problem }: Held,
    was: Uint8Array | null = null
  ): Promise<boolean> {
    const sealed = this.#sealer.seal(idOf({ uuid, store }), text)
    const nextAt = nextRenewal(soonest ?? expiresAt, this.#parts.now())
    const kept = await this.#parts.storage.write('keepLease', {
      run,
      store,
      sealed,
      expiresAt,
      nextAt,
      problem: problem === undefined ? null : await this.#clean(store, problem),
      was
    })
    this.#sleep()
    return kept
  }

  /** For `stop`; whatever fails is left to a later round. */
  #track(work: Promise<void>): void {
    const tracked = work.catch(() => undefined).finally(() => this.#work.delete(tracked))
    this.#work.add(tracked)
  }

  #giveBackNext(): void {
    while (this.#giving < AT_A_TIME && !this.#stopped) {
      const uuid = this.#toGiveBack.shift()
      if (uuid === undefined) return
      this.#giving++
      this.#track(
        this.#giveBack(uuid).finally(() => {
          this.#giving--
          this.#giveBackNext()
          this.#sleep()
        })
      )
    }
  }

  /** What runs of any node held that have ended, and when something is due that another has opened. */
  async #lookAround(): Promise<void> {
    this.#sleep()
    const orphans = await this.#parts.storage.reader.all(rows.unclaimedOrphans, { now: this.#parts.now() })
    for (const { uuid } of orphans) if (!this.#toGiveBack.includes(uuid)) this.#toGiveBack.push(uuid)
    this.#giveBackNext()
  }

  /** Whether this process is the one that renews a row or gives it back. */
  async #claims({ run, store }: Row): Promise<boolean> {
    const { storage, node } = this.#parts
    if (node === undefined) return true
    const now = this.#parts.now()
    return node.held() && (await storage.write('claimLease', { run, store, now, until: now + CLAIM_MS }))
  }

  /** Sets the clock to the next round. @param leastMs before it */
  #sleep(leastMs = 0): void {
    if (!this.#stopped && !this.#inRound) this.#track(this.#setClock(leastMs, ++this.#looks))
  }

  async #setClock(leastMs: number, look: number): Promise<void> {
    const ms = await this.#dueIn().catch(() => AFTER_FAILURE_MS)
    if (this.#stopped || this.#inRound || look < this.#looked) return
    this.#looked = look
    clearTimeout(this.#timer)
    if (ms !== undefined) this.#timer = setTimeout(() => this.#track(this.#round()), Math.max(leastMs, ms))
  }

  /** Milliseconds to the next round, so far as is known; undefined where nothing is held. */
  async #dueIn(): Promise<number | undefined> {
    const at = (await this.#parts.storage.reader.get(rows.nextLease))?.at
    return typeof at === 'number' ? Math.min(at - this.#parts.now(), LONGEST_SLEEP_MS) : undefined
  }

  async #round(): Promise<void> {
    this.#inRound = true
    const written = await this.#serve().catch(() => false)
    this.#inRound = false
    this.#sleep(written ? 0 : AFTER_FAILURE_MS)
  }

  /** Whether all of it could be written down. */
  async #serve(): Promise<boolean> {
    if (this.#parts.node?.held() === false) return false
    const clocks = this.#readClocks()
    const now = clocks.wall
    // What was planned by a clock that has been set back since would be due too late.
    if (wentBack(this.#clocks, clocks)) await this.#parts.storage.write('hurryLeases', { now })
    this.#clocks = clocks
    const due = await this.#parts.storage.reader.all(rows.dueLeases, { now, limit: AT_A_TIME })
    const served = due.map((row) => (row.ended === 1 ? this.#revoke(row) : this.#renew(row)))
    return (await Promise.allSettled(served)).every(({ status }) => status === 'fulfilled')
  }

  async #giveBack(uuid: string): Promise<void> {
    const held = await this.#parts.storage.reader.all(rows.leasesOf, { uuid })
    await Promise.all(held.map((row) => this.#revoke(row)))
  }

  async #renew(row: Row): Promise<void> {
    if (!(await this.#claims(row))) return
    try {
      const { renew } = await this.#storeOf(row)
      if (renew === undefined) throw new Fault('store_changed', `${row.store} is another kind of store now`)
      const held = await renew(this.#sealer.open(idOf(row), row.sealed), this.#call())
      // What the run was given meanwhile stands in the row by now, and is not overwritten.
      await this.#keep(row, held, row.sealed)
    } catch (error) {
      await this.#failed(row, error)
    }
  }

  async #revoke(row: Row): Promise<void> {
    if (!(await this.#claims(row))) return
    const { run, store, sealed } = row
    try {
      const { revoke } = await this.#storeOf(row)
      if (revoke === undefined) throw new Fault('store_changed', `${store} is another kind of store now`)
      await revoke(this.#sealer.open(idOf(row), sealed), this.#call())
    } catch (error) {
      // Only what cannot be asked for is taken to be gone: this clock may be wrong.
      if (this.#stopping.signal.aborted || !lapsed(row.expires_at, this.#parts.now())) return this.#failed(row, error)
    }
    // What a step that ended late has put there meanwhile goes back in a later round.
    await this.#parts.storage.write('dropLease', { run, store, was: sealed })
  }

  async #storeOf({ store }: Row): Promise<{ renew: Store['renew']; revoke: Store['revoke'] }> {
    const { store: opened } = await this.#parts.open(store)
    return { renew: opened.renew?.bind(opened), revoke: opened.revoke?.bind(opened) }
  }

  /** What is written down is as clean as what is thrown (I1). */
  async #clean(store: string, text: string): Promise<string> {
    try {
      return (await this.#parts.open(store)).clean(text)
    } catch {
      return `there is no store \`${store}\` that could be asked`
    }
  }

  #call(): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(CALL_MS), this.#stopping.signal])
  }

  #readClocks(): Clocks {
    return { wall: this.#parts.now(), monotonic: performance.now() }
  }

  async #failed({ run, store, failures }: Row, error: unknown): Promise<void> {
    if (this.#stopping.signal.aborted) return
    const said = error instanceof Fault ? error.message : 'it failed for a reason that may not be shown'
    const problem = await this.#clean(store, said)
    const nextAt = nextTry(failures, this.#parts.now())
    await this.#parts.storage.write('noteLeaseFailure', { run, store, problem, nextAt })
  }
}

const lost = (message: string): Fault => new Fault('run_lost', message)

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
