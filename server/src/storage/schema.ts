/**
 * Every table of every subject, as Kysely sees it. `migrations/` makes them; a change here comes with a migration. On
 * PostgreSQL they are in the schema `bellhop`.
 *
 * Times are Unix milliseconds. `run` is `RunId.key`. Columns called `sealed` and those of a run that is not kept hold
 * AES-GCM blobs; all others hold what was scrubbed (I1).
 */
import type { Generated } from 'kysely'
import type {
  BuildFilesTable,
  BuildsTable,
  DraftsTable,
  FileContentsTable,
  VersionsTable,
  WorkflowsTable
} from './workflow-tables.ts'

export interface Schema {
  meta: MetaTable
  runs: RunsTable
  unfinished: UnfinishedTable
  keyring: KeyringTable
  events: EventsTable
  steps: StepsTable
  attempts: AttemptsTable
  waits: WaitsTable
  resumptions: ResumptionsTable
  item_lanes: ItemLanesTable
  items: ItemsTable
  idempotency: IdempotencyTable
  workflows: WorkflowsTable
  versions: VersionsTable
  drafts: DraftsTable
  builds: BuildsTable
  build_files: BuildFilesTable
  file_contents: FileContentsTable
  accounts: AccountsTable
  env_secrets: EnvSecretsTable
  audit: AuditTable
  test_events: TestEventsTable
  stores: StoresTable
  leases: LeasesTable
  schedules: SchedulesTable
  ticks: TicksTable
  data_stores: DataStoresTable
  data_entries: DataEntriesTable
  users: UsersTable
  sessions: SessionsTable
  nodes: NodesTable
}

export interface MetaTable {
  key: string
  value: string
}

export type RunStatus =
  'running' | 'waiting' | 'succeeded' | 'ended_early' | 'failed' | 'cancelled' | 'timed_out' | 'crashed'

/** A run for history: written when it is accepted, when it starts or stops waiting, and when it ends. */
export interface RunsTable {
  id: number
  uuid: string
  workflow_id: number
  version_id: number
  status: RunStatus
  /** 0: the rows of this run are sealed whole and go at its end (`settings.retention.keep: false`). */
  keep: number
  accepted_at: number
  ended_at: number | null
  replay_of: string | null
  /** JSON of `RunEnd` without the caller's answer, where it says more than the status. */
  ending: string | null
}

/** What a run needs until it ends, and not a moment longer (I5): its row here goes in the commit that ends it. */
export interface UnfinishedTable {
  run: number
  timeout_ms: number
  /** The start of the server (see `meta.boot`) that has the run in memory; 0: none has. */
  boot: number
  /** How often the process died with this run in flight since its last checkpoint. */
  crashes: number
  /** Of those that a run has in the memory of a process: the number of the one that has it, or of the next. From 1. */
  life: Generated<number>
  /** When a run that left memory comes back; null for one that is in memory or should be. */
  wake_at: number | null
  /** JSON array of the `keyring` rows that hold the sealed secrets, in order; null when there are none. */
  places: string | null
}

/**
 * Where sealed secrets stand (I5). All rows have one size; they are overwritten where they are, with spaces when they
 * are free, and never deleted, so that no page split or merge leaves a copy behind. `engine/stored/places.ts`.
 */
export interface KeyringTable {
  id: number
  data: string
}

export interface EventsTable {
  run: number
  /** JSON text; a sealed blob when the run is not kept. */
  body: string | Uint8Array
}

/** A finished step. */
export interface StepsTable {
  id: Generated<number>
  run: number
  /**
   * '' is the main line; `3.1` is lane 1 of the lanes opened at position 3; `3.1/0.2` is nested; `i3.17` is the journal of
   * item 17 of the items opened at position 3.
   */
  lane: string
  position: number
  name: string
  kind: string
  status: 'succeeded' | 'failed'
  started_at: number
  ended_at: number
  attempts: number
  /** The run's time in steps so far, in milliseconds. */
  spent_ms: number
  /** JSON text of the value, or of the `ErrorRecord`; sealed when the run is not kept. */
  value: string | Uint8Array
  /** JSON text of `LogLine[]` of the last attempt, or null when it logged nothing; sealed likewise. */
  logs: string | Uint8Array | null
}

/** An attempt that failed and was followed, or is to be followed, by another. */
export interface AttemptsTable {
  run: number
  lane: string
  position: number
  number: number
  step: string
  started_at: number
  ended_at: number
  next_at: number
  spent_ms: number
  error: string | Uint8Array
  logs: string | Uint8Array | null
}

/** A sleep or a wait, from its first moment. */
export interface WaitsTable {
  run: number
  lane: string
  position: number
  name: string
  kind: 'sleep' | 'wait'
  started_at: number
  /** The date a sleep ends, or a wait's deadline; fixed the first time. */
  until: number
  /** How a wait ended; null while it is open, and always for a sleep. */
  how: 'resumed' | 'timed_out' | null
  ended_at: number | null
  /** JSON text that came with the resumption; sealed when the run is not kept. */
  value: string | Uint8Array | null
}

/** A resumption that came before its wait. */
export interface ResumptionsTable {
  id: Generated<number>
  run: number
  name: string
  value: string | Uint8Array
}

/** How far a lane has come with the items that a position of the main line opened. Stays for history. */
export interface ItemLanesTable {
  run: number
  position: number
  lane: number
  name: string
  total: number
  lanes: number
  started_at: number
  /** How many of its items have their checkpoint: its next one is item `lane + done * lanes`. */
  done: Generated<number>
  succeeded: Generated<number>
  ended_early: Generated<number>
  failed: Generated<number>
  /** Its first item that failed. */
  failed_at: number | null
  /** The run's time in steps so far, in milliseconds. */
  spent_ms: Generated<number>
  /** As in `unfinished`: the sealed secrets of the item in flight (I5). */
  places: string | null
}

