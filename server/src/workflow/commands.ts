/**
 * What workflows do in the writer. A workflow's name and endpoint are unique among those that exist; its versions are
 * only ever added. A trigger's token is in `meta` as a keyed hash, under the workflow's id.
 *
 * A deleted workflow is gone at once. Its versions stay until its last run is gone, because a run keeps the version
 * that it started with; no id is given again while anything refers to it.
 */
import { Fault } from '@bellhop/sdk'
import { sql } from 'kysely'
import { announces, concurrent, type Command } from '../storage/command.ts'
import type { Tx } from '../storage/tx.ts'
import { query } from '../storage/query.ts'
import { putBuild, removeUnusedBuilds } from './build-commands.ts'
import type { NewBuild } from './building.ts'
import { draftByName, dropDraft } from './draft-rows.ts'
import { dropSchedule, putSchedule, scheduleCommands, switchSchedule } from './schedule-commands.ts'
import type { Schedule } from './schedule.ts'
import { takeTurn } from './turns.ts'

const TOKEN_KEY = 'trigger_token:'

function tokenKey(workflow: number): string {
  return `${TOKEN_KEY}${workflow}`
}

/** One workflow with its current version, without the definition. */
export interface WorkflowRow {
  id: number
  name: string
  endpoint: string
  enabled: number
  created_at: number
  version_id: number
  number: number
  deployment_id: string
  hash: string
  deployed_at: number
}

export const workflowRow = query<{ name: string }>()((db, p) =>
  db
    .selectFrom('workflows')
    .innerJoin('versions', 'versions.id', 'workflows.current_version')
    .select(['workflows.id', 'name', 'endpoint', 'enabled', 'workflows.created_at'])
    .select(['versions.id as version_id', 'number', 'deployment_id', 'hash', 'versions.created_at as deployed_at'])
    .where('name', '=', p.name)
)

/** All of them, by name. */
export const workflowRows = query()((db) =>
  db
    .selectFrom('workflows')
    .innerJoin('versions', 'versions.id', 'workflows.current_version')
    .select(['workflows.id', 'name', 'endpoint', 'enabled', 'workflows.created_at'])
    .select(['versions.id as version_id', 'number', 'deployment_id', 'hash', 'versions.created_at as deployed_at'])
    .orderBy('name')
)

export const tokenRows = query()((db) =>
  db.selectFrom('meta').select(['key', 'value']).where('key', '>', TOKEN_KEY).where('key', '<', 'trigger_token;')
)

/** The id of the workflow whose token hash a row of `meta` holds. */
export function workflowOfToken(key: string): number {
  return Number(key.slice(TOKEN_KEY.length))
}

export const versionById = query<{ id: number }>()((db, p) =>
  db.selectFrom('versions').selectAll().where('id', '=', p.id)
)

/** No id is given again while anything refers to it. */
export const nextWorkflowId = query()((db) =>
  db
    .selectFrom(
      db
        .selectFrom('workflows')
        .select((w) => w.fn.max('id').as('id'))
        .unionAll(db.selectFrom('versions').select((v) => v.fn.max('workflow_id').as('id')))
        .unionAll(db.selectFrom('drafts').select((d) => d.fn.max('workflow_id').as('id')))
        .unionAll(db.selectFrom('runs').select((r) => r.fn.max('workflow_id').as('id')))
        .unionAll(db.selectFrom('ticks').select((t) => t.fn.max('workflow_id').as('id')))
        .as('taken')
    )
    .select(sql<number>`1 + coalesce(max(id), 0)`.as('id'))
)

const insertWorkflow = query<{ id: number; name: string; endpoint: string; enabled: number; at: number }>()((db, p) =>
  db.insertInto('workflows').values({
    id: p.id,
    name: p.name,
    endpoint: p.endpoint,
    enabled: p.enabled,
    created_at: p.at,
    current_version: null
  })
)

