/** Drafts in the database, as deploys and drafts themselves see them. */
import type { Tx } from '../storage/tx.ts'
import { query } from '../storage/query.ts'

export const draftByName = query<{ name: string }>()((db, p) =>
  db.selectFrom('drafts').selectAll().where('name', '=', p.name)
)

export const draftById = query<{ id: number }>()((db, p) =>
  db.selectFrom('drafts').selectAll().where('workflow_id', '=', p.id)
)

export const draftByEndpoint = query<{ endpoint: string }>()((db, p) =>
  db.selectFrom('drafts').select(['workflow_id', 'name']).where('endpoint', '=', p.endpoint)
)

/** All of them by name, without their texts. */
export const draftRows = query()((db) =>
  db
    .selectFrom('drafts')
    .leftJoin('workflows', 'workflows.id', 'drafts.workflow_id')
    .select(['drafts.workflow_id', 'drafts.name', 'drafts.endpoint', 'drafts.revision', 'drafts.base_version'])
    .select(['drafts.created_at', 'drafts.updated_at', 'workflows.id as deployed'])
    .orderBy('drafts.name')
)

const deleteDraft = query<{ id: number }>()((db, p) => db.deleteFrom('drafts').where('workflow_id', '=', p.id))

const deleteTestEvents = query<{ id: number }>()((db, p) =>
  db.deleteFrom('test_events').where('workflow_id', '=', p.id)
)

/** Deletes the draft of a workflow that goes, with the events that were kept to try it. */
export async function dropDraft(tx: Tx, { id }: { id: number }): Promise<void> {
  await tx.run(deleteDraft, { id })
  await tx.run(deleteTestEvents, { id })
}