/** An item's checkpoint. Of a run that is not kept there is none. */
export interface ItemsTable {
  run: number
  position: number
  item: number
  status: 'succeeded' | 'ended_early' | 'failed'
  started_at: number
  ended_at: number
  /** JSON of `ItemEnd` without its status, where it says more than that. */
  said: string | null
}

/** One accepted `Idempotency-Key`; lives a day, whatever retention says. */
export interface IdempotencyTable {
  /** The run's key, so that age is read off it. */
  id: number
  uuid: string
  scope: Uint8Array
  request: Uint8Array
  /** Sealed JSON of `RunEnd`, once there is one. */
  answer: Uint8Array | null
}

/** When a workflow's schedule fires next: a row for each workflow whose current version has a schedule. */
export interface SchedulesTable {
  workflow_id: number
  /** The current version. */
  version_id: number
  /** JSON of its `Schedule`. */
  schedule: string
  /** Every tick up to here is settled: it was fired or skipped, or is from before the schedule's time. */
  settled_at: number
  /** The next tick that is not settled; null while the workflow is disabled, or where no tick is left. */
  next_at: number | null
}

/** A tick that was fired; lives a day, whatever retention says. */
export interface TicksTable {
  /** The key of its run, so that age is read off it. */
  id: number
  workflow_id: number
  at: number
}

export interface AccountsTable {
  id: Generated<number>
  app: string
  name: string
  sealed: Uint8Array
  created_at: number
  updated_at: number
}

/** A secret of the environment, which workflows declare under `settings.env`. */
export interface EnvSecretsTable {
  name: string
  sealed: Uint8Array
  /** JSON: `host` or `host:port`, to which it may go. */
  hosts: string
  /** JSON: where in a request it may stand. */
  places: string
  created_at: number
  updated_at: number
}

/** Who got real credentials. No value stands in it, and it outlives the run. */
export interface AuditTable {
  id: Generated<number>
  at: number
  action: 'deploy_reveal' | 'reveal'
  workflow: string
  version: number
  /** UUID of the run; null for a deploy. */
  run: string | null
  step: string
  /** JSON: names of credential fields by app. */
  credentials: string
}

export interface TestEventsTable {
  id: Generated<number>
  workflow_id: number
  sealed: Uint8Array
  created_at: number
}

/** A configured source of credentials. */
export interface StoresTable {
  id: Generated<number>
  name: string
  kind: string
  /** JSON of the configuration, as it was given. */
  sealed: Uint8Array
  created_at: number
  updated_at: number
  /** Counts changes: whoever has the store open sees that it is another one now. */
  edits: number
}

/** What a run holds of a store until it ends. `credentials/stores/leases.ts`. */
export interface LeasesTable {
  id: Generated<number>
  run: number
  uuid: string
  store: string
  sealed: Uint8Array
  /** When it lapses by itself. */
  expires_at: number
  /** When it is renewed next, or tried again. */
  next_at: number
  failures: number
  /** Why the last try failed, in our own words. */
  problem: string | null
  /** Until when a node is at it and no other is to be; 0 where none is, and where there are no nodes. */
  claimed_until: Generated<number>
}

/** A data store: values that outlive runs. Made by the first that is kept in it. */
export interface DataStoresTable {
  id: Generated<number>
  name: string
  /** The workflow whose step it is for (`$.service.db`), and with which it goes; null for one that workflows name. */
  workflow_id: number | null
  entries: Generated<number>
  /** Of keys and values together, in UTF-8. */
  bytes: Generated<number>
  created_at: number
}

export interface DataEntriesTable {
  id: Generated<number>
  store: number
  key: string
  /** JSON text without any handle. */
  value: string
  written_at: number
  /** From then on it is not there; null: never. */
  expires_at: number | null
  /** The run that wrote it last, and the lane of the step that did: for what that run learns late. */
  run: number
  lane: string
}

/** Whoever may sign in to the builder. All of them are administrators. */
export interface UsersTable {
  id: Generated<number>
  name: string
  /** The name as it is compared: without regard to case and to the forms of one letter. */
  folded: string
  /** What `http/auth/passwords.ts` makes of the password; null until a link was used to set one. */
  password: string | null
  password_at: number | null
  /** SHA-256 of the token in the link that sets a password, once. */
  link: Uint8Array | null
  link_expires_at: number | null
  created_at: number
}

export interface SessionsTable {
  id: Generated<number>
  /** SHA-256 of what stands in the cookie. */
  token: Uint8Array
  user: number
  /** Browser and system in our own words. */
  agent: string
  created_at: number
  /** To a few minutes. */
  seen_at: number
  /** Whichever is first: too long unused, or too old. */
  expires_at: number
}

/** A start of a server on PostgreSQL, and its lease. All times are by the database's clock. */
export interface NodesTable {
  /** What this start is called in the rows that it owns: its `boot`. */
  id: Generated<number>
  /** A name that no other start has or had. */
  executor: string
  /** The host's name, for people. */
  name: string
  /** Of Bellhop. */
  version: string
  /** Its own among all rows: no two nodes make the same keys. */
  slot: number
  started_at: number
  renewed_at: number
  /** From then on others may take its runs over, and it may no longer work on them. */
  expires_at: number
  /** When it began to take nothing new; null until then. */
  drained_at: number | null
  /** When it was done, or others had taken over what was its; null until then. */
  gone_at: number | null
}
