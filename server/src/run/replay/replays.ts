/**
 * Replays: a new run that takes over what an ended one has finished, and fills a keyring of its own. The old run's is gone
 * (I5), so what its request brought is asked for.
 *
 * A replay is a run of the current version, where that is the same up to the step that it begins with; otherwise of the
 * version that the old run had.
 */
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import type { Inherited } from '../../engine/port.ts'
import { recordedRun, type RecordedRun } from '../../history/recorded-run.ts'
import type { Keyring } from '../../secrets/keyring.ts'
import type { Reader } from '../../storage/tx.ts'
import type { Deployed, Workflow } from '../../workflow/versions.ts'
import type { Intake } from '../intake.ts'
import { broughtBy, withValues, type Brought } from './brought.ts'
import { courseOf, withTexts, type Course } from './course.ts'

/** A credential that a replay asks for. */
export interface AskedCredential {
  path: string
  app: string
  field: string
  /** Whether a step that runs binds it. */
  required: boolean
  steps: string[]
}

/** What a replay would do, and what it needs. */
export interface ReplayOffer {
  workflow: string
  version: number
  credentials: AskedCredential[]
  /** Steps that are taken over. */
  taken: string[]
  /** Steps that run. */
  runs: string[]
  /** Of those that run: what has finished before, and runs again because its secrets are gone. */
  again: string[]
}

export interface ReplayRequest {
  fromStep?: string
  /** Values by the path that they were asked for. */
  credentials: Readonly<Record<string, string>>
  /** Another event, with its secrets in clear. */
  event?: JsonObject
}

export interface ReplayParts {
  reader: () => Reader
  versions: {
    byVersion(versionId: number): Deployed | Promise<Deployed>
    workflowById(id: number): Workflow | undefined
  }
  intake: Pick<Intake, 'accept'>
}

interface Prepared extends Course {
  deployed: Deployed
  event: Json
  brought: Brought[]
  credentials: AskedCredential[]
}

export class Replays {
  readonly #parts: ReplayParts

  constructor(parts: ReplayParts) {
    this.#parts = parts
  }

  /**
   * Undefined where history has no such run.
   * @throws Fault `run_unfinished`, `run_not_kept`, `step_not_reached` (409), `step_missing` (404), `version_missing`, `version_unreadable`
   */
  async offer(run: string, fromStep: string | undefined): Promise<ReplayOffer | undefined> {
    const recorded = await recordedRun(this.#parts.reader(), run)
    if (recorded === undefined) return undefined
    const { deployed, credentials, taken, runs, again } = await this.#prepare(recorded, fromStep)
    return { workflow: deployed.name, version: deployed.version, credentials, taken, runs, again }
  }

  /**
   * Starts the new run; returns its id. Undefined where history has no such run.
   * @throws Fault as `offer`; `credential_unasked` (400), `credential_missing` (422), and what `Intake.accept` throws
   */
  async start(run: string, { fromStep, credentials, event }: ReplayRequest): Promise<string | undefined> {
    const recorded = await recordedRun(this.#parts.reader(), run)
    if (recorded === undefined) return undefined
    const prepared = await this.#prepare(recorded, fromStep)
    const values = valuesOf(prepared, credentials, event === undefined)
    const raw = event ?? withValues(prepared.event, values)
    const { run: id } = await this.#parts.intake.accept(prepared.deployed, {
      event: raw as JsonObject,
      nostore: false,
      replay: { of: run, inherit: (keyring) => inheritWith(keyring, prepared.inherited, values) }
    })
    return id
  }

