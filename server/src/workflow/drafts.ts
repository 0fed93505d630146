/**
 * Drafts: what somebody is writing and has not deployed. A workflow has at most one; one that was never deployed is nothing
 * but its draft, and has an endpoint from the first moment, which it keeps when it is deployed.
 *
 * The text is not understood here, and may hold what a definition must not, such as a credential that was pasted into it:
 * it is sealed at rest (I1), under the endpoint, which is the same for as long as the draft lives.
 */
import { Fault } from '@bellhop/sdk'
import type { MasterKey, Sealer } from '../secrets/seal.ts'
import type { Reader } from '../storage/tx.ts'
import type { DraftsTable } from '../storage/workflow-tables.ts'
import { workflowRow } from './commands.ts'
import { draftMissing, type DraftCommands } from './draft-commands.ts'
import { draftByEndpoint, draftById, draftByName, draftRows } from './draft-rows.ts'
import { blankText, fits, isWorkflowName, nameIn, underName } from './draft-text.ts'
import { newEndpoint } from './endpoint.ts'

/** A draft without its text. Times in Unix milliseconds. */
export interface DraftEntry {
  workflowId: number
  name: string
  endpoint: string
  /** Counts changes, from 1. */
  revision: number
  /** The version that it began with; null where there was none. */
  baseVersion: number | null
  /** Whether its workflow is deployed. */
  deployed: boolean
  updatedAt: number
}

export interface Draft extends Omit<DraftEntry, 'deployed'> {
  text: string
}

/** What this needs of `Storage`. */
export interface DraftStorage {
  readonly reader: Reader
  write<K extends keyof DraftCommands>(
    name: K,
    args: Parameters<DraftCommands[K]>[1]
  ): Promise<Awaited<ReturnType<DraftCommands[K]>>>
}

export class Drafts {
  readonly #storage: DraftStorage
  readonly #sealer: Sealer
  readonly #now: () => number

  constructor(storage: DraftStorage, master: MasterKey, now: () => number) {
    this.#storage = storage
    this.#sealer = master.sealer('draft')
    this.#now = now
  }

  /** Every draft, by name. */
  async list(): Promise<DraftEntry[]> {
    return (await this.#storage.reader.all(draftRows)).map(({ deployed, ...row }) => ({
      ...entryOf(row),
      deployed: deployed !== null
    }))
  }

  async find(name: string): Promise<Draft | undefined> {
    return this.#opened(await this.#storage.reader.get(draftByName, { name }))
  }

  /** When the draft of a workflow was changed last; undefined where it has none. */
  async changedAt(workflow: number): Promise<number | undefined> {
    return (await this.#storage.reader.get(draftById, { id: workflow }))?.updated_at
  }

  /** Also that of a workflow which is deployed. */
  async byWorkflow(id: number): Promise<Draft | undefined> {
    return this.#opened(await this.#storage.reader.get(draftById, { id }))
  }

  /** Whose endpoint it is; for that of a deployed workflow ask for the workflow first. */
  async byEndpoint(endpoint: string): Promise<Pick<Draft, 'workflowId' | 'name'> | undefined> {
    const row = await this.#storage.reader.get(draftByEndpoint, { endpoint })
    return row && { workflowId: row.workflow_id, name: row.name }
  }

  /**
   * Makes a draft of a workflow that does not exist yet. Without a name it gets its text's, or that with a number where
   * it is taken.
   * @param given.text left out: a definition without steps
   * @throws Fault `name_taken` (409), `draft_too_large` (413), `bad_name` (400), `storage_full`
   */
  async create({ name, text }: { name?: string; text?: string }): Promise<Draft> {
    const chosen = name ?? (await this.#free((text === undefined ? undefined : nameIn(text)) ?? 'untitled'))
    refuseName(chosen)
    const written = text === undefined ? blankText(chosen) : underName(text, chosen)
    const endpoint = newEndpoint()
    await this.#storage.write('createDraft', {
      name: chosen,
      endpoint,
      sealed: this.#seal(endpoint, written),
      at: this.#now()
    })
    return this.#existing(chosen)
  }

  /**
   * Keeps a text. The first one of a deployed workflow has revision 0.
   * @param given.revision the one that the text is a change of
   * @param given.rename another name, for a workflow that was never deployed
   * @throws Fault `draft_missing` (404), `draft_changed`, `name_taken`, `draft_deployed` (409), `draft_too_large` (413), `bad_name` (400), `storage_full`
   */
  async save(
    name: string,
    { text, revision, rename }: { text: string; revision: number; rename?: string }
  ): Promise<Draft> {
    const { reader } = this.#storage
    const of = (await reader.get(draftByName, { name })) ?? (await reader.get(workflowRow, { name }))
    if (of === undefined) throw draftMissing()
    const { endpoint } = of
    if (rename !== undefined) refuseName(rename)
    await this.#storage.write('saveDraft', {
      name,
      endpoint,
      sealed: this.#seal(endpoint, text),
      revision,
      ...(rename === undefined ? {} : { rename }),
      at: this.#now()
    })
    return this.#existing(rename ?? name)
  }

  /** @throws Fault `draft_missing` (404) */
  async remove(name: string): Promise<void> {
    await this.#storage.write('removeDraft', { name })
  }

  /** Says that a text was deployed: a draft that is no other is none any more. */
  async deployed(name: string, text: string): Promise<void> {
    const draft = await this.find(name)
    if (draft?.text === text) await this.#storage.write('removeDraft', { name, revision: draft.revision })
  }

  /** Whoever is faster may take it all the same, which the command refuses. */
  async #free(name: string): Promise<string> {
    const { reader } = this.#storage
    const taken = async (one: string): Promise<boolean> =>
      ((await reader.get(workflowRow, { name: one })) ?? (await reader.get(draftByName, { name: one }))) !== undefined
    if (!(await taken(name))) return name
    // Names end at 60 characters.
    const stem = name.slice(0, 55).replace(/-+$/, '')
    for (let number = 2; ; number++) if (!(await taken(`${stem}-${number}`))) return `${stem}-${number}`
  }

  #seal(endpoint: string, text: string): Uint8Array {
    if (!fits(text)) throw new Fault('draft_too_large', 'a definition has at most 256 KiB', { status: 413 })
    return this.#sealer.seal(endpoint, text)
  }

  async #existing(name: string): Promise<Draft> {
    const draft = await this.find(name)
    if (draft === undefined) throw draftMissing()
    return draft
  }

  #opened(row: DraftsTable | undefined): Draft | undefined {
    return row && { ...entryOf(row), text: this.#sealer.open(row.endpoint, row.sealed) }
  }
}

type Row = Omit<DraftsTable, 'sealed'>

function entryOf(row: Row): Omit<DraftEntry, 'deployed'> {
  return {
    workflowId: row.workflow_id,
    name: row.name,
    endpoint: row.endpoint,
    revision: row.revision,
    baseVersion: row.base_version,
    updatedAt: row.updated_at
  }
}

function refuseName(name: string): void {
  if (isWorkflowName(name)) return
  throw new Fault('bad_name', 'this is not a workflow name', {
    status: 400,
    hint: 'Lower-case words joined by hyphens, at most 60 characters.'
  })
}