interface NewVersion {
  workflow: number
  number: number
  deploymentId: string
  definition: string
  hash: string
  build: string | null
  source: Uint8Array | null
  at: number
}

const insertVersion = query<NewVersion>()((db, p) =>
  db
    .insertInto('versions')
    .values({
      workflow_id: p.workflow,
      number: p.number,
      deployment_id: p.deploymentId,
      definition: p.definition,
      hash: p.hash,
      created_at: p.at,
      build: p.build,
      source: p.source
    })
    .returning('id')
)

const setSource = query<{ id: number; source: Uint8Array }>()((db, p) =>
  db.updateTable('versions').set({ source: p.source }).where('id', '=', p.id)
)

const setCurrent = query<{ id: number; version: number }>()((db, p) =>
  db.updateTable('workflows').set({ current_version: p.version }).where('id', '=', p.id)
)

const setEnabled = query<{ name: string; enabled: number }>()((db, p) =>
  db.updateTable('workflows').set({ enabled: p.enabled }).where('name', '=', p.name)
)

const deleteWorkflow = query<{ id: number }>()((db, p) => db.deleteFrom('workflows').where('id', '=', p.id))

const deleteMeta = query<{ key: string }>()((db, p) => db.deleteFrom('meta').where('key', '=', p.key))

const addMeta = query<{ key: string; value: string }>()((db, p) =>
  db
    .insertInto('meta')
    .values({ key: p.key, value: p.value })
    .onConflict((conflict) => conflict.doNothing())
)

const orphans = query<{ limit: number }>()((db, p) =>
  db.deleteFrom('versions').where(
    'id',
    'in',
    db
      .selectFrom('versions as v')
      .leftJoin('workflows as w', 'w.id', 'v.workflow_id')
      .select('v.id')
      .where('w.id', 'is', null)
      .where((row) =>
        row.not(row.exists(row.selectFrom('runs as r').select('r.id').whereRef('r.workflow_id', '=', 'v.workflow_id')))
      )
      .limit(p.limit)
  )
)

interface Deploy {
  name: string
  /** JSON text of the definition as it was written. */
  definition: string
  hash: string
  /** Its sealed text, where it came as text. */
  source?: Uint8Array
  /** Used if this makes a new version. */
  deploymentId: string
  /** Used if this makes a new workflow that has no draft. */
  endpoint: string
  /** Hex of the keyed hash of a fresh token, used if the workflow needs one and has none. */
  tokenHash?: string
  /** As the definition says; left out, it stays as it is. */
  enabled?: boolean
  /** Left out where something else starts it. */
  schedule?: Schedule
  /** Of its code; with its files, unless they are those of a version that is there. */
  build?: NewBuild | { hash: string }
  at: number
}

interface DeployResult {
  row: WorkflowRow
  /** Whether there is a new version: the same definition twice makes none. */
  created: boolean
  /** Whether `tokenHash` was taken. */
  tokenTaken: boolean
}

async function deploy(tx: Tx, args: Deploy): Promise<DeployResult> {
  await takeTurn(tx)
  const before = await tx.get(workflowRow, { name: args.name })
  const created = before?.hash !== args.hash
  const id = before?.id ?? (await createWorkflow(tx, args))
  if (created) await addVersion(tx, args, { id, number: (before?.number ?? 0) + 1 })
  // The same definition, perhaps with other comments.
  else if (args.source !== undefined) await tx.run(setSource, { id: before.version_id, source: args.source })
  if (args.enabled !== undefined) await tx.run(setEnabled, { name: args.name, enabled: Number(args.enabled) })
  const { tokenHash } = args
  const tokenTaken =
    tokenHash !== undefined && (await tx.run(addMeta, { key: tokenKey(id), value: tokenHash })).changes === 1
  const row = await existing(tx, args.name)
  const { schedule, at } = args
  await putSchedule(tx, { workflow: id, version: row.version_id, enabled: row.enabled === 1, schedule, at })
  return { row, created, tokenTaken }
}

