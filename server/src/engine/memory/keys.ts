/** Accepted `Idempotency-Key`s of runs in memory: for a day, and the newest only, so that memory stays bounded. */
import type { RunId } from '../../storage/ids.ts'
import type { NewIdempotency, RunEnd } from '../port.ts'
import { IDEMPOTENCY_MS } from '../schedule.ts'

const MOST = 10_000

export interface KeptKey {
  request: Uint8Array
  key: number
  uuid: string
  at: number
  end: RunEnd | undefined
}

export class Keys {
  /** Oldest first. */
  readonly #kept = new Map<string, KeptKey>()

  find(scope: Uint8Array, now: number): KeptKey | undefined {
    const kept = this.#kept.get(nameOf(scope))
    return kept === undefined || isOver(kept, now) ? undefined : kept
  }

  add({ scope, request }: NewIdempotency, id: RunId, now: number): KeptKey {
    const kept: KeptKey = { request, key: id.key, uuid: id.uuid, at: now, end: undefined }
    this.#kept.delete(nameOf(scope))
    this.#kept.set(nameOf(scope), kept)
    for (const [name, oldest] of this.#kept) {
      if (this.#kept.size <= MOST && !isOver(oldest, now)) break
      this.#kept.delete(name)
    }
    return kept
  }
}

function isOver(kept: KeptKey, now: number): boolean {
  return now - kept.at >= IDEMPOTENCY_MS
}

function nameOf(scope: Uint8Array): string {
  return Buffer.from(scope).toString('base64')
}
