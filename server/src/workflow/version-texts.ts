/**
 * Versions for people: which there were, and each as it was written. The text is sealed, because a comment may hold what a
 * definition must not; a version that came as data, or before texts were kept, is written anew from its definition.
 */
import type { MasterKey, Sealer } from '../secrets/seal.ts'
import type { Reader } from '../storage/tx.ts'
import { query } from '../storage/query.ts'
import { yaml } from './parsers.ts'

/** One version. Times in Unix milliseconds. */
export interface VersionEntry {
  version: number
  deploymentId: string
  createdAt: number
}

const versionRows = query<{ workflow: number; before: number; limit: number }>()((db, p) =>
  db
    .selectFrom('versions')
    .select(['number', 'deployment_id', 'created_at'])
    .where('workflow_id', '=', p.workflow)
    .where('number', '<', p.before)
    .orderBy('number', 'desc')
    .limit(p.limit)
)

const versionByNumber = query<{ workflow: number; number: number }>()((db, p) =>
  db.selectFrom('versions').selectAll().where('workflow_id', '=', p.workflow).where('number', '=', p.number)
)

export class VersionTexts {
  readonly #reader: Reader
  readonly #sealer: Sealer

  constructor(reader: Reader, master: MasterKey) {
    this.#reader = reader
    this.#sealer = textSealer(master)
  }

  /** The versions of a workflow, newest first. @param page.before a version's number */
  async list(
    workflow: number,
    { before = Number.MAX_SAFE_INTEGER, limit }: { before?: number; limit: number }
  ): Promise<VersionEntry[]> {
    return (await this.#reader.all(versionRows, { workflow, before, limit })).map(entryOf)
  }

  async read(workflow: number, number: number): Promise<(VersionEntry & { text: string }) | undefined> {
    const row = await this.#reader.get(versionByNumber, { workflow, number })
    if (row === undefined) return undefined
    const text =
      row.source === null ? yaml().stringify(JSON.parse(row.definition)) : this.#sealer.open(row.hash, row.source)
    return { ...entryOf(row), text }
  }
}

/** Seals texts under the hash of the definition that they are. */
export function textSealer(master: MasterKey): Sealer {
  return master.sealer('definition_text')
}

function entryOf(row: { number: number; deployment_id: string; created_at: number }): VersionEntry {
  return { version: row.number, deploymentId: row.deployment_id, createdAt: row.created_at }
}