  async #prepare(run: RecordedRun, fromStep: string | undefined): Promise<Prepared> {
    if (!run.ended) throw unfinished()
    const { event } = run
    if (typeof event !== 'object' || event === null || Array.isArray(event)) throw notKept()
    const [deployed, steps, waits] = await Promise.all([this.#versionFor(run, fromStep), run.steps(), run.waits()])
    const brought = broughtBy(event, deployed.plan.eventSources)
    const handles = new Set(brought.map(({ handle }) => handle))
    const course = courseOf(deployed.plan.steps, { steps, waits }, fromStep, handles)
    return { ...course, deployed, event, brought, credentials: asked(brought, course, deployed) }
  }

  async #versionFor(run: RecordedRun, fromStep: string | undefined): Promise<Deployed> {
    const { versions } = this.#parts
    const current = versions.workflowById(run.workflowId)
    if (current === undefined || current.versionId === run.versionId) return versions.byVersion(run.versionId)
    const [before, now] = await Promise.all([versions.byVersion(run.versionId), versions.byVersion(current.versionId)])
    return fromStep === undefined || sameUpTo(fromStep, before, now) ? now : before
  }
}

function sameUpTo(step: string, { plan: before }: Deployed, { plan: now }: Deployed): boolean {
  const upTo = ({ definition: { steps } }: Deployed['plan']): string | undefined => {
    const index = steps.findIndex(({ name }) => name === step)
    return index === -1 ? undefined : JSON.stringify(steps.slice(0, index))
  }
  const first = upTo(now)
  return first !== undefined && first === upTo(before)
}

/** A step of an `each` uses what it uses when the `each` runs. */
function asked(brought: readonly Brought[], { runs }: Course, { plan }: Deployed): AskedCredential[] {
  const running = new Set(
    plan.steps
      .filter(({ name }) => runs.includes(name))
      .flatMap((step) => [step.name, ...(step.kind === 'each' ? step.steps.map(({ name }) => name) : [])])
  )
  return brought.map(({ path, app, field, steps }) => {
    const using = [...steps].filter((name) => running.has(name))
    return { path, app, field, required: using.length > 0, steps: using }
  })
}

/** What stands for each handle of the old run now. */
function valuesOf(
  { brought, credentials: askedFor }: Prepared,
  given: Readonly<Record<string, string>>,
  needed: boolean
): Map<string, string> {
  const known = new Set(askedFor.map(({ path }) => path))
  if (Object.keys(given).some((path) => !known.has(path))) throw unasked()
  const missing = askedFor.filter(({ path, required }) => required && (given[path] ?? '') === '')
  if (needed && missing.length > 0) throw missingCredentials(missing.map(({ path }) => path))
  return new Map(
    brought.flatMap(({ handle, path }) => {
      const value = given[path]
      return value === undefined || value === '' ? [] : [[handle, value] as const]
    })
  )
}

/** Handles of the old run become those of the new one; what the new keyring does not hold stays what it was: dead. */
function inheritWith(
  keyring: Keyring,
  inherited: readonly Inherited[],
  values: ReadonlyMap<string, string>
): Inherited[] {
  const handles = new Map<string, string>()
  for (const [old, value] of values) {
    const now = keyring.scrub(value)
    if (typeof now === 'string' && now !== value) handles.set(old, now)
  }
  return withTexts(inherited, (value) => keyring.scrub(withValues(value, handles)))
}

function unfinished(): Fault {
  return new Fault('run_unfinished', 'this run has not ended, so there is nothing to replay yet', {
    status: 409,
    hint: 'Wait for its end, or cancel it.'
  })
}

function notKept(): Fault {
  return new Fault('run_not_kept', 'nothing of this run’s event was kept, so it cannot be replayed', {
    status: 409,
    hint: 'Its workflow keeps nothing (`settings.retention.keep: false`), or retention is taking the run away: send the request again.'
  })
}

function unasked(): Fault {
  return new Fault('credential_unasked', 'a credential stands under a path that this replay does not ask for', {
    status: 400,
    hint: 'Ask with `GET /runs/{id}/replay` what it needs.'
  })
}

/** Paths are names, and no values. */
function missingCredentials(paths: readonly string[]): Fault {
  return new Fault('credential_missing', `this replay needs what the request brought: ${paths.join(', ')}`, {
    status: 422,
    hint: 'A run’s credentials are gone with it: send them again, each under its path.'
  })
}
