/** A node: one of any number of equal servers over one PostgreSQL database (docs/scaling.md). */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Fault } from '@bellhop/sdk'
import { DbosEngine } from '../engine/dbos/engine.ts'
import { lifeCommands } from '../engine/dbos/lives.ts'
import { eldest, nodeCommands } from '../engine/dbos/node-rows.ts'
import { Transact } from '../engine/dbos/transact.ts'
import { givenKey } from '../secrets/keys.ts'
import type { MasterKey } from '../secrets/seal.ts'
import { unavailable } from '../storage/postgres/failures.ts'
import { PostgresStorage } from '../storage/postgres/storage.ts'
import { lockDirectory } from '../storage/sqlite/lock.ts'
import { shareAdminToken } from './admin-token.ts'
import { OWN_CONNECTIONS } from './connections.ts'
import { makeFolder } from './data-folder.ts'
import type { Database } from './database.ts'
import { guardKey } from './key-check.ts'
import { VERSION } from './version.ts'
import { commands as ofEveryServer } from './writer-commands.ts'

const commands = { ...ofEveryServer, ...lifeCommands, ...nodeCommands }

/**
 * Joins the nodes of a database, which is brought to this version first. `path` is this node's own folder, which no other
 * process has.
 * @throws Fault, one sentence each: `data_unusable`, `data_exposed`, `data_directory_in_use`, `key_missing`, `key_malformed`, `wrong_key`,
 *   `database_*`, `too_many_nodes`
 */
export async function openNode(path: string, url: string, env: NodeJS.ProcessEnv): Promise<Database> {
  const master = sharedKey(env)
  makeFolder(path)
  const lock = lockDirectory(path)
  try {
    return await joinNodes({ path, url, master, release: () => lock.release() })
  } catch (error) {
    lock.release()
    throw error
  }
}

interface Joining {
  path: string
  url: string
  master: MasterKey
  release: () => void
}

async function joinNodes({ path, url, master, release }: Joining): Promise<Database> {
  // Whoever starts is told by the error that ends the start.
  let say = (_message: string): void => {}
  const storage = await PostgresStorage.open({
    url,
    commands,
    node: { executor: randomUUID(), name: hostname(), version: VERSION },
    connections: OWN_CONNECTIONS,
    // What DBOS complains of there is that something was done before.
    prepare: () => Transact.migrate(url, () => {}),
    onTrouble: (trouble) => say([trouble.message, trouble.hint ?? ''].join(' '))
  })
  const takeBack = (): Promise<void> => storage.write('takeBackNode', { id: storage.boot }).catch(() => {})
  try {
    await guardKey(storage, master, 'database')
  } catch (error) {
    await takeBack()
    await storage.close()
    throw error
  }
  let engine: DbosEngine | undefined
  const held = (): boolean => engine?.held() ?? false
  return {
    storage,
    master,
    slot: storage.slot,
    node: {
      title: `node ${storage.slot + 1} of ${withoutLogin(url)}`,
      held,
      leads: async () => held() && (await storage.reader.get(eldest))?.id === storage.boot,
      away: () => away(storage.trouble, held())
    },
    adminToken: () => shareAdminToken(path, master),
    openEngine: async (needs) => {
      say = needs.say
      engine = new DbosEngine({ storage, master, url, ...needs })
      return engine
    },
    trouble: () => (storage.trouble ?? away(undefined, held()))?.code,
    close: async () => {
      // Where the start failed, nobody has stopped it: its lease would be renewed for ever.
      await (engine === undefined ? takeBack() : engine.stop(0))
      await storage.close().finally(release)
    }
  }
}

/**
 * A database that has stopped to answer is noticed by the lease, which is renewed all the time, sooner than by requests that
 * wait for it.
 */
function away(trouble: Fault | undefined, held: boolean): Fault | undefined {
  if (trouble?.code === 'database_unavailable') return trouble
  return held ? undefined : unavailable('The database does not answer in time.', WHEN_BACK)
}

const WHEN_BACK = 'Try again in a moment: the server goes on by itself when the database is back.'

/** A key of its own would open nothing that another node has sealed. BELLHOP_KEY leaves the environment. */
function sharedKey(env: NodeJS.ProcessEnv): MasterKey {
  const master = givenKey(env)
  delete env['BELLHOP_KEY']
  if (master !== undefined) return master
  throw new Fault('key_missing', 'with --database the sealing key comes from BELLHOP_KEY, which is not set', {
    hint: 'Make one with `bellhop keys generate`, keep it as you keep passwords, and give the same one to every node.'
  })
}

function withoutLogin(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? 'the database' : `postgres://${parsed.host}${parsed.pathname}`
}
