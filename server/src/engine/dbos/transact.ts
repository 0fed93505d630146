/**
 * All that Bellhop asks of DBOS Transact (https://docs.dbos.dev): that somebody lives each life of a run, on one node at a
 * time. DBOS knows ids, names of steps and words, never data.
 *
 * Who owns what: DBOS owns its tables (schema `dbos`) and the decision which node lives a life; this object owns the
 * connections that DBOS uses; the caller owns the journal, and what a life does. A life that DBOS hands to another node is not replayed: it begins anew there, and the
 * caller goes on from its own journal.
 *
 * States: launched, then stopped. One at a time in a process, because DBOS is one object in a process.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { complaints } from './complaints.ts'
import { openPool, SCHEMA } from './connections.ts'
import { Line, type Lanes } from './line.ts'
import { loadSdk, type Sdk } from './sdk.ts'

export interface TransactOptions {
  /** `postgres://…` */
  url: string
  /** A new one for each start. What runs under it is recovered by this id when the node is dead. */
  executorId: string
  /** The number of the journal's format. A node gets the lives of its own format, and, when it is the newest, of older ones. */
  format: number
  /**
   * Lives a life: resolves when the run has ended, or its next life has been asked for (`next`), since for DBOS the life
   * is over then. Called again, possibly elsewhere, when a node died in it.
   */
  live: (life: Line, run: string, number: number) => Promise<void>
  /** Told what is wrong, in a sentence. At most one a second. */
  say: (message: string) => void
}

const NAME = 'bellhop'
const QUEUE = 'lives'
const LIFE = 'life'
const LANE = 'lane'

/** Lives from the queue that a node has in memory at a time. */
const LIVES_AT_ONCE = 200
/** Milliseconds between two looks at the queue. A look is four statements. */
const POLL_MS = 250
/** DBOS's own schedules, of which there are none, are looked for so often, in milliseconds. */
const SCHEDULES_MS = 3_600_000
/** A delay is given in seconds and must be whole in milliseconds: an eighth of a second is, in binary. */
const GRAIN_MS = 125
/** How long a stop waits for a database that does not answer, in milliseconds. */
const ANSWER_MS = 5_000
/** Milliseconds between two tries to get the lock on migrations. */
const LOCK_MS = 100
/** The word `bhdbos` in ASCII. */
const LOCK = 0x62_68_64_62_6f_73
/** DBOS wants one, and uses the pool. */
const NO_URL = 'postgres://bellhop@localhost/bellhop'
const ENDED = ['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'] as const

type Start = (run: string, number: number) => Promise<string>
type StartLane = (id: string) => Promise<string>

/**
 * DBOS's own way is a list of what ended, read by this process, and a statement for each table. Nodes take different rows, and
 * do not wait for each other.
 */
const FORGET = `
with ended as (
  delete from "${SCHEMA}".workflow_status where workflow_uuid in (
    select workflow_uuid from "${SCHEMA}".workflow_status
    where completed_at < $1 and status = any($2)
    order by completed_at limit $3 for update skip locked
  ) returning workflow_uuid
), inputs as (
  delete from "${SCHEMA}".workflow_input using ended where workflow_input.workflow_uuid = ended.workflow_uuid
), outputs as (
  delete from "${SCHEMA}".workflow_output using ended where workflow_output.workflow_uuid = ended.workflow_uuid
), steps as (
  delete from "${SCHEMA}".operation_outputs using ended where operation_outputs.workflow_uuid = ended.workflow_uuid
)
select from ended`

export class Transact {
  readonly #sdk: Sdk
  readonly #pool: Pool
  readonly #options: TransactOptions
  /** The context in which nothing is a part of a workflow. */
  readonly #outside = AsyncLocalStorage.snapshot()
  readonly #lanes: Lanes = new Map()
  readonly #life: Start
  readonly #lane: StartLane
  #stopping: Promise<void> | undefined

