/**
 * Test events: kept for trying a workflow, and not run. They come with `x-pd-notrigger`, to the address of a draft that is
 * not deployed, or from the builder. An event may have come before its workflow binds anything, so it is sealed as it came,
 * and what is secret in it is found anew whenever it is shown, by what the current version and the draft know (rule 5 of
 * handles). History's sweeper takes it away after a day.
 */
import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '@bellhop/sdk'
import type { Credentials } from '../credentials/credentials.ts'
import { Outbox, type Listener, type Subscription } from '../history/outbox.ts'
import { Keyring } from '../secrets/keyring.ts'
import { suspects } from '../secrets/looks.ts'
import type { MasterKey, Sealer } from '../secrets/seal.ts'
import type { Reader } from '../storage/tx.ts'
import type { Catalogue } from '../workflow/catalogue.ts'
import { knowledgeOf } from '../workflow/checking.ts'
import type { Drafts } from '../workflow/drafts.ts'
import type { EventKnowledge } from '../workflow/plan.ts'
import type { Deployed } from '../workflow/versions.ts'
import { protectEvent } from './event-secrets.ts'
import {
  latestTestEvents,
  testEventById,
  testEventElsewhere,
  type NewTestEvent,
  type TestEventRow
} from './test-event-rows.ts'

/** A test event as it may be shown. */
export interface TestEvent {
  id: string
  received_at: string
  event: Json
}

/** What a viewer is told. */
export type TestEventMessage =
  | { type: 'test_event'; test_event: TestEvent }
  | { type: 'cut_off'; reason: 'too_slow' | 'shutdown' | 'failed'; message: string }

/** Whose test events they are: a workflow's, deployed or still a draft. */
export interface TestSubject {
  workflowId: number
  /** The current version, where there is one. */
  deployed: Deployed | undefined
}

/** What this subject needs of the storage. */
export interface TestEventStorage {
  readonly reader: Reader
  write(name: 'addTestEvent', event: NewTestEvent): Promise<number>
  write(name: 'removeTestEvent', event: { id: number; workflow: number }): Promise<boolean>
  onNotice(listener: (subject: string) => void): () => void
}

export interface TestEventParts {
  storage: TestEventStorage
  credentials: Credentials
  master: MasterKey
  drafts: Pick<Drafts, 'byWorkflow'>
  /** A workflow's current version, where there is one. */
  current: (workflow: number) => Promise<Deployed | undefined>
  catalogue: Catalogue
  now(): number
}

type ViewOutbox = Outbox<TestEventMessage, TestEventMessage>

/** Who watches the test events of a workflow. */
interface Watched {
  viewers: Set<ViewOutbox>
  /** Those that were there when the first came, and those that were told since. */
  known: Promise<Set<number>>
}

/** What nobody has bound. */
const NOTHING: EventKnowledge = { innerSteps: [], eventSources: [], code: { env: {} } }
/** Drafts whose knowledge is remembered: whoever knows an address can send events to it. */
const KEPT_DRAFTS = 100

export class TestEvents {
  readonly #parts: TestEventParts
  readonly #sealer: Sealer
  readonly #watched = new Map<number, Watched>()
  /** What drafts know, by workflow, with their revisions. */
  readonly #known = new Map<number, { revision: number; knowledge: EventKnowledge }>()

