/** One run's journal in storage, while this process has the run in memory. */
import type { RunSeal, Sealer } from '../../secrets/seal.ts'
import type { RunId } from '../../storage/ids.ts'
import type { Storage } from '../../storage/storage.ts'
import type {
  FailedAttempt,
  FinishedItem,
  FinishedStep,
  ItemMark,
  ItemTexts,
  Leave,
  Leaving,
  Left,
  NewItems,
  NewWait,
  Place,
  Recheck,
  RunJournal,
  WaitState,
  Written
} from '../journal.ts'
import { ITEM_JOURNAL } from '../journal.ts'
import type { RunEnd } from '../port.ts'
import { placesOfOurs, resumedWaits } from './load-queries.ts'
import type { Extra } from './carrying.ts'
import type { EngineCommands, WaitRow } from './commands.ts'
import { pack, type Places } from './places.ts'
import type { Owned, StepRow } from './queries.ts'
import { readBack, readItems, toRewrites } from './read-back.ts'
import { readSecrets } from './secrets.ts'
import { endingOf, fromRow, logsToRow, own, purpose, saidOf, toRow } from './sealing.ts'

/** What the engine needs of `Storage`. */
export type EngineStorage = Pick<Storage<EngineCommands>, 'write' | 'reader' | 'boot' | 'room'>

/** What the journals of all runs share. */
export interface Shared {
  storage: EngineStorage
  places: Places
  /** Seals answers for repeated requests. */
  answers: Sealer
  /** A run that was in flight in a crash has got further since. */
  onProgress(run: number): void
}

/** What the journal of one run starts with. */
export interface RunPart {
  id: RunId
  /** Set where the run is not kept. */
  seal: RunSeal | undefined
  /** Whether it came with an `Idempotency-Key`. */
  hasKey: boolean
  /** In how many crashes it was in flight since its last commit. */
  crashes: number
  /** Where its secrets are; undefined where it may have items too. */
  places: readonly number[] | undefined
  /** The start that has it in memory. A later one of this process has it no more. */
  boot: number
  life: number
}

export class StoredRun implements RunJournal {
  readonly life: number
  readonly #shared: Shared
  readonly #run: number
  readonly #uuid: string
  readonly #seal: RunSeal | undefined
  readonly #hasKey: boolean
  readonly #boot: number
  #crashes: number
  #places: readonly number[] | undefined

  constructor(shared: Shared, part: RunPart) {
    this.#shared = shared
    this.#run = part.id.key
    this.#uuid = part.id.uuid
    this.#seal = part.seal
    this.#hasKey = part.hasKey
    this.#crashes = part.crashes
    this.#places = part.places
    this.#boot = part.boot
    this.life = part.life
  }

