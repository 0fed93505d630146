/** A node: one of any number of equal servers over one PostgreSQL database (docs/scaling.md). */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Fault } from '@bellhop/sdk'
import { DbosEngine } from '../engine/dbos/engine.ts'
import { lifeCommands } from '../engine/dbos/lives.ts'
import { nodeCommands } from '../engine/dbos/node-rows.ts'
import { Transact } from '../engine/dbos/transact.ts'
import { givenKey } from '../secrets/keys.ts'
import type { MasterKey } from '../secrets/seal.ts'
import { PostgresStorage } from '../storage/postgres/storage.ts'
import { lockDirectory } from '../storage/sqlite/lock.ts'
import { shareAdminToken } from './admin-token.ts'
import { makeFolder } from './data-folder.ts'
import type { Database } from './database.ts'
import { guardKey } from './key-check.ts'
import { VERSION } from './version.ts'
import { commands as ofEveryServer } from './writer-commands.ts'

const commands = { ...ofEveryServer, ...lifeCommands, ...nodeCommands }

/** Connections that a node takes at most for Bellhop's own statements. DBOS has its own, and one more hears notices. */
const CONNECTIONS = 20

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
    connections: CONNECTIONS,
    // What DBOS complains of there is that something was done before.
    prepare: () => Transact.migrate(url, () => {}),
    onTrouble: (trouble) => say([trouble.message, trouble.hint ?? ''].join(' '))
  })
  const close = async (): Promise<void> => {
    await storage.close()
    release()
  }
  try {
    await guardKey(storage, master, 'database')
  } catch (error) {
    await storage.write('endLease', { id: storage.boot }).catch(() => {})
    await close()
    throw error
  }
  return {
    storage,
    master,
    slot: storage.slot,
    title: `node ${storage.slot + 1} of ${withoutLogin(url)}`,
    adminToken: () => shareAdminToken(path, master),
    openEngine: (needs) => {
      say = needs.say
      return DbosEngine.open({ storage, master, url, ...needs })
    },
    trouble: () => storage.trouble?.code,
    close
  }
}

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
