/**
 * From a definition to a plan: everything that can be known before a run is known here, once. A plan is immutable and
 * shared by all runs of its version; making one is pure.
 */
import { shapeOf, type ActionDefinition, type Json, type JsonObject } from '@bellhop/sdk'
import { planAuth, type PlannedBinding } from './binding-plan.ts'
import type { Catalogue } from './catalogue.ts'
import { planCondition, type Condition } from './condition.ts'
import {
  definitionSchema,
  kindsOf,
  stepName,
  type Definition,
  type InnerStepDefinition,
  type StepDefinition
} from './definition.ts'
import { checkItemName, everyWritten, innerOf, isEach, itemName, planList } from './each-plan.ts'
import { hostOfUrl } from './hosts.ts'
import { asObject, isObject, quote, Report, unknownWord, type Mistake, type Path } from './mistakes.ts'
import { planProps, planStores, type Site } from './prop-plan.ts'
import { references, Template, type PlannedValue } from './references.ts'
import { check } from './schema-mistakes.ts'
import { scheduleOf, whenProblem } from './schedule-schema.ts'
import type { Schedule } from './schedule.ts'
import { Scope, triggerScope, type ScopedStep } from './scope.ts'
import { checkData, readText } from './source.ts'
import { isEvent, Sources, type SecretSource } from './sources.ts'
import { anonymousProblem } from './store-plan.ts'
import type { HttpTrigger } from './trigger-schema.ts'
import { warn } from './warnings.ts'

export type { PlannedBinding } from './binding-plan.ts'
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
  /** One reference, alone. */
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
}

/** `written` is the definition as it came, as data. */
export type Planning = { plan: Plan; written: JsonObject; warnings: Mistake[] } | { mistakes: Mistake[] }

/**
 * Makes the plan of a definition, or says everything that is wrong with it. Text is read as YAML or JSON, anything
 * else is taken as data. Never throws for what an author can write.
 */
export function makePlan(input: unknown, catalogue: Catalogue): Planning {
  const source = typeof input === 'string' ? readText(input) : { data: input, usable: true, report: new Report() }
  const { data, usable, report } = source
  if (!usable || !checkData(data, report)) return { mistakes: report.list() }
  const definition = check(definitionSchema, data, report)
  const sources = new Sources()
  // What the schema refuses in one place is no reason to keep silent about the rest, so this works on the raw data.
  const raw = asObject(data)
  const when = whenProblem(raw?.['trigger'])
  if (when !== undefined) report.add(['trigger'], when)
  const drafts = draftSteps(raw, catalogue, sources, report)
  if (definition !== undefined) {
    checkWhole(definition, report)
    checkAnonymous(definition, sources, report)
  }
  if (definition === undefined || !report.empty || !isObject(data)) return { mistakes: report.list() }
  const steps = definition.steps.flatMap((step, index) => finish(step, drafts[index], definition))
  const plan: Plan = {
    definition,
    ...startOf(definition.trigger),
    steps,
    innerSteps: steps.flatMap((step) => (step.kind === 'each' ? step.steps : [step])),
    eventSources: sources.ofEvent(),
    exportSources: sources.ofExports()
  }
  warn(plan, data, sources, report)
  return { plan, written: data, warnings: report.list() }
}

function startOf(trigger: Definition['trigger']): Pick<Plan, 'http' | 'schedule'> {
  if (trigger.type === 'http') return { http: trigger }
  const schedule = scheduleOf(trigger)
  return schedule === undefined ? {} : { schedule }
}

/** A step as far as the raw definition says it. */
type Draft =
  | Pick<InnerStep & { kind: 'use' }, 'kind' | 'action' | 'props' | 'auth' | 'stores'>
  | { kind: 'end_if'; condition: Condition }
  | { kind: 'each'; list: Template | undefined; steps: Draft[] }
  | undefined

type Around = Omit<Site, 'step' | 'path'>

function draftSteps(
  raw: Record<string, unknown> | undefined,
  catalogue: Catalogue,
  sources: Sources,
  report: Report
): Draft[] {
  const steps: unknown[] = Array.isArray(raw?.['steps']) ? raw['steps'] : []
  const names = namesOf(steps, report)
  const eachs = [...everyWritten(steps)].filter(({ step, each }) => each === undefined && isEach(step))
  for (const { step, path } of eachs) checkItemName(step, path, new Set(names.keys()), report)
  const scope = new Scope(
    names,
    triggerScope(raw?.['trigger']),
    eachs.map(({ step }) => itemName(step)).filter((name) => name !== 'steps')
  )
  return steps.map((step, index) => draftStep(step, ['steps', index], catalogue, { scope, report, sources }))
}

function draftStep(step: unknown, path: Path, catalogue: Catalogue, around: Around): Draft {
  if (!isObject(step)) return undefined
  const name = typeof step['name'] === 'string' ? step['name'] : undefined
  // The schema judges a step by its kind; of one whose kind is a mistake, it has not seen the name.
  if (kindsOf(step).length !== 1) check(stepName, step['name'], around.report, [...path, 'name'])
  around.scope.enter(name)
  const site = { ...around, step: name ?? '', path }
  return isEach(step) ? draftEach(step, catalogue, site) : draft(step, catalogue, site)
}

