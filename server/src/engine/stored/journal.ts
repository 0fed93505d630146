/** The journal in storage: turns what the engine says into commands. */
import { setTimeout as pause } from 'node:timers/promises'
import { Keyring } from '../../secrets/keyring.ts'
import type { MasterKey } from '../../secrets/seal.ts'
import type { Acceptance, Journal, NewResumption, Place, Resumable, Written } from '../journal.ts'
import type { RunId } from '../../storage/ids.ts'
import type { NewRun, RunEnd } from '../port.ts'
import { inheritedRows } from './inheriting.ts'
import { keepOf, resumableRun } from './load-queries.ts'
import { readSecrets } from './secrets.ts'
import { pack, type Packed } from './places.ts'
import { resumptionNamed, waitNamed } from './queries.ts'
import { toRewrites } from './read-back.ts'
import { StoredRun, type Shared } from './run-journal.ts'
import { endingOf, own, purpose, toRow } from './sealing.ts'

/** A commit that was refused is tried again after this. */
const RETRY_MS = 250

export interface JournalParts extends Shared {
  master: MasterKey
  /** A run that waits outside of memory is due. */
  onDue(run: RunId): void
}

export class StoredJournal implements Journal {
  readonly durable = true
  readonly leavesMemory = true
  readonly longestWaitMs = Infinity
  readonly #parts: JournalParts

  constructor(parts: JournalParts) {
    this.#parts = parts
  }

  async accept(run: NewRun, at: number): Promise<Acceptance> {
    const { storage, master, places } = this.#parts
    const { id, keep, idempotency } = run
    const seal = keep ? undefined : master.runSeal(id.uuid)
    let packed: Packed | undefined
    const write = storage.write('acceptRun', () => {
      const minted = run.keyring.takeMinted()
      packed = minted.length === 0 ? undefined : pack(minted, places)
      return {
        run: id.key,
        uuid: id.uuid,
        workflowId: run.workflowId,
        versionId: run.versionId,
        keep,
        at,
        replayOf: run.replayOf ?? null,
        event: toRow(seal, purpose.event, run.eventText),
        timeoutMs: run.timeoutMs,
        boot: storage.boot,
        packed,
        idempotency: idempotency && { scope: own(idempotency.scope), request: own(idempotency.request) },
        tick: run.tick,
        inherited: run.inherited && inheritedRows(id.key, seal, run.inherited)
      }
    })
    const accepted = await this.#claiming(write, () => packed?.ids ?? [])
    if (accepted.how === 'key_reused' || accepted.how === 'tick_taken') return accepted
    if (accepted.how === 'repeated') {
      const { key, uuid, answer } = accepted
      return { how: 'repeated', key, uuid, end: answer === null ? undefined : this.#openAnswer(uuid, answer) }
    }
    const part = {
      id,
      seal,
      hasKey: idempotency !== undefined,
      crashes: 0,
      places: packed?.ids ?? [],
      boot: storage.boot,
      life: 1
    }
    return { how: 'accepted', journal: new StoredRun(this.#parts, part) }
  }

  async cancel(key: number, uuid: string, end: RunEnd, at: number, rewrites: Written[]): Promise<boolean> {
    const cancelled = await this.#parts.storage.write('cancelRun', {
      run: key,
      uuid,
      status: end.status,
      at,
      ending: endingOf(end),
      // Only a kept run's are carried out, and what is kept is not sealed.
      rewrites: toRewrites(undefined, rewrites),
      answer: own(this.#parts.answers.seal(uuid, JSON.stringify(end)))
    })
    if (cancelled === undefined) return false
    this.#parts.places.give(cancelled.places)
    return true
  }

  async resumable(key: number, uuid: string, name: string, at: number): Promise<Resumable | undefined> {
    const { storage, master } = this.#parts
    const [run, wait, early] = await Promise.all([
      storage.reader.get(resumableRun, { run: key, uuid }),
      storage.reader.get(waitNamed, { run: key, name }),
      storage.reader.get(resumptionNamed, { run: key, name })
    ])
    if (run === undefined) return undefined
    if (wait?.how === 'resumed' || early !== undefined) return { how: 'used' }
    if (wait !== undefined && (wait.how !== null || wait.until <= at)) return { how: 'expired' }
    const keyring = async (): Promise<Keyring> =>
      Keyring.open(master.runSeal(uuid), await readSecrets(storage.reader, run.places))
    return { how: 'open', versionId: run.version_id, keyring }
  }

  async resume(
    key: number,
    uuid: string,
    { name, text, minted, at }: NewResumption
  ): Promise<{ how: 'used' | 'expired' } | { how: 'resumed'; place?: Place } | undefined> {
    const { storage, master, places } = this.#parts
    const keep = (await storage.reader.get(keepOf, { run: key }))?.keep
    if (keep === undefined) return undefined
    const value = toRow(keep === 1 ? undefined : master.runSeal(uuid), purpose.resumption(name), text)
    const packed = minted.length === 0 ? undefined : pack(minted, places)
    const write = storage.write('resumeRun', { run: key, uuid, name, value, at, packed })
    const resumed = await this.#claiming(
      write.then((result) => ({ result, how: result === undefined ? 'gone' : 'accepted' })),
      () => packed?.ids ?? []
    )
    const { result } = resumed
    if (result?.how !== 'resumed') return result
    if (result.due) this.#parts.onDue({ key, uuid })
    return result.place === undefined ? { how: 'resumed' } : { how: 'resumed', place: result.place }
  }

  async room(): Promise<void> {
    await this.#parts.storage.room()
    await pause(RETRY_MS)
  }

  /** Waits for the commit that accepts a run; unless it does, the places that it was to fill are free again. */
  async #claiming<T extends { how: string }>(commit: Promise<T>, filled: () => readonly number[]): Promise<T> {
    try {
      const accepted = await commit
      if (accepted.how !== 'accepted') this.#parts.places.give(filled())
      return accepted
    } catch (error) {
      this.#parts.places.give(filled())
      throw error
    }
  }

  #openAnswer(uuid: string, answer: Uint8Array): RunEnd {
    return JSON.parse(this.#parts.answers.open(uuid, answer)) as RunEnd
  }
}
