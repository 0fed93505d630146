/**
 * Test events (`x-pd-notrigger`): kept for trying a workflow, and not run. An event may have come before its workflow
 * binds anything, so it is sealed as it came, and what is secret in it is found anew whenever it is shown, by what the
 * current version knows (rule 5 of handles). History's sweeper takes it away after a day.
 */
import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '@bellhop/sdk'
import type { Credentials } from '../credentials/credentials.ts'
import { Keyring } from '../secrets/keyring.ts'
import type { MasterKey, Sealer } from '../secrets/seal.ts'
import type { Command } from '../storage/command.ts'
import type { Reader } from '../storage/connection.ts'
import { query } from '../storage/query.ts'
import type { Deployed } from '../workflow/versions.ts'
import { protectEvent } from './event-secrets.ts'

/** A test event as it may be shown. */
export interface TestEvent {
  id: string
  received_at: string
  event: Json
}

interface NewTestEvent {
  workflow: number
  sealed: Uint8Array
  now: number
}

const insertTestEvent = query<NewTestEvent>()((db, p) =>
  db.insertInto('test_events').values({ workflow_id: p.workflow, sealed: p.sealed, created_at: p.now })
)
const latestTestEvents = query<{ workflow: number }>()((db, p) =>
  db.selectFrom('test_events').selectAll().where('workflow_id', '=', p.workflow).orderBy('id', 'desc').limit(20)
)

const addTestEvent: Command<NewTestEvent, number> = (tx, event) => tx.run(insertTestEvent, event).lastInsertRowid

/** The writer's commands of this subject. */
export const testEventCommands = { addTestEvent }

/** What this subject needs of the storage. */
export interface TestEventStorage {
  readonly reader: Reader
  write(name: 'addTestEvent', event: NewTestEvent): Promise<number>
}

export class TestEvents {
  readonly #storage: TestEventStorage
  readonly #credentials: Credentials
  readonly #master: MasterKey
  readonly #sealer: Sealer
  readonly #now: () => number

  constructor(storage: TestEventStorage, credentials: Credentials, master: MasterKey, now: () => number) {
    this.#storage = storage
    this.#credentials = credentials
    this.#master = master
    this.#sealer = master.sealer('test_event')
    this.#now = now
  }

  /** Keeps an event; returns its id. @throws Fault `storage_full` (503) */
  async keep(deployed: Deployed, event: JsonObject): Promise<string> {
    const sealed = this.#sealer.seal(String(deployed.workflowId), JSON.stringify(event))
    return String(
      await this.#storage.write('addTestEvent', { workflow: deployed.workflowId, sealed, now: this.#now() })
    )
  }

  /** The latest test events of a workflow, newest first, with handles where the current version knows a secret. */
  list(deployed: Deployed): TestEvent[] {
    return this.#storage.reader.all(latestTestEvents, { workflow: deployed.workflowId }).map((row) => {
      const event = JSON.parse(this.#sealer.open(String(deployed.workflowId), row.sealed)) as JsonObject
      return {
        id: String(row.id),
        received_at: new Date(row.created_at).toISOString(),
        event: this.#shown(deployed, event)
      }
    })
  }

  /** The handles of a view die with it: nothing can be revealed by what was shown. */
  #shown(deployed: Deployed, event: JsonObject): Json {
    const keyring = new Keyring(this.#master.runSeal(randomUUID()))
    try {
      return protectEvent(this.#credentials, deployed, event, keyring)
    } finally {
      keyring.destroy()
    }
  }
}
