/**
 * Has rows leave their tables that are no more: those that were deleted, and what a row held before it was written anew without a
 * secret that became known late. PostgreSQL keeps them where they are until a VACUUM, which by itself it begins when a fifth
 * of a table has gone. From then on nothing can read them; their place is free, and holds what it held until it is used again.
 *
 * Every node looks. A vacuum reads what was written since the last one only, and a table has it at most once in
 * `EVERY_MS`; one that takes long has it less often.
 */
import type { Client } from 'pg'
import { makeClient, SCHEMA } from './connections.ts'

const EVERY_MS = 15_000
/** The part of the time that a table may be vacuumed is one in this many. */
const SHARE = 20

/** Of `nodes`, which nodes write all the time, nothing needs to go. */
const CHANGES = `
select relname as name, n_tup_upd + n_tup_del as changes
from pg_stat_user_tables
where schemaname = '${SCHEMA}' and relname <> 'nodes'
  and coalesce(last_vacuum < clock_timestamp() - interval '${EVERY_MS} milliseconds', true)`

export class Vacuum {
  readonly #url: string
  /** By table: the changes that a vacuum of this node has seen, and when there may be another, by `performance.now()`. */
  readonly #done = new Map<string, { changes: number; nextAt: number }>()
  #client: Client | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #ended = false

  /** Does nothing until it is started. */
  constructor(url: string) {
    this.#url = url
  }

  start(): void {
    // Nodes that started together drift apart.
    const pause = EVERY_MS * (0.75 + Math.random() / 2)
    this.#timer = setTimeout(() => {
      this.#looking = this.look()
        // The database is away, or in the way: what was to go is found again.
        .catch(() => undefined)
        .then(() => (this.#ended ? undefined : this.start()))
    }, pause)
  }

  /** Vacuums the tables that something was deleted from, or written anew in, since the last time. */
  async look(): Promise<void> {
    const client = makeClient(this.#url)
    this.#client = client
    // An error of the connection comes with whatever is waited for.
    client.on('error', () => undefined)
    try {
      await client.connect()
      // As gently as PostgreSQL does it by itself.
      await client.query('set vacuum_cost_delay = 2')
      const { rows } = await client.query<{ name: string; changes: number }>(CHANGES)
      for (const row of rows) await this.#vacuum(client, row)
    } finally {
      this.#client = undefined
      await client.end().catch(() => undefined)
    }
  }

  /** Breaks off a vacuum that is under way: another node will do it, or the next start. */
  async end(): Promise<void> {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#client?.connection.stream.destroy()
    await this.#looking
  }

  async #vacuum(client: Client, { name, changes }: { name: string; changes: number }): Promise<void> {
    const done = this.#done.get(name) ?? { changes: 0, nextAt: 0 }
    const began = performance.now()
    if (this.#ended || changes === done.changes || began < done.nextAt) return
    await client.query(`vacuum (skip_locked) ${SCHEMA}.${client.escapeIdentifier(name)}`)
    const tookMs = performance.now() - began
    this.#done.set(name, { changes, nextAt: began + tookMs * SHARE })
  }
}
