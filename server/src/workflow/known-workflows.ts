/**
 * The workflows that there are, as the process knows them, by all that one is found by; and plans of versions that are not
 * current any more, as long as they are in use.
 */
import type { WorkflowRow } from './commands.ts'
import { workflowOf, type Deployed, type Workflow } from './deployed.ts'
import type { Outline } from './outline.ts'

export interface Entry {
  workflow: Workflow
  /** Of the current version; made when first asked for. */
  outline?: Outline
  /** The current version; made when first asked for. */
  deployed: Deployed | undefined
}

/** Plans of versions that are not current, most recently used last. */
const KEPT_PLANS = 100

export class KnownWorkflows {
  readonly #byName = new Map<string, Entry>()
  readonly #byEndpoint = new Map<string, Entry>()
  readonly #byId = new Map<number, Entry>()
  /** The same, by the id of the current version: every run asks for its version. */
  readonly #current = new Map<number, Entry>()
  readonly #older = new Map<number, Deployed>()

  byName(name: string): Entry | undefined {
    return this.#byName.get(name)
  }

  byEndpoint(endpoint: string): Entry | undefined {
    return this.#byEndpoint.get(endpoint)
  }

  byId(id: number): Entry | undefined {
    return this.#byId.get(id)
  }

  /** Whose current version it is. */
  byVersion(versionId: number): Entry | undefined {
    return this.#current.get(versionId)
  }

  /** Every workflow, in no order. */
  all(): Workflow[] {
    return [...this.#byId.values()].map(({ workflow }) => workflow)
  }

  put(row: WorkflowRow): Entry {
    const before = this.#byId.get(row.id)
    const workflow = workflowOf(row)
    const same = before?.workflow.versionId === workflow.versionId ? before.deployed : undefined
    if (before !== undefined && same === undefined) {
      this.#current.delete(before.workflow.versionId)
      if (before.deployed !== undefined) this.keep(before.deployed)
    }
    const deployed =
      same === undefined || same.enabled === workflow.enabled ? same : { ...same, enabled: workflow.enabled }
    const entry = { workflow, deployed }
    this.#byId.set(row.id, entry)
    this.#byName.set(row.name, entry)
    this.#byEndpoint.set(row.endpoint, entry)
    this.#current.set(row.version_id, entry)
    return entry
  }

  /** Its runs go on to find their version. */
  drop(id: number): void {
    const entry = this.#byId.get(id)
    if (entry === undefined) return
    this.#byId.delete(id)
    this.#byName.delete(entry.workflow.name)
    this.#byEndpoint.delete(entry.workflow.endpoint)
    this.#current.delete(entry.workflow.versionId)
    if (entry.deployed !== undefined) this.keep({ ...entry.deployed, endpoint: '', enabled: false })
  }

  /**
   * Makes these rows all that there are, and leaves those alone that are as they were. True where anything is another
   * now.
   */
  replace(rows: readonly WorkflowRow[]): boolean {
    const there = new Set(rows.map(({ id }) => id))
    const gone = [...this.#byId.keys()].filter((id) => !there.has(id))
    // First: another workflow may have the name by now.
    for (const id of gone) this.drop(id)
    const changed = rows.filter((row) => !isSame(this.#byId.get(row.id)?.workflow, row))
    for (const row of changed) this.put(row)
    return gone.length + changed.length > 0
  }

  /** A version that is not current. */
  older(versionId: number): Deployed | undefined {
    return this.#older.get(versionId)
  }

  /** Makes it the most recently used one of those that are not current. */
  keep(deployed: Deployed): Deployed {
    this.#older.delete(deployed.versionId)
    this.#older.set(deployed.versionId, deployed)
    const [oldest] = this.#older.keys()
    if (this.#older.size > KEPT_PLANS && oldest !== undefined) this.#older.delete(oldest)
    return deployed
  }
}

/** All else of a workflow stays as it is, or changes with its version. */
function isSame(known: Workflow | undefined, row: WorkflowRow): boolean {
  return known?.versionId === row.version_id && known.enabled === (row.enabled === 1)
}

/** Hashes of triggers' tokens, by workflow. */
export function sameTokens(one: ReadonlyMap<number, string>, other: ReadonlyMap<number, string>): boolean {
  return one.size === other.size && [...one].every(([workflow, hash]) => other.get(workflow) === hash)
}
