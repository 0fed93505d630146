/** The journal that forgets: a run in memory is never brought back, so of its steps nothing need be kept. */
import type {
  Acceptance,
  ItemTexts,
  Journal,
  Leaving,
  NewWait,
  Place,
  RunJournal,
  WaitState,
  Written
} from '../journal.ts'
import { Passing } from '../passing.ts'
import type { NewRun, RunEnd } from '../port.ts'
import { Keys } from './keys.ts'

export class MemoryJournal implements Journal {
  readonly durable = false
  readonly leavesMemory = false
  readonly longestWaitMs: number
  readonly #unfinished = new Passing<MemoryRun>()
  readonly #keys = new Keys()

  constructor(longestWaitMs: number) {
    this.longestWaitMs = longestWaitMs
  }

  async accept(run: NewRun, at: number): Promise<Acceptance> {
    const earlier = run.idempotency && this.#keys.find(run.idempotency.scope, at)
    if (run.idempotency !== undefined && earlier !== undefined) {
      if (Buffer.compare(earlier.request, run.idempotency.request) !== 0) return { how: 'key_reused' }
      return { how: 'repeated', key: earlier.key, uuid: earlier.uuid, end: earlier.end }
    }
    const kept = run.idempotency && this.#keys.add(run.idempotency, run.id, at)
    const journal = new MemoryRun(run.id.uuid, (end) => {
      this.#unfinished.delete(run.id.key)
      if (kept !== undefined) kept.end = end
    })
    this.#unfinished.set(run.id.key, journal)
    return { how: 'accepted', journal }
  }

  async cancel(key: number, uuid: string, end: RunEnd): Promise<boolean> {
    return (await this.#find(key, uuid)?.end(end)) ?? false
  }

  async resume(
    key: number,
    uuid: string,
    name: string,
    text: string,
    at: number
  ): Promise<{ place?: Place } | undefined> {
    return this.#find(key, uuid)?.resume(name, text, at)
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
  readonly uuid: string
  readonly #onEnd: (end: RunEnd) => void
  readonly #waits: OpenWait[] = []
  readonly #early: { name: string; text: string }[] = []
  #ended = false

  constructor(uuid: string, onEnd: (end: RunEnd) => void) {
    this.uuid = uuid
    this.#onEnd = onEnd
  }

  async finishStep(): Promise<boolean> {
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

  async finishItem(): Promise<boolean> {
    return !this.#ended
  }

  async rewrite(): Promise<boolean> {
    return !this.#ended
  }

  /** Nothing is at rest. */
  readBack(): Written[] {
    return []
  }

  readItems(): ItemTexts {
    return { texts: [], next: undefined }
  }

  async end(end: RunEnd): Promise<boolean> {
    if (this.#ended) return false
    this.#ended = true
    this.#onEnd(end)
    return true
  }

  resume(name: string, text: string, at: number): { place?: Place } {
    const wait = this.#waits.find((open) => open.name === name && open.kind === 'wait' && open.how === null)
    if (wait === undefined || wait.until <= at) {
      this.#early.push({ name, text })
      return {}
    }
    wait.how = 'resumed'
    wait.text = text
    return { place: { lane: wait.lane, position: wait.position } }
  }
}
