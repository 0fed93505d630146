/**
 * Workflows and their versions, as the process has them: which workflow an endpoint is, and the plan of each version.
 *
 * Who owns what: the database has the workflows, their immutable versions and the hashes of their tokens; every change
 * goes through a command, which other nodes are told of. This object holds all workflows in memory, looks again when another
 * node has changed one, and makes plans when they are first asked for: the current version's plan stays with its
 * workflow, plans of older ones as long as they are in use. What it gives out never changes.
 *
 * Every run asks for its version: what is at hand is given out at once and not as a promise.
 */
import { randomUUID } from 'node:crypto'
import { Fault, type JsonObject } from '@bellhop/sdk'
import type { MasterKey, Sealer } from '../secrets/seal.ts'
import type { Reader } from '../storage/tx.ts'
import type { Builder, Build, NewBuild } from './building.ts'
import { readBuild } from './builds.ts'
import { definitionHash } from './canonical.ts'
import { checkDefinition, type Checked } from './checking.ts'
import type { Catalogue } from './catalogue.ts'
import {
  tokenRows,
  versionById,
  workflowMissing,
  workflowOfToken,
  workflowRows,
  WORKFLOWS,
  type WorkflowCommands
} from './commands.ts'
import { deployedOf, type Deployed, type Workflow } from './deployed.ts'
import { newEndpoint } from './endpoint.ts'
import { KnownWorkflows, type Entry, sameTokens } from './known-workflows.ts'
import { quote, type Mistake } from './mistakes.ts'
import { NATIVE_STEPS_OFF, type RefuseNative } from './native-plan.ts'
import { outlineOf, type Outline } from './outline.ts'
import { makePlan, type Plan, type Planning } from './plan.ts'
import { nextTickOf } from './schedule-commands.ts'
import { newToken, tokenHash, tokenMatches } from './trigger-token.ts'
import { VersionReader, type ReadVersion } from './version-reader.ts'
import { textSealer } from './version-texts.ts'

export type { Deployed, Workflow } from './deployed.ts'

/** How a deploy ended. `token` is there only when it was made just now: it can never be shown again. */
export type Deployment =
  { deployed: Deployed; created: boolean; token?: string; warnings: Mistake[] } | { mistakes: Mistake[] }

/** What this needs of `Storage`. */
export interface WorkflowStorage {
  readonly reader: Reader
  onNotice(listener: (subject: string) => void): () => void
  write<K extends keyof WorkflowCommands>(
    name: K,
    args: Parameters<WorkflowCommands[K]>[1]
  ): Promise<Awaited<ReturnType<WorkflowCommands[K]>>>
}

interface VersionParts {
  storage: WorkflowStorage
  catalogue: Catalogue
  master: MasterKey
  /** Left out where no workflow has code. */
  builder?: Builder
  /** Which steps in Python and Bash a deploy refuses; left out: all. */
  refuseNative?: () => Promise<RefuseNative>
  now?: () => number
}

const RETRY_MS = 1_000
/** Addresses that nobody knows have the database asked no more often than this. */
const UNKNOWN_MS = 200

export class Versions {
  readonly #storage: WorkflowStorage
  readonly #catalogue: Catalogue
  readonly #reader: VersionReader
  readonly #master: MasterKey
  readonly #texts: Sealer
  readonly #builder: Builder | undefined
  readonly #refuseNative: () => Promise<RefuseNative>
  readonly #now: () => number
  readonly #known = new KnownWorkflows()
  /** Hashes of tokens by workflow. */
  #tokens: ReadonlyMap<number, string> = new Map()
  /** Deploys that are going on, by name: each waits for the one before, so that the last to be asked for is the current one. */
  readonly #deploying = new Map<string, Promise<unknown>>()
  /** The last of the changes and looks, each of which waits for the one before: what was read first is not taken over last. */
  #last: Promise<unknown> = Promise.resolve()
  /** A look that has not begun. */
  #looking: Promise<void> | undefined
  /** When the last look was, by `performance.now()`. */
  #lookedAt = 0
  #changed: () => void = () => {}