async function addVersion(tx: Tx, args: Deploy, { id, number }: { id: number; number: number }): Promise<void> {
  if (args.build !== undefined && 'files' in args.build) await putBuild(tx, args.build, args.at)
  const added = await tx.get(insertVersion, { ...versionOf(args), workflow: id, number })
  if (added !== undefined) await tx.run(setCurrent, { id, version: added.id })
}

async function createWorkflow(tx: Tx, { name, endpoint, enabled, at }: Deploy): Promise<number> {
  const draft = await tx.get(draftByName, { name })
  const id = draft?.workflow_id ?? (await tx.get(nextWorkflowId))?.id ?? 1
  // What was sent to the draft's address goes on to arrive.
  await tx.run(insertWorkflow, {
    id,
    name,
    endpoint: draft?.endpoint ?? endpoint,
    enabled: Number(enabled ?? true),
    at
  })
  return id
}

function versionOf(args: Deploy): Omit<NewVersion, 'workflow' | 'number'> {
  const { deploymentId, definition, hash, build, source, at } = args
  return { deploymentId, definition, hash, build: build?.hash ?? null, source: source ?? null, at }
}

/** @throws Fault `workflow_missing` */
async function existing(tx: Tx, name: string): Promise<WorkflowRow> {
  const row = await tx.get(workflowRow, { name })
  if (row !== undefined) return row
  throw workflowMissing()
}

export function workflowMissing(): Fault {
  return new Fault('workflow_missing', 'there is no workflow of this name', {
    status: 404,
    hint: 'List the workflows there are with `bellhop workflows`.'
  })
}

async function enable(
  tx: Tx,
  { name, enabled, at }: { name: string; enabled: boolean; at: number }
): Promise<WorkflowRow> {
  await takeTurn(tx)
  await tx.run(setEnabled, { name, enabled: Number(enabled) })
  const row = await existing(tx, name)
  await switchSchedule(tx, { workflow: row.id, enabled, at })
  return row
}

/** Returns the id that the workflow had. */
async function remove(tx: Tx, { name }: { name: string }): Promise<number> {
  await takeTurn(tx)
  const { id } = await existing(tx, name)
  await tx.run(deleteWorkflow, { id })
  await dropDraft(tx, { id })
  await tx.run(deleteMeta, { key: tokenKey(id) })
  await dropSchedule(tx, { workflow: id })
  return id
}

/** Returns the workflow's id. The token before it is worth nothing from then on. */
async function replaceToken(tx: Tx, { name, tokenHash }: { name: string; tokenHash: string }): Promise<number> {
  await takeTurn(tx)
  const { id } = await existing(tx, name)
  await tx.run(deleteMeta, { key: tokenKey(id) })
  await tx.run(addMeta, { key: tokenKey(id), value: tokenHash })
  return id
}

/** Deletes versions of deleted workflows that have no run left, at most `limit`. Returns how many went. */
async function removeOrphanVersions(tx: Tx, { limit }: { limit: number }): Promise<number> {
  // A build that is not used must not become so meanwhile.
  await takeTurn(tx)
  const { changes } = await tx.run(orphans, { limit })
  if (changes > 0) await removeUnusedBuilds(tx)
  return changes
}

/** What nodes tell each other when workflows are others. */
export const WORKFLOWS = 'workflows'

/** Tells other nodes. Whoever has the turn (`takeTurn`) is alone. */
function changes<A, R>(command: Command<A, R>): Command<A, R> {
  return announces(concurrent(command), () => WORKFLOWS)
}

export const workflowCommands = {
  deployWorkflow: changes(deploy),
  enableWorkflow: changes(enable),
  removeWorkflow: changes(remove),
  replaceTriggerToken: changes(replaceToken),
  removeOrphanVersions: concurrent(removeOrphanVersions),
  ...scheduleCommands
}
export type WorkflowCommands = typeof workflowCommands