function draftEach(step: Record<string, unknown>, catalogue: Catalogue, { step: _name, path, ...around }: Site): Draft {
  const { scope, report, sources } = around
  const list = planList(step['each'], [...path, 'each'], scope, report)
  scope.open(itemName(step))
  sources.goOver(list && references(list)[0]?.path)
  const steps = innerOf(step).map((inner, index) =>
    // One within another is a mistake that the schema tells.
    isEach(inner) ? undefined : draftStep(inner, [...path, 'steps', index], catalogue, around)
  )
  sources.goOver(undefined)
  scope.close()
  return { kind: 'each', list, steps }
}

function namesOf(steps: readonly unknown[], report: Report): ReadonlyMap<string, ScopedStep> {
  const names = new Map<string, ScopedStep>()
  for (const { step, path, each } of everyWritten(steps)) {
    const name = asObject(step)?.['name']
    if (typeof name !== 'string') continue
    if (names.has(name)) report.add([...path, 'name'], { message: `there are two steps named ${quote(name)}` })
    else {
      const exports = isObject(step) && !('delay' in step || 'end_if' in step)
      names.set(name, { name, exports, ...(each === undefined ? {} : { each }) })
    }
  }
  return names
}

function draft(step: Record<string, unknown>, catalogue: Catalogue, site: Site): Draft {
  if ('end_if' in step) {
    const condition = planCondition(step['end_if'], [...site.path, 'end_if'], site.scope, site.report)
    return condition && { kind: 'end_if', condition }
  }
  if (typeof step['use'] !== 'string') return undefined
  const action = catalogue.action(step['use'])
  if (action === undefined) {
    const keys = catalogue.actions().map(({ key }) => key)
    site.report.add([...site.path, 'use'], unknownWord('action', step['use'], keys))
    checkReferences(step, site)
    return undefined
  }
  const props = planProps(action, step['props'], site)
  checkUrl(action, props['url'], site)
  const stores = planStores(action, step['props'], site)
  return { kind: 'use', action, props, stores, auth: planAuth(action, step['auth'], props['url'], site) }
}

/** Of a step whose action is unknown only the references can be judged. */
function checkReferences(step: Record<string, unknown>, { path, scope, report }: Site): void {
  for (const part of ['props', 'auth']) {
    if (isObject(step[part])) scope.compile(step[part] as Json, [...path, part], report)
  }
}

/** The `url` of an action whose app has no hosts of its own says where the request, and any credential, goes. */
function checkUrl(action: ActionDefinition, url: PlannedValue | undefined, { path, report }: Site): void {
  if (typeof url === 'object' && !(url instanceof Template)) return
  if (url === undefined || !Object.values(shapeOf(action).apps).some((app) => app.hosts.length === 0)) return
  const target = hostOfUrl(url)
  if (target.kind === 'wrong') report.add([...path, 'props', 'url'], target.problem)
}

function checkWhole(definition: Definition, report: Report): void {
  const { trigger, steps, settings } = definition
  const noAnswer = !steps.some((step) => 'use' in step || 'each' in step)
  if (trigger.type === 'http' && trigger.respond.mode === 'last_step' && noAnswer) {
    report.add(['trigger', 'respond'], {
      message: 'no step returns anything to respond with',
      expected: 'a `use` or an `each` step'
    })
  }
  const { backoff, max_backoff: most } = settings.retry
  if (backoff > most) report.add(['settings', 'retry', 'backoff'], { message: 'longer than `max_backoff`' })
  const checkRetry = (step: StepDefinition, path: Path): void => {
    if ('each' in step) step.steps.forEach((inner, index) => checkRetry(inner, [...path, 'steps', index]))
    if (!('use' in step) || step.retry === undefined) return
    if ((step.retry.backoff ?? backoff) > (step.retry.max_backoff ?? most)) {
      report.add([...path, 'retry'], { message: '`backoff` is longer than `max_backoff`' })
    }
  }
  steps.forEach((step, index) => checkRetry(step, ['steps', index]))
}

/** Whose credential a store is asked for is not for strangers to choose. */
function checkAnonymous({ trigger }: Definition, sources: Sources, report: Report): void {
  if (trigger.type !== 'http' || trigger.auth.type !== 'none' || trigger.allow_anonymous) return
  for (const { path, source, at } of sources.lookups) {
    if (isEvent(path)) report.add(at, anonymousProblem(source))
  }
}

/** The planned step; nothing where there is no draft, which a definition without mistakes does not have. */
function finish(step: StepDefinition, drafted: Draft, definition: Definition): PlannedStep[] {
  if (!('each' in step)) return finishInner(step, drafted, definition)
  if (drafted?.kind !== 'each' || drafted.list === undefined) return []
  const { name, as, concurrency, on_error: onError } = step
  const steps = step.steps.flatMap((inner, index) => finishInner(inner, drafted.steps[index], definition))
  return [{ kind: 'each', name, list: drafted.list, as, concurrency, onError, steps }]
}

function finishInner(step: InnerStepDefinition, drafted: Draft, { settings }: Definition): InnerStep[] {
  if ('delay' in step) return [{ kind: 'delay', name: step.name, ms: step.delay }]
  if (drafted === undefined || drafted.kind === 'each') return []
  if (drafted.kind === 'end_if' || !('use' in step))
    return drafted.kind === 'end_if' ? [{ ...drafted, name: step.name }] : []
  const retry: Retry = {
    attempts: step.retry?.attempts ?? settings.retry.attempts,
    backoffMs: step.retry?.backoff ?? settings.retry.backoff,
    maxBackoffMs: step.retry?.max_backoff ?? settings.retry.max_backoff
  }
  return [{ ...drafted, name: step.name, retry, timeoutMs: step.timeout ?? settings.timeout }]
}