  private constructor(parts: VersionParts) {
    this.#storage = parts.storage
    this.#catalogue = parts.catalogue
    this.#reader = new VersionReader(parts.storage.reader, parts.catalogue)
    this.#master = parts.master
    this.#texts = textSealer(parts.master)
    this.#builder = parts.builder
    this.#refuseNative = parts.refuseNative ?? (async () => NATIVE_STEPS_OFF)
    this.#now = parts.now ?? Date.now
  }

  /** Reads every workflow's row; makes no plan yet. */
  static async open(parts: VersionParts): Promise<Versions> {
    const versions = new Versions(parts)
    // Before the first look, so that nothing is missed.
    parts.storage.onNotice((subject) => {
      if (subject === WORKFLOWS || subject === '') versions.#follow()
    })
    await versions.refresh()
    return versions
  }

  /**
   * Looks what workflows there are: other nodes change them, too, and tell so.
   * @throws Fault `database_unavailable`, `storage_busy`
   */
  refresh(): Promise<void> {
    this.#looking ??= this.#inOrder(async () => {
      this.#looking = undefined
      const { reader } = this.#storage
      const [rows, tokens] = await Promise.all([reader.all(workflowRows), reader.all(tokenRows)])
      this.#lookedAt = performance.now()
      const before = this.#tokens
      this.#tokens = new Map(tokens.map(({ key, value }) => [workflowOfToken(key), value]))
      const changed = this.#known.replace(rows)
      if (changed || !sameTokens(before, this.#tokens)) this.#changed()
    })
    return this.#looking
  }

  /**
   * Deploys a definition: text (YAML or JSON) or data. `name` is what the caller addressed, and must be the name inside.
   * Deploying what is there already makes no new version, builds nothing, and makes `enabled` what the definition says, if it does.
   * @param progress gets sentences about what is being built
   * @throws Fault `storage_full`, and what `Builder.build` throws
   */
  async deploy(input: unknown, name?: string, progress: (line: string) => void = () => {}): Promise<Deployment> {
    const planning = makePlan(input, this.#catalogue, undefined, await this.#refuseNative())
    if ('mistakes' in planning) return planning
    const { written } = planning
    // A definition without mistakes has a name.
    const named = written['name'] as string
    if (name !== undefined && name !== named) {
      const message = `the definition is named ${quote(named)}, and was deployed as another`
      return { mistakes: [{ path: 'name', message, suggestion: name }] }
    }
    return this.#inTurn(named, async () => {
      const text = typeof input === 'string' ? input : undefined
      if ('plan' in planning) return this.#commit(planning, { text })
      const built = await this.#build(planning, named, progress)
      if ('mistakes' in built) return built
      const { hash, steps, lock } = built
      const whole = makePlan(input, this.#catalogue, { hash, steps, lock })
      if ('mistakes' in whole) return whole
      return 'plan' in whole ? this.#commit(whole, { text, build: 'files' in built ? built : { hash } }) : unbuilt()
    })
  }

