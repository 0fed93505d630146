/**
 * The audit log: which version of which workflow hands real credentials to its code, and which run did. It names apps and
 * fields, never a value. An entry is committed before the values are handed over, and stays longer than its run does.
 */
import { concurrent, type Command } from '../storage/command.ts'
import type { Reader } from '../storage/tx.ts'
import { query } from '../storage/query.ts'
import type { PlannedBinding } from '../workflow/plan.ts'
import type { Deployed } from '../workflow/versions.ts'

/** What was handed over: names of credential fields by app. */
export type Revealed = Readonly<Record<string, readonly string[]>>

export interface AuditEntry {
  /** Unix milliseconds. */
  at: number
  action: 'deploy_reveal' | 'reveal'
  workflow: string
  version: number
  /** Public id of the run; null for a deploy. */
  run: string | null
  step: string
  credentials: Revealed
}

type Row = Omit<AuditEntry, 'credentials'> & { credentials: string }

/** What a deployed version hands to its code, step by step. */
export function entriesOfDeploy({ name, version, plan }: Deployed): Omit<AuditEntry, 'at'>[] {
  return plan.innerSteps.flatMap((step) => {
    if (step.kind !== 'use' || step.code?.reveal !== true) return []
    const credentials = Object.entries(step.auth).map(([app, binding]) => [app, secretFields(binding)] as const)
    return [
      {
        action: 'deploy_reveal' as const,
        workflow: name,
        version,
        run: null,
        step: step.name,
        credentials: Object.fromEntries(credentials)
      }
    ]
  })
}

function secretFields({ app, ...binding }: PlannedBinding): string[] {
  const bound = binding.kind === 'runtime' ? binding.fields : app.auth.fields
  return Object.keys(bound).filter((field) => app.auth.fields[field]?.secret !== false)
}

/** How long an entry stays. */
const KEPT_MS = 400 * 86_400_000

const insertEntry = query<Row>()((db, p) =>
  db.insertInto('audit').values({
    at: p.at,
    action: p.action,
    workflow: p.workflow,
    version: p.version,
    run: p.run,
    step: p.step,
    credentials: p.credentials
  })
)
const deleteOld = query<{ before: number }>()((db, p) => db.deleteFrom('audit').where('at', '<', p.before))
const latest = query<{ before: number; limit: number }>()((db, p) =>
  db.selectFrom('audit').selectAll().where('id', '<', p.before).orderBy('id', 'desc').limit(p.limit)
)

const addAuditEntries: Command<Row[], undefined> = async (tx, entries) => {
  for (const entry of entries) await tx.run(insertEntry, entry)
  const [first] = entries
  if (first !== undefined) await tx.run(deleteOld, { before: first.at - KEPT_MS })
  return undefined
}

/** The writer's commands of this subject. Entries are only added, and their age is all that takes them away. */
export const auditCommands = { addAuditEntries: concurrent(addAuditEntries) }

export interface AuditStorage {
  readonly reader: Reader
  write(name: 'addAuditEntries', entries: Row[]): Promise<undefined>
}

export class Audit {
  readonly #storage: AuditStorage
  readonly #now: () => number

  constructor(storage: AuditStorage, now: () => number) {
    this.#storage = storage
    this.#now = now
  }

  /** Committed when it resolves. @throws Fault `storage_full` */
  async add(entries: readonly Omit<AuditEntry, 'at'>[]): Promise<void> {
    if (entries.length === 0) return
    const at = this.#now()
    const rows = entries.map((entry) => ({ ...entry, at, credentials: JSON.stringify(entry.credentials) }))
    await this.#storage.write('addAuditEntries', rows)
  }

  /** The latest first. @param before the id of the last entry of the page before */
  async list({ before = Number.MAX_SAFE_INTEGER, limit = 100 }: { before?: number; limit?: number } = {}): Promise<
    (AuditEntry & { id: number })[]
  > {
    const rows = await this.#storage.reader.all(latest, { before, limit })
    return rows.map(({ credentials, ...row }) => ({ ...row, credentials: JSON.parse(credentials) as Revealed }))
  }
}
