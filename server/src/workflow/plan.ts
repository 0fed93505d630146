/**
 * From a definition to a plan: everything that can be known before a run is known here, once. A plan is immutable and
 * shared by all runs of its version; making one is pure.
 */
import type { ActionDefinition, Json, JsonObject } from '@bellhop/sdk'
import type { PlannedBinding } from './binding-plan.ts'
import type { Build, CodeToBuild } from './building.ts'
import type { Catalogue } from './catalogue.ts'
import { isCode, type CodeSettings, type PlannedCode } from './code-plan.ts'
import type { Condition } from './condition.ts'
import { definitionSchema, type Definition, type InnerStepDefinition, type StepDefinition } from './definition.ts'
import { asObject, isObject, Report, type Mistake, type Path } from './mistakes.ts'
import type { PlannedNative, RefuseNative } from './native-plan.ts'
import type { Template, PlannedValue } from './references.ts'
import { check } from './schema-mistakes.ts'
import { scheduleOf, whenProblem } from './schedule-schema.ts'
import type { Schedule } from './schedule.ts'
import { checkData, readText } from './source.ts'
import { isEvent, Sources, type SecretSource } from './sources.ts'
import { draftSteps, unbuilt, type Draft } from './step-drafts.ts'
import { anonymousProblem } from './store-plan.ts'
import type { HttpTrigger } from './trigger-schema.ts'
import { warn } from './warnings.ts'

export type { PlannedBinding } from './binding-plan.ts'
export type { CodeSettings, PlannedCode } from './code-plan.ts'
export type { Condition } from './condition.ts'
export type { Mistake } from './mistakes.ts'
export type { SecretSource } from './sources.ts'

/** How often and how patiently a step is tried, resolved from step, settings and defaults; times in milliseconds. */
interface Retry {
  attempts: number
  backoffMs: number
  maxBackoffMs: number
}

/** A step that may stand in an `each`. */
export type InnerStep =
  | {
      kind: 'use'
      name: string
      action: ActionDefinition
      /** Set where the action's code is a stranger's, which runs in the sandbox (I7). */
      code?: PlannedCode
      /** Set where the step is a script for an interpreter of the machine. */
      native?: PlannedNative
      /** What the definition gives; the action's defaults are filled in at run time. */
      props: Readonly<Record<string, PlannedValue>>
      /** By the name that the action gives the app. An app without an entry is used without credentials. */
      auth: Readonly<Record<string, PlannedBinding>>
      /** Names of configured stores, by the name that the action gives each. */
      stores: Readonly<Record<string, string>>
      retry: Retry
      /** Time for one attempt; the settings' whole time where the step says nothing. */
      timeoutMs: number
    }
  | { kind: 'delay'; name: string; ms: number }
  | { kind: 'end_if'; name: string; condition: Condition }

export interface EachStep {
  kind: 'each'
  name: string
  /** One reference or expression, alone. */
  list: Template
  /** What references call the item; no step has that name. */
  as: string
  concurrency: number
  onError: 'stop' | 'continue'
  steps: readonly InnerStep[]
}

export type PlannedStep = InnerStep | EachStep

export interface Plan {
  definition: Definition
  /** What starts it: one of the two. */
  http?: HttpTrigger
  schedule?: Schedule
  steps: readonly PlannedStep[]
  /** The same, in place of each `each` the steps that it goes through. */
  innerSteps: readonly InnerStep[]
  /** What the event brings that some binding or secret prop uses. */
  eventSources: readonly SecretSource[]
  /** The same for what steps leave, by the name of the step. */
  exportSources: ReadonlyMap<string, readonly SecretSource[]>
  /** What its code may reach and take. */
  code: CodeSettings
  /** Of the code of its steps, where some have code. */
  build?: Build
}

/** What has to be known to take the secrets out of an event. */
export type EventKnowledge = Pick<Plan, 'innerSteps' | 'eventSources'> & { code: Pick<CodeSettings, 'env'> }

/**
 * `written` is the definition as it came, as data. `toBuild`: nothing is wrong so far, and the steps with code can be
 * planned once this is built; `report` knows where in the text they stand.
 */
export type Planning =
  | { plan: Plan; written: JsonObject; warnings: Mistake[] }
  | { toBuild: CodeToBuild[]; written: JsonObject; report: Report }
  | { mistakes: Mistake[] }

/**
 * Makes the plan of a definition, or says everything that is wrong with it. Text is read as YAML or JSON, anything
 * else is taken as data. Never throws for what an author can write.
 * @param build of the definition's code, once it was built
 * @param refuseNative why steps in Python and Bash are refused; left out for what was deployed before
 */
export function makePlan(input: unknown, catalogue: Catalogue, build?: Build, refuseNative?: RefuseNative): Planning {
  return planRead(readDefinition(input, catalogue, build, refuseNative), build)
}

/** A definition as far as it could be read, mistakes and all. */
export interface ReadDefinition {
  /** As it came; undefined where it is no data at all. */
  data: Json | undefined
  definition: Definition | undefined
  /** One for each of its steps. */
  drafts: Draft[]
  sources: Sources
  report: Report
}