  /** Judges a definition without deploying it. */
  async check(text: string): Promise<Checked> {
    return checkDefinition(text, this.#catalogue, undefined, await this.#refuseNative())
  }

  async #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#deploying.get(name) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#deploying.set(name, mine)
    try {
      return await mine
    } finally {
      if (this.#deploying.get(name) === mine) this.#deploying.delete(name)
    }
  }

  /** The build of a definition's code: the current version's where that has the same definition. */
  async #build(
    { toBuild, written, report }: Extract<Planning, { toBuild: unknown }>,
    name: string,
    progress: (line: string) => void
  ): Promise<Build | NewBuild | { mistakes: Mistake[] }> {
    const current = this.#known.byName(name)?.workflow
    const row = current && (await this.#storage.reader.get(versionById, { id: current.versionId }))
    const before = row?.build ? await readBuild(this.#storage.reader, row.build) : undefined
    if (before !== undefined && row?.hash === definitionHash(written)) return before
    if (this.#builder === undefined) return unbuilt()
    const built = await this.#builder.build(toBuild, progress, before?.lock)
    if (!('problems' in built)) return built
    for (const { path, at, ...problem } of built.problems) report.add(path, problem, at ?? 'value')
    return { mistakes: report.list() }
  }

  async #commit(
    { plan, written, warnings }: Extract<Planning, { plan: Plan }>,
    { text, build }: { text: string | undefined; build?: NewBuild | { hash: string } }
  ): Promise<Deployment> {
    const { definition } = plan
    const token = plan.http?.auth.type === 'token' ? newToken() : undefined
    const tokenHashed = token === undefined ? undefined : tokenHash(this.#master, definition.name, token)
    const hash = definitionHash(written)
    const order = {
      name: definition.name,
      definition: JSON.stringify(written),
      hash,
      ...(text === undefined ? {} : { source: this.#texts.seal(hash, text) }),
      deploymentId: randomUUID(),
      endpoint: newEndpoint(),
      ...(tokenHashed === undefined ? {} : { tokenHash: tokenHashed }),
      ...(definition.enabled === undefined ? {} : { enabled: definition.enabled }),
      ...(plan.schedule === undefined ? {} : { schedule: plan.schedule }),
      ...(build === undefined ? {} : { build }),
      at: this.#now()
    }
    return this.#change(async () => {
      const { row, created, tokenTaken } = await this.#storage.write('deployWorkflow', order)
      if (tokenHashed !== undefined && tokenTaken) this.#setToken(row.id, tokenHashed)
      const entry = this.#known.put(row)
      const deployed = (entry.deployed ??= deployedOf(entry.workflow, plan))
      this.#changed()
      return { deployed, created, warnings, ...(token !== undefined && tokenTaken ? { token } : {}) }
    })
  }

  /** The current version behind an endpoint. @throws Fault `version_unreadable` */
  byEndpoint(endpoint: string): Deployed | undefined | Promise<Deployed | undefined> {
    const entry = this.#known.byEndpoint(endpoint)
    if (entry !== undefined) return entry.deployed ?? this.#load(entry)
    return performance.now() - this.#lookedAt < UNKNOWN_MS ? undefined : this.#lookFor(endpoint)
  }

  /** The current version of a workflow. @throws Fault `version_unreadable` */
  byName(name: string): Deployed | undefined | Promise<Deployed> {
    const entry = this.#known.byName(name)
    return entry === undefined ? undefined : (entry.deployed ?? this.#load(entry))
  }

  /** The version that a run started with. @throws Fault `version_missing`, `version_unreadable` */
  byVersion(versionId: number): Deployed | Promise<Deployed> {
    const current = this.#known.byVersion(versionId)
    if (current !== undefined) return current.deployed ?? this.#load(current)
    const deployed = this.#known.older(versionId)
    return deployed === undefined ? this.#loadOlder(versionId) : this.#known.keep(deployed)
  }

  workflow(name: string): Workflow | undefined {
    return this.#known.byName(name)?.workflow
  }

  workflowById(id: number): Workflow | undefined {
    return this.#known.byId(id)?.workflow
  }

  /** Every workflow, by name. */
  list(): Workflow[] {
    return this.#known.all().toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** When a workflow's schedule fires next (Unix milliseconds; null while it is off); undefined where it has none. */
  async nextTick(workflowId: number): Promise<number | null | undefined> {
    return (await this.#storage.reader.get(nextTickOf, { workflow: workflowId }))?.next_at
  }

  /** Calls `listener` after each change of which workflow runs when. */
  onChange(listener: () => void): void {
    this.#changed = listener
  }

  /** A workflow's current definition, as it was written. @throws Fault `workflow_missing` */
  async definition(name: string): Promise<JsonObject> {
    const row = await this.#storage.reader.get(versionById, { id: this.#entry(name).workflow.versionId })
    if (row === undefined) throw workflowMissing()
    return JSON.parse(row.definition) as JsonObject
  }

  /** What a workflow is about. @throws Fault `workflow_missing` */
  async outline(name: string): Promise<Outline> {
    const entry = this.#entry(name)
    return (entry.outline ??= outlineOf(await this.definition(name), this.#catalogue))
  }

  /** @throws Fault `workflow_missing` */
  async setEnabled(name: string, enabled: boolean): Promise<Workflow> {
    return this.#change(async () => {
      const row = await this.#storage.write('enableWorkflow', { name, enabled, at: this.#now() })
      const { workflow } = this.#known.put(row)
      this.#changed()
      return workflow
    })
  }

  /** Deletes a workflow at once; runs that are under way keep their version. @throws Fault `workflow_missing` */
  async remove(name: string): Promise<void> {
    await this.#change(async () => {
      const id = await this.#storage.write('removeWorkflow', { name })
      this.#setToken(id, undefined)
      this.#known.drop(id)
    })
  }

  /** Makes a new token for a workflow's trigger and returns it, the only time. @throws Fault `workflow_missing` */
  async rotateToken(name: string): Promise<string> {
    const token = newToken()
    const hash = tokenHash(this.#master, name, token)
    await this.#change(async () => {
      this.#setToken(await this.#storage.write('replaceTriggerToken', { name, tokenHash: hash }), hash)
    })
    return token
  }

  /** Whether a caller's token is the one of this workflow's trigger; in constant time. */
  acceptsToken(deployed: Deployed, token: string): boolean {
    return tokenMatches(this.#master, deployed.name, token, this.#tokens.get(deployed.workflowId))
  }

  #entry(name: string): Entry {
    const entry = this.#known.byName(name)
    if (entry === undefined) throw workflowMissing()
    return entry
  }

  #setToken(workflow: number, hash: string | undefined): void {
    const tokens = new Map(this.#tokens)
    if (hash === undefined) tokens.delete(workflow)
    else tokens.set(workflow, hash)
    this.#tokens = tokens
  }

  /** Carries out a command and takes over what it answered. */
  async #change<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#inOrder(work)
    } catch (error) {
      // It may have been committed all the same.
      if (error instanceof Fault && error.retryable) this.#follow()
      throw error
    }
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => {})
    return mine
  }

