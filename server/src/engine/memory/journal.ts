/**
 * The journal that forgets: a run in memory is never brought back, so of its steps nothing need be kept. Whoever wants to
 * show them is told of each as it would be written.
 */
import type {
  Acceptance,
  FinishedItem,
  FinishedStep,
  ItemTexts,
  Left,
  Journal,
  Leaving,
  NewResumption,
  NewWait,
  Place,
  Recheck,
  Resumable,
  RunJournal,
  WaitState,
  Written
} from '../journal.ts'
import { Fault } from '@bellhop/sdk'
import { Passing } from '../passing.ts'
import type { NewRun, RunEnd } from '../port.ts'
import { Keys } from './keys.ts'

/** Told of what runs in memory leave. */
export interface Onlooker {
  /** Its lane is empty for the run's own steps, and else that of an item. */
  step(run: string, step: FinishedStep): void
  item(run: string, item: FinishedItem): void
}

export class MemoryJournal implements Journal {
  readonly durable = false
  readonly leavesMemory = false
  readonly longestWaitMs: number
  readonly #unfinished = new Passing<MemoryRun>()
  readonly #keys = new Keys()

  readonly #onlooker: Onlooker | undefined

  constructor(longestWaitMs: number, onlooker?: Onlooker) {
    this.longestWaitMs = longestWaitMs
    this.#onlooker = onlooker
  }

  async accept(run: NewRun, at: number): Promise<Acceptance> {
    const earlier = run.idempotency && this.#keys.find(run.idempotency.scope, at)
    if (run.idempotency !== undefined && earlier !== undefined) {
      if (Buffer.compare(earlier.request, run.idempotency.request) !== 0) return { how: 'key_reused' }
      return { how: 'repeated', key: earlier.key, uuid: earlier.uuid, end: earlier.end }
    }
    const kept = run.idempotency && this.#keys.add(run.idempotency, run.id, at)
    const onEnd = (end: RunEnd): void => {
      this.#unfinished.delete(run.id.key)
      if (kept !== undefined) kept.end = end
    }
    const journal = new MemoryRun(run, onEnd, this.#onlooker)
    this.#unfinished.set(run.id.key, journal)
    return { how: 'accepted', journal }
  }

  async cancel(key: number, uuid: string, end: RunEnd): Promise<boolean> {
    return (await this.#find(key, uuid)?.end(end)) ?? false
  }

  async resumable(key: number, uuid: string, name: string, at: number): Promise<Resumable | undefined> {
    return this.#find(key, uuid)?.resumable(name, at)
  }

  async resume(
    key: number,
    uuid: string,
    resumption: NewResumption
  ): Promise<{ how: 'used' | 'expired' } | { how: 'resumed'; place?: Place } | undefined> {
    return this.#find(key, uuid)?.resume(resumption)
  }

  /** Memory is never refused. */
  async room(): Promise<void> {}

  #find(key: number, uuid: string): MemoryRun | undefined {
    const run = this.#unfinished.get(key)
    return run?.uuid === uuid ? run : undefined
  }
}

interface OpenWait extends NewWait {
  how: WaitState['how']
  text: string | null
}

class MemoryRun implements RunJournal {
  readonly life = 1
  readonly uuid: string
  readonly #versionId: number
  readonly #onEnd: (end: RunEnd) => void
  readonly #onlooker: Onlooker | undefined
  readonly #waits: OpenWait[] = []
  readonly #early: { name: string; text: string }[] = []
  #ended = false

  constructor({ id, versionId }: NewRun, onEnd: (end: RunEnd) => void, onlooker: Onlooker | undefined) {
    this.uuid = id.uuid
    this.#versionId = versionId
    this.#onEnd = onEnd
    this.#onlooker = onlooker
  }

  async finishStep(step: FinishedStep): Promise<boolean> {
    if (!this.#ended) this.#onlooker?.step(this.uuid, step)
    return !this.#ended
  }

  async failAttempt(): Promise<Leaving> {
    return this.#ended ? 'ended' : 'stays'
  }

  async openWait(wait: NewWait): Promise<{ state: WaitState; leaving: Leaving } | undefined> {
    if (this.#ended) return undefined
    const early = wait.kind === 'wait' ? this.#early.findIndex((resumption) => resumption.name === wait.name) : -1
    const [resumption] = early === -1 ? [] : this.#early.splice(early, 1)
    const open: OpenWait = { ...wait, how: resumption === undefined ? null : 'resumed', text: resumption?.text ?? null }
    // A sleep is not looked for by anybody; items may have any number of them.
    if (wait.kind === 'wait') this.#waits.push(open)
    return { state: open, leaving: 'stays' }
  }

  async timeOutWait(place: Place): Promise<WaitState | undefined> {
    const wait = this.#waits.find(({ lane, position }) => lane === place.lane && position === place.position)
    if (this.#ended || wait === undefined) return undefined
    wait.how ??= 'timed_out'
    return wait
  }

  async leave(): Promise<Leaving> {
    return this.#ended ? 'ended' : 'stays'
  }

  async openItems(): Promise<boolean> {
    return !this.#ended
  }

  async finishItem(item: FinishedItem, _left: Left, last: FinishedStep | undefined): Promise<boolean> {
    if (!this.#ended && last !== undefined) this.#onlooker?.step(this.uuid, last)
    if (!this.#ended) this.#onlooker?.item(this.uuid, item)
    return !this.#ended
  }

  /** No other process knows of it. */
  async recheck(): Promise<Recheck | undefined> {
    return this.#ended ? undefined : { secrets: [], resumed: [] }
  }

  async rewrite(): Promise<boolean> {
    return !this.#ended
  }

  /** Nothing is at rest. */
  async readBack(): Promise<Written[]> {
    return []
  }

  async readItems(): Promise<ItemTexts> {
    return { texts: [], next: undefined }
  }

  async end(end: RunEnd): Promise<boolean> {
    if (this.#ended) return false
    this.#ended = true
    this.#onEnd(end)
    return true
  }

  resumable(name: string, at: number): Resumable {
    const wait = this.#waits.find((open) => open.name === name)
    if (this.#early.some((early) => early.name === name) || wait?.how === 'resumed') return { how: 'used' }
    if (wait !== undefined && (wait.how !== null || wait.until <= at)) return { how: 'expired' }
    return { how: 'open', versionId: this.#versionId, keyring: () => neverOut() }
  }

  resume({ name, text, at }: NewResumption): { how: 'used' | 'expired' } | { how: 'resumed'; place?: Place } {
    const { how } = this.resumable(name, at)
    if (how !== 'open') return { how }
    const wait = this.#waits.find((open) => open.name === name)
    if (wait === undefined) {
      this.#early.push({ name, text })
      return { how: 'resumed' }
    }
    wait.how = 'resumed'
    wait.text = text
    return { how: 'resumed', place: { lane: wait.lane, position: wait.position } }
  }
}

/** A run in memory leaves it only with its end. */
async function neverOut(): Promise<never> {
  throw new Fault('run_lost', 'The run is in no memory any more.')
}
