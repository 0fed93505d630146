/**
 * What shares a keyring: a run, or one item of it. Here is what it has learnt and not yet committed.
 *
 * Who owns what: a scope owns what its attempts left and its last step's checkpoint, if that is held back; the run owns
 * its stop signal and its clock, which all scopes share.
 */
import type { Keyring, SealedSecret } from '../secrets/keyring.ts'
import type { FinishedStep, ItemLane, Left, Written } from './journal.ts'
import { scrubWritten } from './late.ts'
import type { LiveRun } from './live-run.ts'

/** A checkpoint that is held back, to be committed with its scope's end. */
export class Held {
  readonly step: FinishedStep
  readonly left: Left
  /** Resolves when it was committed. A run that stops before leaves it open. */
  readonly committed: Promise<void>
  commit: () => void = () => {}

  constructor(step: FinishedStep, left: Left) {
    this.step = step
    this.left = left
    this.committed = new Promise((resolve) => (this.commit = resolve))
  }
}

export interface Scope {
  readonly keyring: Keyring
  /** The last step's checkpoint, if it is held back. */
  held: Held | undefined
  /**
   * Keeps what an attempt that nobody waits for any more has minted: the keyring in memory knows those secrets, so
   * the one at rest has to.
   */
  salvage(left: { minted: SealedSecret[] }): void
  /** What the next commit has to carry: what its step minted, what was salvaged, and what became known late. */
  carry(left: { minted: SealedSecret[] }): Promise<Left>
  /** Says that something of this scope was committed. */
  wrote(): void
}

/** An item in flight. Its keyring lies on top of the run's, and dies with the item (I5). */
export class ItemScope implements Scope {
  readonly keyring: Keyring
  held: Held | undefined
  readonly #run: LiveRun
  readonly #place: ItemLane
  readonly #journal: string
  #salvaged: SealedSecret[] = []
  #lookedAt: number
  #written: boolean
  #over = false

  /** @param written whether something of the item was committed before */
  constructor(run: LiveRun, parts: { keyring: Keyring; place: ItemLane; journal: string; written: boolean }) {
    this.#run = run
    this.keyring = parts.keyring
    this.#place = parts.place
    this.#journal = parts.journal
    this.#written = parts.written
    this.#lookedAt = parts.keyring.known
  }

  get over(): boolean {
    return this.#over
  }

  salvage(left: { minted: SealedSecret[] }): void {
    if (!this.#over) this.#salvaged.push(...left.minted)
  }

  async carry(left: { minted: SealedSecret[] }): Promise<Left> {
    const minted = [...this.#salvaged, ...left.minted]
    this.#salvaged = []
    const ofRun = await this.#run.carry({ minted: this.#run.keyring.takeMinted() })
    return { ...ofRun, rewrites: [...ofRun.rewrites, ...(await this.#late())], item: { ...this.#place, minted } }
  }

  wrote(): void {
    this.#written = true
  }

  /** The item has its checkpoint, or its run stopped. */
  end(): void {
    this.#over = true
    this.keyring.destroy()
  }

  /** What an item mints can stand in what it wrote itself; where else it could, the interpreter sees to. */
  async #late(): Promise<Written[]> {
    const { known, incomplete } = this.keyring
    const nothingNew = known === this.#lookedAt && !incomplete
    this.#lookedAt = known
    if (nothingNew || !this.#written) return []
    return scrubWritten(this.keyring, await this.#run.journal.readBack(this.#journal))
  }
}