  /** Looks again, until it can be seen. */
  #follow(): void {
    this.refresh().catch((error: unknown) => {
      // Otherwise the storage is closed.
      if (error instanceof Fault) setTimeout(() => this.#follow(), RETRY_MS).unref()
    })
  }

  /** What is not known may have been deployed by another node, whose notice is on its way. */
  async #lookFor(endpoint: string): Promise<Deployed | undefined> {
    await this.refresh()
    const entry = this.#known.byEndpoint(endpoint)
    return entry && (entry.deployed ?? this.#load(entry))
  }

  async #load(entry: Entry): Promise<Deployed> {
    const read = await this.#reader.read(entry.workflow.versionId)
    if (read === undefined) throw workflowMissing()
    // It may have been switched on or off meanwhile.
    const now = this.#known.byVersion(entry.workflow.versionId) ?? entry
    return (now.deployed ??= deployedOf(now.workflow, read.plan))
  }

  async #loadOlder(versionId: number): Promise<Deployed> {
    const read = await this.#reader.read(versionId)
    if (read === undefined) {
      throw new Fault('version_missing', 'the version that this run started with is gone', {
        hint: 'Its workflow was deleted; deploy it again and send the request anew.'
      })
    }
    return this.#known.keep(this.#known.older(versionId) ?? this.#olderOf(read))
  }

  #olderOf({ row, plan, name }: ReadVersion): Deployed {
    const workflow = this.#known.byId(row.workflow_id)?.workflow
    return {
      workflowId: row.workflow_id,
      name,
      versionId: row.id,
      version: row.number,
      deploymentId: row.deployment_id,
      endpoint: workflow?.endpoint ?? '',
      enabled: workflow?.enabled ?? false,
      plan
    }
  }
}

/** A server always has a builder, and a build has every step: otherwise it is a mistake of ours. */
function unbuilt(): never {
  throw new Error('code was not built')
}
