/**
 * Test events (`x-pd-notrigger`): kept for trying a workflow, and not run. An event may have come before its workflow
 * binds anything, so it is sealed as it came, and what is secret in it is found anew whenever it is shown, by what the
 * current version knows (rule 5 of handles). History's sweeper takes it away after a day.
 */
import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '@bellhop/sdk'
import type { Credentials } from '../credentials/credentials.ts'
import { Keyring } from '../secrets/keyring.ts'
import { suspects } from '../secrets/looks.ts'
import type { MasterKey, Sealer } from '../secrets/seal.ts'
import type { Reader } from '../storage/connection.ts'
import type { Deployed } from '../workflow/versions.ts'
import { protectEvent } from './event-secrets.ts'
import { latestTestEvents, testEventById, type NewTestEvent } from './test-event-rows.ts'

/** A test event as it may be shown. */
export interface TestEvent {
  id: string
  received_at: string
  event: Json
}

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

  /** Keeps an event; returns its id. @throws Fault `too_many_secrets`, `secret_too_large` (413), `storage_full` (503) */
  async keep(deployed: Deployed, event: JsonObject): Promise<string> {
    // One that could not be shown is refused now.
    this.#shown(deployed, event)
    const sealed = this.#sealer.seal(String(deployed.workflowId), JSON.stringify(event))
    return String(
      await this.#storage.write('addTestEvent', { workflow: deployed.workflowId, sealed, now: this.#now() })
    )
  }

  /** A test event as it came, with secrets in clear; undefined where there is none. For the memory of a test alone. */
  open(id: string): JsonObject | undefined {
    const row = /^\d{1,15}$/.test(id) ? this.#storage.reader.get(testEventById, { id: Number(id) }) : undefined
    if (row === undefined) return undefined
    return JSON.parse(this.#sealer.open(String(row.workflow_id), row.sealed)) as JsonObject
  }

  /** The latest test events of a workflow, newest first, with handles where the current version knows a secret. */
  list(deployed: Deployed): TestEvent[] {
    return this.#storage.reader.all(latestTestEvents, { workflow: deployed.workflowId }).map((row) => ({
      id: String(row.id),
      received_at: new Date(row.created_at).toISOString(),
      event: this.#shownAnyway(deployed, row.sealed)
    }))
  }

  /** A later version may bind more of an event than can be held; that must not hide the other events. */
  #shownAnyway(deployed: Deployed, sealed: Uint8Array): Json {
    try {
      return this.#shown(deployed, JSON.parse(this.#sealer.open(String(deployed.workflowId), sealed)) as JsonObject)
    } catch {
      return 'withheld: its secrets could not be taken out'
    }
  }

  /**
   * What the version knows to be secret, and what looks like it: nothing may be bound yet. The handles of a view die
   * with it, so nothing can be revealed by what was shown.
   */
  #shown(deployed: Deployed, event: JsonObject): Json {
    const keyring = new Keyring(this.#master.runSeal(randomUUID()))
    try {
      const known = protectEvent(this.#credentials, deployed, event, keyring)
      for (const { field, value } of suspects(known)) keyring.mint(value, { app: 'event', field, audience: null })
      return keyring.scrub(known)
    } finally {
      keyring.destroy()
    }
  }
}
