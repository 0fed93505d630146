/** What a server stands on: the database in its data directory, or one that it shares with other nodes. */
import type { Fault } from '@bellhop/sdk'
import type { Engine, Execute } from '../engine/port.ts'
import type { MasterKey } from '../secrets/seal.ts'
import type { Storage } from '../storage/storage.ts'
import type { AllCommands } from './writer-commands.ts'

export interface DatabaseOptions {
  /** The data directory: of a node, its own folder. */
  data: string
  /** `postgres://…`, where there are nodes. */
  database?: string
  /** BELLHOP_KEY leaves it, so that no child process inherits it. */
  env: NodeJS.ProcessEnv
}

/** What a durable engine is made with. */
export interface EngineNeeds {
  execute: Execute
  /** Told what is wrong, in a sentence. */
  say: (message: string) => void
  /** Others have this process's runs for good: it has to let go of everything and start anew. */
  onLost: () => void
}

/** The engine whose runs stand in the database. */
export type DurableEngine = Engine & {
  /** The greatest run key in use. */
  lastKey(): Promise<number>
}

/** One of several servers. */
export interface Node {
  /** How it calls itself: `node 3 of postgres://db.internal/bellhop`. */
  readonly title: string
  /** Whether no other takes it for dead: only then it may act for what all of them have. */
  held(): boolean
  /** Whether it is the one that does what one does for all. */
  leads(): Promise<boolean>
  /** What every request is told while the database does not answer. */
  away(): Fault | undefined
}

export interface Database {
  readonly storage: Storage<AllCommands>
  readonly master: MasterKey
  /** Its own among all that make run ids in this database, for `Keys`. */
  readonly slot: number
  /** Where there may be several servers. */
  readonly node: Node | undefined
  /** The admin API's. @throws Fault `admin_token_unusable` */
  readonly adminToken: () => string
  openEngine(needs: EngineNeeds): Promise<DurableEngine>
  /** Why nothing can be written now, in a word. */
  trouble(): string | undefined
  /** Lets go of everything. */
  close(): Promise<void>
}

/**
 * Opens the database that the options name. Light to load, so that whatever it waits for goes on while the rest of the
 * server is being loaded; what only the other kind of database needs is not loaded at all.
 * @throws Fault as `openDataDirectory` or `openNode`
 */
export async function openDatabase({ data, database, env }: DatabaseOptions): Promise<Database> {
  if (database === undefined || database === '')
    return (await import('./data-directory.ts')).openDataDirectory(data, env)
  return (await import('./node.ts')).openNode(data, database, env)
}
