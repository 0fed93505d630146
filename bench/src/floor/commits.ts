/**
 * Group commit, made in the two ways that one would think of. Which is faster depends on the disk and on the
 * processor, so the benchmark tries both, and the floor is the faster one.
 *
 * - `turn`: on the main thread, once per turn of the event loop; requests gather in the kernel while it syncs.
 * - `thread`: in a worker; the next group gathers while it syncs, and requests go on meanwhile.
 */
import { Worker } from 'node:worker_threads'
import { Store, type Row } from './store.ts'

export interface Commits {
  /** Resolves when the row is durable. */
  insert(row: Row): Promise<void>
}

export type Way = 'turn' | 'thread'

export function commitsIn(way: Way, path: string): Commits {
  return way === 'turn' ? new TurnCommits(path) : new ThreadCommits(path)
}

/** What one turn of the event loop asks for. */
class Gathered {
  readonly #flush: (rows: Row[], done: (() => void)[]) => void
  #rows: Row[] = []
  #done: (() => void)[] = []

  constructor(flush: (rows: Row[], done: (() => void)[]) => void) {
    this.#flush = flush
  }

  add(row: Row): Promise<void> {
    if (this.#rows.length === 0) setImmediate(() => this.#take())
    this.#rows.push(row)
    return new Promise((resolve) => this.#done.push(resolve))
  }

  #take(): void {
    const [rows, done] = [this.#rows, this.#done]
    this.#rows = []
    this.#done = []
    this.#flush(rows, done)
  }
}

class TurnCommits implements Commits {
  readonly #gathered: Gathered

  constructor(path: string) {
    const store = new Store(path)
    this.#gathered = new Gathered((rows, done) => {
      store.insert(rows)
      for (const resolve of done) resolve()
    })
  }

  insert(row: Row): Promise<void> {
    return this.#gathered.add(row)
  }
}

class ThreadCommits implements Commits {
  readonly #gathered: Gathered

  constructor(path: string) {
    const worker = new Worker(new URL('commit-thread.ts', import.meta.url), { workerData: path })
    const waiting: (() => void)[][] = []
    // Groups are committed in order, and the thread says how many of them each commit held.
    worker.on('message', (groups: number) => {
      for (const done of waiting.splice(0, groups)) for (const resolve of done) resolve()
    })
    this.#gathered = new Gathered((rows, done) => {
      waiting.push(done)
      worker.postMessage(rows, [])
    })
  }

  insert(row: Row): Promise<void> {
    return this.#gathered.add(row)
  }
}
