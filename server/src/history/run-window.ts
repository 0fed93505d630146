/**
 * Which of a workflow's runs are outside its newest `max_events`, without counting them anew each time.
 *
 * Two keys walk up the index (workflow_id, id), each entry once: `top`, up to which runs have been counted, and `floor`,
 * up to which they are outside. The count between them is exact as long as the sweeper is all that deletes there, and it
 * says what it deletes; what else may go (runs that are not kept) makes the count too high, so it is taken anew now
 * and then. While `top` is behind, `floor` is too low and never too high: nothing goes too early.
 */
import type { Reader } from '../storage/tx.ts'
import { query } from '../storage/query.ts'

/** Index entries that one step reads at most: a fraction of a millisecond. */
const STEP = 2_000
/** The count is taken anew after this long, in milliseconds. */
const RECOUNT_MS = 600_000

const counted = query<{ workflow: number; after: number }>()((db, p) =>
  db
    .selectFrom((row) =>
      row
        .selectFrom('runs')
        .select('id')
        .where('workflow_id', '=', p.workflow)
        .where('id', '>', p.after)
        .orderBy('id')
        .limit(STEP)
        .as('next')
    )
    .select((row) => [row.fn.countAll<number>().as('count'), row.fn.max<number | null>('id').as('top')])
)

const keyBehind = query<{ workflow: number; after: number; skip: number }>()((db, p) =>
  db
    .selectFrom('runs')
    .select('id')
    .where('workflow_id', '=', p.workflow)
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(1)
    .offset(p.skip)
)

export class RunWindow {
  #max = 0
  #floor = 0
  #top = 0
  #count = 0
  #recountAt = 0

  /** Runs up to this key are outside the newest `max_events`. */
  get floor(): number {
    return this.#floor
  }

  /** Goes one bounded step further, one call at a time. True when it has caught up with the newest run. */
  async step(reader: Reader, workflow: number, max: number, now: number): Promise<boolean> {
    if (max !== this.#max || now >= this.#recountAt) this.#restart(max, now)
    const { count, top } = (await reader.get(counted, { workflow, after: this.#top })) ?? { count: 0, top: null }
    this.#count += count
    this.#top = top ?? this.#top
    await this.#raise(reader, workflow)
    return count < STEP && this.#count <= max
  }

  /** A run was deleted by whoever sweeps. */
  removed(key: number): void {
    if (key > this.#floor && key <= this.#top) this.#count--
  }

  #restart(max: number, now: number): void {
    this.#max = max
    this.#floor = 0
    this.#top = 0
    this.#count = 0
    this.#recountAt = now + RECOUNT_MS
  }

  async #raise(reader: Reader, workflow: number): Promise<void> {
    const excess = Math.min(this.#count - this.#max, STEP)
    if (excess <= 0) return
    const key = (await reader.get(keyBehind, { workflow, after: this.#floor, skip: excess - 1 }))?.id
    // Fewer runs than were counted: something else deleted some.
    if (key === undefined || key > this.#top) return this.#restart(this.#max, this.#recountAt - RECOUNT_MS)
    this.#floor = key
    this.#count -= excess
  }
}