  constructor(parts: TestEventParts) {
    this.#parts = parts
    this.#sealer = parts.master.sealer('test_event')
    parts.storage.onNotice((subject) => {
      const changed = testEventElsewhere(subject)
      if (changed === undefined || this.#watched.size === 0) return
      for (const workflow of changed === 'all' ? this.#watched.keys() : [changed]) void this.#lookAgain(workflow)
    })
  }

  /** Keeps an event, and tells who watches; returns its id. @throws Fault `too_many_secrets`, `secret_too_large` (413), `storage_full` (503) */
  async keep(subject: TestSubject, event: JsonObject): Promise<string> {
    const { workflowId } = subject
    // One that could not be shown is refused now.
    const shown = await this.#shown(await this.#knowledgeOf(subject), event)
    const sealed = this.#sealer.seal(String(workflowId), JSON.stringify(event))
    const now = this.#parts.now()
    const key = await this.#parts.storage.write('addTestEvent', { workflow: workflowId, sealed, now })
    const id = String(key)
    this.#tell(workflowId, key, { id, received_at: new Date(now).toISOString(), event: shown })
    return id
  }

  /** The latest test events of a workflow, newest first, with handles where a secret is known. */
  async list(subject: TestSubject): Promise<TestEvent[]> {
    const rows = await this.#parts.storage.reader.all(latestTestEvents, { workflow: subject.workflowId })
    if (rows.length === 0) return []
    const knowledge = this.#knowledgeOf(subject)
    return Promise.all(rows.map((row) => this.#view(subject, row, knowledge)))
  }

  /** One, as it may be shown. */
  async find(subject: TestSubject, id: string): Promise<TestEvent | undefined> {
    const row = await this.#row(id)
    if (row?.workflow_id !== subject.workflowId) return undefined
    return this.#view(subject, row, this.#knowledgeOf(subject))
  }

  /** One as it came, with its secrets in clear: for the memory of a test, which takes them out. */
  async open(id: string): Promise<JsonObject | undefined> {
    const row = await this.#row(id)
    return row && (JSON.parse(this.#sealer.open(String(row.workflow_id), row.sealed)) as JsonObject)
  }

  /** False where there is no such event. */
  async remove({ workflowId }: TestSubject, id: string): Promise<boolean> {
    const number = Number(id)
    if (!Number.isSafeInteger(number)) return false
    return this.#parts.storage.write('removeTestEvent', { id: number, workflow: workflowId })
  }

  /** Watches which events are kept from now on. */
  subscribe({ workflowId }: TestSubject, listener: Listener<TestEventMessage>): Subscription {
    const outbox: ViewOutbox = new Outbox((message) => [message], listener)
    const watched = this.#watched.get(workflowId) ?? { viewers: new Set(), known: this.#idsOf(workflowId) }
    this.#watched.set(workflowId, watched)
    watched.viewers.add(outbox)
    void outbox.closed.then(() => {
      watched.viewers.delete(outbox)
      if (watched.viewers.size === 0) this.#watched.delete(workflowId)
    })
    return outbox
  }

  #tell(workflow: number, key: number, event: TestEvent): void {
    const watched = this.#watched.get(workflow)
    if (watched === undefined) return
    void watched.known.then((known) => known.add(key))
    for (const viewer of watched.viewers) viewer.push({ type: 'test_event', test_event: event })
  }

  /** Another node has kept one. */
  async #lookAgain(workflow: number): Promise<void> {
    const watched = this.#watched.get(workflow)
    if (watched === undefined) return
    try {
      const known = await watched.known
      const rows = await this.#parts.storage.reader.all(latestTestEvents, { workflow })
      const fresh = rows.filter(({ id }) => !known.has(id)).toReversed()
      if (fresh.length === 0) return
      const subject = { workflowId: workflow, deployed: await this.#parts.current(workflow) }
      for (const row of fresh) {
        known.add(row.id)
        this.#tell(workflow, row.id, await this.#view(subject, row, this.#knowledgeOf(subject)))
      }
    } catch {
      // The database is away; when it is back, it is looked again.
    }
  }

  async #idsOf(workflow: number): Promise<Set<number>> {
    const rows = await this.#parts.storage.reader.all(latestTestEvents, { workflow }).catch(() => [])
    return new Set(rows.map(({ id }) => id))
  }

  async #row(id: string): Promise<TestEventRow | undefined> {
    return /^\d{1,15}$/.test(id) ? this.#parts.storage.reader.get(testEventById, { id: Number(id) }) : undefined
  }

  async #view(
    { workflowId }: TestSubject,
    { id, created_at, sealed }: TestEventRow,
    knowledge: Promise<EventKnowledge>
  ): Promise<TestEvent> {
    const event = await this.#shownAnyway(knowledge, () => this.#sealer.open(String(workflowId), sealed))
    return { id: String(id), received_at: new Date(created_at).toISOString(), event }
  }

  /** A later version may bind more of an event than can be held; that must not hide the other events. */
  async #shownAnyway(knowledge: Promise<EventKnowledge>, open: () => string): Promise<Json> {
    try {
      return await this.#shown(await knowledge, JSON.parse(open()) as JsonObject)
    } catch {
      return 'withheld: its secrets could not be taken out'
    }
  }

  /**
   * What version and draft know to be secret, and what looks like it: nothing may be bound yet. The handles of a view die
   * with it, so nothing can be revealed by what was shown.
   */
  async #shown(knowledge: EventKnowledge, event: JsonObject): Promise<Json> {
    const keyring = new Keyring(this.#parts.master.runSeal(randomUUID()))
    try {
      const known = await protectEvent(this.#parts.credentials, knowledge, event, keyring)
      for (const { field, value } of suspects(known)) keyring.mint(value, { app: 'event', field, audience: null })
      return keyring.scrub(known)
    } finally {
      keyring.destroy()
    }
  }

  async #knowledgeOf({ workflowId, deployed }: TestSubject): Promise<EventKnowledge> {
    return both(deployed?.plan ?? NOTHING, await this.#ofDraft(workflowId))
  }

  async #ofDraft(workflow: number): Promise<EventKnowledge> {
    const draft = await this.#parts.drafts.byWorkflow(workflow)
    if (draft === undefined) return NOTHING
    const known = this.#known.get(workflow)
    if (known?.revision === draft.revision) return known.knowledge
    const knowledge = knowledgeOf(draft.text, this.#parts.catalogue)
    const [oldest] = this.#known.keys()
    if (this.#known.size >= KEPT_DRAFTS && oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(workflow, { revision: draft.revision, knowledge })
    return knowledge
  }
}

function both(one: EventKnowledge, other: EventKnowledge): EventKnowledge {
  if (other === NOTHING) return one
  return {
    innerSteps: [...one.innerSteps, ...other.innerSteps],
    eventSources: [...one.eventSources, ...other.eventSources],
    code: { env: { ...one.code.env, ...other.code.env } }
  }
}
