/**
 * What drafts do in the writer. A draft has the id, the name and the endpoint of its workflow, whether that exists already
 * or not, so that deploying it changes none of them.
 */
import { Fault } from '@bellhop/sdk'
import { concurrent } from '../storage/command.ts'
import type { Tx } from '../storage/tx.ts'
import { query } from '../storage/query.ts'
import type { DraftsTable } from '../storage/workflow-tables.ts'
import { nextWorkflowId, workflowRow } from './commands.ts'
import { draftByName, dropDraft } from './draft-rows.ts'
import { takeTurn } from './turns.ts'

const insertDraft = query<DraftsTable>()((db, p) =>
  db.insertInto('drafts').values({
    workflow_id: p.workflow_id,
    name: p.name,
    endpoint: p.endpoint,
    sealed: p.sealed,
    revision: p.revision,
    base_version: p.base_version,
    created_at: p.created_at,
    updated_at: p.updated_at
  })
)

const updateDraft = query<{ id: number; name: string; sealed: Uint8Array; revision: number; at: number }>()((db, p) =>
  db
    .updateTable('drafts')
    .set({ name: p.name, sealed: p.sealed, revision: p.revision, updated_at: p.at })
    .where('workflow_id', '=', p.id)
)

const deleteDraft = query<{ id: number }>()((db, p) => db.deleteFrom('drafts').where('workflow_id', '=', p.id))

interface NewDraft {
  name: string
  endpoint: string
  /** Under the endpoint. */
  sealed: Uint8Array
  at: number
}

/** @throws Fault `name_taken` (409) */
async function createDraft(tx: Tx, { name, endpoint, sealed, at }: NewDraft): Promise<undefined> {
  await takeTurn(tx)
  await refuseTaken(tx, name)
  const id = (await tx.get(nextWorkflowId))?.id ?? 1
  await tx.run(insertDraft, rowOf({ workflow_id: id, name, endpoint, sealed, at, base_version: null }))
  return undefined
}

interface SavedDraft extends NewDraft {
  /** The one that was read before it was changed; 0 where there was no draft. */
  revision: number
  /** Another name for a workflow that was never deployed. */
  rename?: string
}

/** @throws Fault `draft_missing` (404), `draft_changed`, `name_taken`, `draft_deployed` (409) */
async function saveDraft(
  tx: Tx,
  { name, endpoint, sealed, revision, rename = name, at }: SavedDraft
): Promise<undefined> {
  await takeTurn(tx)
  const draft = await tx.get(draftByName, { name })
  const workflow = await tx.get(workflowRow, { name })
  if (draft === undefined && workflow === undefined) throw draftMissing()
  // Another endpoint: what was read has been deleted since, and something else has its name now.
  if ((draft ?? workflow)?.endpoint !== endpoint || (draft?.revision ?? 0) !== revision) throw draftChanged()
  if (rename !== name) {
    if (workflow !== undefined) throw draftDeployed()
    await refuseTaken(tx, rename)
  }
  if (draft !== undefined) {
    await tx.run(updateDraft, { id: draft.workflow_id, name: rename, sealed, revision: revision + 1, at })
  } else if (workflow !== undefined) {
    const begun = { workflow_id: workflow.id, name, endpoint, sealed, at, base_version: workflow.number }
    await tx.run(insertDraft, rowOf(begun))
  }
  return undefined
}

function rowOf({
  at,
  ...row
}: Omit<DraftsTable, 'revision' | 'created_at' | 'updated_at'> & { at: number }): DraftsTable {
  return { ...row, revision: 1, created_at: at, updated_at: at }
}

/**
 * Of a workflow that was never deployed nothing stays.
 * @param args.revision where only that one is to go: a later one stays
 * @throws Fault `draft_missing` (404)
 */
async function removeDraft(tx: Tx, { name, revision }: { name: string; revision?: number }): Promise<undefined> {
  await takeTurn(tx)
  const draft = await tx.get(draftByName, { name })
  if (draft === undefined) throw draftMissing()
  if (revision !== undefined && revision !== draft.revision) return undefined
  if ((await tx.get(workflowRow, { name })) === undefined) await dropDraft(tx, { id: draft.workflow_id })
  else await tx.run(deleteDraft, { id: draft.workflow_id })
  return undefined
}

async function refuseTaken(tx: Tx, name: string): Promise<void> {
  const taken = (await tx.get(workflowRow, { name })) ?? (await tx.get(draftByName, { name }))
  if (taken === undefined) return
  throw new Fault('name_taken', 'there is a workflow or a draft of this name already', {
    status: 409,
    hint: 'Choose another name.'
  })
}

export function draftMissing(): Fault {
  return new Fault('draft_missing', 'there is no draft of this name', {
    status: 404,
    hint: 'A deployed workflow has one while it has changes that are not deployed: begin with its current version.'
  })
}

function draftChanged(): Fault {
  return new Fault('draft_changed', 'this draft was changed elsewhere since it was read', {
    status: 409,
    hint: 'Read it again, and make the change there.'
  })
}

function draftDeployed(): Fault {
  return new Fault('draft_deployed', 'a workflow that is deployed keeps its name', {
    status: 409,
    hint: 'Deploy the definition under the new name, and delete the old workflow.'
  })
}

/** Whoever has the turn (`takeTurn`) is alone. */
export const draftCommands = {
  createDraft: concurrent(createDraft),
  saveDraft: concurrent(saveDraft),
  removeDraft: concurrent(removeDraft)
}
export type DraftCommands = typeof draftCommands