/** Reads a definition and all that can be known of it, reporting what is wrong. As `makePlan`. */
export function readDefinition(
  input: unknown,
  catalogue: Catalogue,
  build?: Build,
  refuseNative?: RefuseNative
): ReadDefinition {
  const source = typeof input === 'string' ? readText(input) : { data: input, usable: true, report: new Report() }
  const { data, usable, report } = source
  if (!usable || !checkData(data, report))
    return { data: undefined, definition: undefined, drafts: [], sources: new Sources(), report }
  const definition = check(definitionSchema, data, report)
  // What the schema refuses in one place is no reason to keep silent about the rest, so this works on the raw data.
  const raw = asObject(data)
  const settings = asObject(raw?.['settings'])
  const sources = new Sources(asObject(settings?.['env']))
  const when = whenProblem(raw?.['trigger'])
  if (when !== undefined) report.add(['trigger'], when)
  const drafts = draftSteps(raw, { catalogue, build, refuseNative, settings }, sources, report)
  if (definition !== undefined) {
    checkWhole(definition, report)
    checkAnonymous(definition, sources, report)
  }
  return { data, definition, drafts, sources, report }
}

/** The plan of what was read. */
export function planRead({ data, definition, drafts, sources, report }: ReadDefinition, build?: Build): Planning {
  if (definition === undefined || !report.empty || !isObject(data)) return { mistakes: report.list() }
  const toBuild = drafts.flatMap(unbuilt)
  if (toBuild.length > 0) return { toBuild, written: data, report }
  const steps = definition.steps.flatMap((step, index) => finish(step, drafts[index], definition))
  const plan: Plan = {
    definition,
    ...startOf(definition.trigger),
    steps,
    innerSteps: steps.flatMap((step) => (step.kind === 'each' ? step.steps : [step])),
    eventSources: sources.ofEvent(),
    exportSources: sources.ofExports(),
    code: definition.settings,
    ...(build === undefined ? {} : { build })
  }
  warn(plan, data, sources, report)
  return { plan, written: data, warnings: report.list() }
}

/** What starts it: one of the two. */
export function startOf(trigger: Definition['trigger']): Pick<Plan, 'http' | 'schedule'> {
  if (trigger.type === 'http') return { http: trigger }
  const schedule = scheduleOf(trigger)
  return schedule === undefined ? {} : { schedule }
}

function checkWhole(definition: Definition, report: Report): void {
  const { trigger, steps, settings } = definition
  const noAnswer = !steps.some((step) => runs(step) || 'each' in step)
  if (trigger.type === 'http' && trigger.respond.mode === 'last_step' && noAnswer) {
    report.add(['trigger', 'respond'], {
      message: 'no step returns anything to respond with',
      expected: 'a `use`, a `code` or an `each` step'
    })
  }
  const { backoff, max_backoff: most } = settings.retry
  if (backoff > most) report.add(['settings', 'retry', 'backoff'], { message: 'longer than `max_backoff`' })
  const checkRetry = (step: StepDefinition, path: Path): void => {
    if ('each' in step) step.steps.forEach((inner, index) => checkRetry(inner, [...path, 'steps', index]))
    if (!runs(step) || step.retry === undefined) return
    if ((step.retry.backoff ?? backoff) > (step.retry.max_backoff ?? most)) {
      report.add([...path, 'retry'], { message: '`backoff` is longer than `max_backoff`' })
    }
  }
  steps.forEach((step, index) => checkRetry(step, ['steps', index]))
}

function runs(step: StepDefinition): step is Extract<StepDefinition, { use: string } | { code: string }> {
  return 'use' in step || 'code' in step
}

/** Whose credential a store is asked for is not for strangers to choose. Code sees all of the event, and so may hand it on. */
function checkAnonymous({ trigger, steps }: Definition, sources: Sources, report: Report): void {
  if (trigger.type !== 'http' || trigger.auth.type !== 'none' || trigger.allow_anonymous) return
  const inner = steps.flatMap((step) => ('each' in step ? step.steps : [step]))
  const code = new Set(inner.filter(isCode).map(({ name }) => name))
  for (const { path, source, at } of sources.lookups) {
    if (isEvent(path) || code.has(String(path[0]))) report.add(at, anonymousProblem(source))
  }
}

/** The planned step; nothing where there is no draft, which a definition without mistakes does not have. */
export function finish(step: StepDefinition, drafted: Draft, definition: Pick<Definition, 'settings'>): PlannedStep[] {
  if (!('each' in step)) return finishInner(step, drafted, definition)
  if (drafted?.kind !== 'each' || drafted.list === undefined) return []
  const { name, as, concurrency, on_error: onError } = step
  const steps = step.steps.flatMap((inner, index) => finishInner(inner, drafted.steps[index], definition))
  return [{ kind: 'each', name, list: drafted.list, as, concurrency, onError, steps }]
}

function finishInner(
  step: InnerStepDefinition,
  drafted: Draft,
  { settings }: Pick<Definition, 'settings'>
): InnerStep[] {
  if ('delay' in step) return [{ kind: 'delay', name: step.name, ms: step.delay }]
  if (drafted?.kind === 'end_if') return [{ ...drafted, name: step.name }]
  if (drafted?.kind !== 'use' || !runs(step)) return []
  const retry: Retry = {
    attempts: step.retry?.attempts ?? settings.retry.attempts,
    backoffMs: step.retry?.backoff ?? settings.retry.backoff,
    maxBackoffMs: step.retry?.max_backoff ?? settings.retry.max_backoff
  }
  return [{ ...drafted, name: step.name, retry, timeoutMs: step.timeout ?? settings.timeout }]
}