  async finishStep(step: FinishedStep, left: Left): Promise<boolean> {
    const extra = this.#extra(left)
    const { storage } = this.#shared
    const done = await this.#carrying(
      extra,
      storage.write('finishStep', { ...this.#owned(), ...this.#stepRow(step), extra })
    )
    if (done) this.#progress()
    return done
  }

  async failAttempt(attempt: FailedAttempt, left: Left, leave: Leave | undefined): Promise<Leaving> {
    const extra = this.#extra(left)
    const { error, logs, ...rest } = attempt
    const row = {
      ...this.#owned(),
      ...rest,
      error: toRow(this.#seal, purpose.error(attempt, attempt.number), JSON.stringify(error)),
      logs: logsToRow(this.#seal, purpose.attemptLogs(attempt, attempt.number), logs),
      extra,
      leave
    }
    const leaving = await this.#carrying(extra, this.#shared.storage.write('failAttempt', row))
    if (leaving !== 'ended') this.#progress()
    return leaving
  }

  async openWait(wait: NewWait, leave: Leave | undefined): Promise<{ state: WaitState; leaving: Leaving } | undefined> {
    const progressed = this.#crashes > 0
    const opened = await this.#shared.storage.write('openWait', { ...this.#owned(), ...wait, progressed, leave })
    if (opened === undefined) return undefined
    this.#progress()
    return { state: this.#waitState(wait.name, opened.state), leaving: opened.leaving }
  }

  async timeOutWait(place: Place, name: string, at: number): Promise<WaitState | undefined> {
    const row = await this.#shared.storage.write('timeOutWait', { ...this.#owned(), ...place, at })
    return row && this.#waitState(name, row)
  }

  leave(leave: Leave): Promise<Leaving> {
    return this.#shared.storage.write('leaveRun', { ...this.#owned(), leave })
  }

  async end(end: RunEnd, at: number, rewrites: Written[], last?: FinishedStep): Promise<boolean> {
    const ended = await this.#shared.storage.write('endRun', () => ({
      ...this.#owned(),
      keep: this.#seal === undefined,
      status: end.status,
      at,
      ending: endingOf(end),
      places: this.#places,
      last: last && { run: this.#run, ...this.#stepRow(last) },
      rewrites: toRewrites(this.#seal, rewrites),
      answer: this.#hasKey ? own(this.#shared.answers.seal(this.#uuid, JSON.stringify(end))) : undefined
    }))
    if (ended !== undefined) this.#shared.places.give(ended.places)
    return ended !== undefined
  }

  openItems(items: NewItems): Promise<boolean> {
    // From here on items have places too.
    this.#places = undefined
    return this.#shared.storage.write('openItems', { ...this.#owned(), ...items })
  }

  async finishItem(item: FinishedItem, left: Left, last: FinishedStep | undefined): Promise<boolean> {
    // What the item minted last dies here, unsealed.
    const extra = this.#extra({ minted: left.minted, rewrites: left.rewrites })
    const { end, ...row } = item
    const write = this.#shared.storage.write('finishItem', {
      ...this.#owned(),
      ...row,
      status: end.status,
      said: saidOf(end),
      keep: this.#seal === undefined,
      last: last && { run: this.#run, ...this.#stepRow(last) },
      extra
    })
    const freed = await this.#carrying(
      extra,
      write.then((places) => places ?? false)
    )
    if (freed === false) return false
    this.#shared.places.give(freed.places)
    this.#progress()
    return true
  }

  async recheck(): Promise<Recheck | undefined> {
    const { reader } = this.#shared.storage
    const run = this.#run
    const [row, waits] = await Promise.all([
      reader.get(placesOfOurs, this.#owned()),
      reader.all(resumedWaits, { run, before: ITEM_JOURNAL })
    ])
    if (row === undefined) return undefined
    const resumed = waits.map(({ lane, position, name, until, how, value }) => {
      const { text } = this.#waitState(name, { until, how, value })
      return { place: { lane, position }, text: text ?? 'null' }
    })
    return { secrets: await readSecrets(reader, row.places), resumed }
  }

  rewrite(texts: Written[]): Promise<boolean> {
    const rewrites = toRewrites(this.#seal, texts)
    return this.#shared.storage.write('rewriteTexts', { ...this.#owned(), rewrites })
  }

  readBack(itemJournal?: string): Promise<Written[]> {
    return readBack(this.#shared.storage.reader, this.#run, this.#seal, itemJournal)
  }

  readItems(from: ItemMark | undefined): Promise<ItemTexts> {
    return readItems(this.#shared.storage.reader, this.#run, this.#seal, from)
  }

  #owned(): Owned {
    return { run: this.#run, boot: this.#boot, life: this.life }
  }

  #stepRow({ text, logs, ...step }: FinishedStep): Omit<StepRow, 'run'> {
    return {
      ...step,
      value: toRow(this.#seal, purpose.value(step), text),
      logs: logsToRow(this.#seal, purpose.logs(step), logs)
    }
  }

  /** What a commit carries besides its subject; undefined for most, so that they cost nothing more. */
  #extra(left: Left): Extra | undefined {
    const progressed = this.#crashes > 0
    const { minted, item, rewrites } = left
    const itemMinted = item?.minted ?? []
    if (minted.length + itemMinted.length + rewrites.length === 0 && !progressed) return undefined
    const packed = minted.length === 0 ? undefined : pack(minted, this.#shared.places)
    const ofItem =
      item === undefined || itemMinted.length === 0
        ? undefined
        : { position: item.position, lane: item.lane, packed: pack(itemMinted, this.#shared.places) }
    return { packed, item: ofItem, rewrites: toRewrites(this.#seal, rewrites), progressed }
  }

  /** Waits for a commit; the places that it was to fill are free again if it did not happen. */
  async #carrying<T>(extra: Extra | undefined, commit: Promise<T>): Promise<T> {
    const ids = [...(extra?.packed?.ids ?? []), ...(extra?.item?.packed.ids ?? [])]
    if (ids.length === 0) return commit
    try {
      const result = await commit
      if (result === false || result === 'ended') this.#shared.places.give(ids)
      else this.#places = this.#places?.concat(extra?.packed?.ids ?? [])
      return result
    } catch (error) {
      this.#shared.places.give(ids)
      throw error
    }
  }

  #progress(): void {
    if (this.#crashes === 0) return
    this.#crashes = 0
    this.#shared.onProgress(this.#run)
  }

  #waitState(name: string, { until, how, value }: WaitRow): WaitState {
    return { until, how, text: value === null ? null : fromRow(this.#seal, purpose.resumption(name), value) }
  }
}