  private constructor(sdk: Sdk, pool: Pool, options: TransactOptions) {
    this.#sdk = sdk
    this.#pool = pool
    this.#options = options
    // Recovery is bounded by the caller: DBOS would count a life that was recovered often as failed.
    const config = { maxRecoveryAttempts: Number.MAX_SAFE_INTEGER }
    this.#life = sdk.dbos.registerWorkflow((run: string, number: number) => this.#live(run, number), {
      ...config,
      name: LIFE
    })
    this.#lane = sdk.dbos.registerWorkflow((id: string) => this.#walk(id), { ...config, name: LANE })
  }

  /**
   * Makes or updates DBOS's tables. Any number of nodes may call it at once: one does it, the others wait. Indexes are built
   * concurrently, which takes until every transaction of the database that is open by then has ended: the caller must not
   * have one open itself.
   */
  static async migrate(url: string, say: (message: string) => void): Promise<void> {
    const { ensureSystemDatabase, Logger } = await loadSdk()
    const pool = openPool(url, 0)
    try {
      const session = await lock(pool)
      // Internal: the public `DBOS.migrate` prints to the console, and makes a database that is not there.
      const logger = new Logger(undefined, { logger: complaints(say) })
      // Its lock goes with the connection.
      await ensureSystemDatabase(NO_URL, logger, pool, SCHEMA, false).finally(() => session.release(true))
    } finally {
      await pool.end()
    }
  }

  /** @throws what the database says, when it cannot be reached or was not migrated */
  static async launch(options: TransactOptions): Promise<Transact> {
    const sdk = await loadSdk()
    const pool = openPool(options.url)
    sdk.dbos.setConfig({
      name: NAME,
      systemDatabaseUrl: NO_URL,
      systemDatabasePool: pool,
      systemDatabaseSchemaName: SCHEMA,
      executorID: options.executorId,
      applicationVersion: String(options.format),
      runMigrations: false,
      useListenNotify: false,
      enableOTLP: false,
      tracingEnabled: false,
      schedulerPollingIntervalMs: SCHEDULES_MS,
      logger: complaints(options.say)
    })
    const transact = new Transact(sdk, pool, options)
    try {
      await sdk.dbos.launch()
      const limits = { workerConcurrency: LIVES_AT_ONCE, minPollingIntervalMs: POLL_MS }
      await sdk.dbos.registerQueue(QUEUE, { ...limits, onConflict: 'always_update' })
    } catch (error) {
      await transact.stop(0)
      throw error
    }
    return transact
  }

  /**
   * Starts a run's first life on this node. Resolves when DBOS has committed it. Idempotent. While the database is away
   * it waits, as everything here does.
   */
  async begin(run: string): Promise<void> {
    await this.#outside(() => this.#sdk.dbos.startWorkflow(this.#life, { workflowID: lifeId(run, 1) })(run, 1))
  }

  /** Asks for a life, on whichever node has room, in `delayMs` milliseconds or at once. Idempotent: the first one counts. */
  async next(run: string, number: number, delayMs: number): Promise<void> {
    const delaySeconds = (Math.ceil(Math.max(delayMs, 0) / GRAIN_MS) * GRAIN_MS) / 1_000
    // Without a version: the nodes with the newest format take it, who read the older ones.
    const life = { queueName: QUEUE, workflowName: LIFE, workflowID: lifeId(run, number), delaySeconds }
    await this.#outside(() => this.#sdk.dbos.enqueueWorkflowWithOptions(life, run, number))
  }

  /** Makes a life due now, whether it was asked for before or is asked for later; nothing when it has begun. */
  async wake(run: string, number: number): Promise<void> {
    await this.next(run, number, 0)
    const due = { delayUntilEpochMS: Date.now() }
    await this.#outside(() => this.#sdk.dbos.setWorkflowDelay(lifeId(run, number), due))
  }

  /** Those of these lives that wait on the queue until a node has room: it will come to them. */
  async queued<Life extends { uuid: string; life: number }>(lives: readonly Life[]): Promise<Set<Life>> {
    const byId = new Map(lives.map((life) => [lifeId(life.uuid, life.life), life]))
    const { rows } = await this.#pool.query<{ id: string }>(
      `select workflow_uuid as id from "${SCHEMA}".workflow_status
        where workflow_uuid = any($1) and status = 'ENQUEUED' and (application_version is null or application_version = $2)`,
      [[...byId.keys()], String(this.#options.format)]
    )
    return new Set(rows.flatMap(({ id }) => byId.get(id) ?? []))
  }

  /**
   * Takes over what dead nodes were living: it is put on the queue, of all nodes. What was waiting there needs nothing.
   * To be repeated for a dead node until it certainly writes no more: what it claimed last may be committed late.
   *
   * @returns how many lives and lanes
   */
  async recover(executorIds: readonly string[]): Promise<number> {
    return this.#outside(async () => {
      await this.#adoptOlder(executorIds)
      // Internal: DBOS leaves this to its commercial control plane, and has no public call for it.
      const recovered = await this.#sdk.Executor.globalInstance?.recoverPendingWorkflows([...executorIds])
      return recovered?.length ?? 0
    })
  }

  /** DBOS recovers a version's workflows to that version only, whose nodes may all be gone. */
  async #adoptOlder(executorIds: readonly string[]): Promise<void> {
    await this.#pool.query(
      `update "${SCHEMA}".workflow_status set application_version = $1
        where status = 'PENDING' and executor_id = any($2) and application_version::int < $1::int`,
      [String(this.#options.format), executorIds]
    )
  }

  /**
   * Deletes what DBOS keeps of lives and lanes that ended before that time, at most `most` of them.
   *
   * @returns how many
   */
  async forget(before: Date, most: number): Promise<number> {
    const { rowCount } = await this.#pool.query(FORGET, [before.getTime(), ENDED, most])
    return rowCount ?? 0
  }

  /**
   * Takes nothing from the queue any more, gives lives `graceMs` milliseconds to end, and closes the connections. A life that
   * goes on afterwards can do nothing more by DBOS, and is recovered elsewhere. A database that does not answer does not
   * hold it up.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#stop(graceMs)
    const patience = new AbortController()
    try {
      await Promise.race([this.#stopping, sleep(graceMs + ANSWER_MS, undefined, { signal: patience.signal })])
    } finally {
      patience.abort()
    }
  }

  async #stop(graceMs: number): Promise<void> {
    await this.#outside(() => this.#sdk.dbos.shutdown({ deregister: true, workflowCompletionTimeoutMS: graceMs }))
    await this.#pool.end()
  }

  /** What is thrown here DBOS would keep, with its message and stack. */
  async #live(run: string, number: number): Promise<string> {
    try {
      await this.#options.live(this.#line(`${run}:${number}`), run, number)
      return 'lived'
    } catch {
      this.#options.say('A life of a run ended with an error. This is a defect of Bellhop; please report it.')
      return 'failed'
    }
  }

  /** A lane's work is a closure of this process: one that is recovered finds none. */
  async #walk(id: string): Promise<string> {
    const work = this.#lanes.get(id)
    if (work === undefined) return 'gone'
    await work(this.#line(id))
    return 'walked'
  }

  #line(id: string): Line {
    return new Line(this.#sdk, { id, lanes: this.#lanes, lane: this.#lane })
  }
}

function lifeId(run: string, number: number): string {
  return number === 1 ? run : `${run}:${number}`
}

/** By tries: a statement that waits for the lock would be one that a concurrent index waits for. */
async function lock(pool: Pool): Promise<PoolClient> {
  const session = await pool.connect()
  for (;;) {
    const { rows } = await session.query<{ locked: boolean }>(`select pg_try_advisory_lock(${LOCK}) as locked`)
    if (rows[0]?.locked === true) return session
    await sleep(LOCK_MS)
  }
}
