/**
 * One step of a definition that is being written. What is wrong with others is no matter, so that a step can be filled in
 * and tried while they are unfinished; but whatever says what is secret counts, wherever it stands (I1).
 */
import type { Build, CodeProblem, CodeToBuild } from './building.ts'
import type { Catalogue } from './catalogue.ts'
import type { CodeSettings } from './code-plan.ts'
import { definitionSchema, type Definition } from './definition.ts'
import { everyWritten, type WrittenStep } from './each-plan.ts'
import { asObject, type Mistake, type Path, type Report } from './mistakes.ts'
import type { RefuseNative } from './native-plan.ts'
import { finish, startOf, type InnerStep, type Plan, type PlannedStep } from './plan.ts'
import { whenProblem } from './schedule-schema.ts'
import { check } from './schema-mistakes.ts'
import { checkData, readText } from './source.ts'
import { Sources } from './sources.ts'
import { draftSteps, unbuilt, type Draft } from './step-drafts.ts'

export interface PartMakings {
  catalogue: Catalogue
  /** Of the code of the step, once it was built. */
  build: Build | undefined
  refuseNative: RefuseNative
}

/** A step as far as it is written. */
export interface Part {
  written: Readonly<Record<string, unknown>>
  /** Undefined where it does not say what it does, or where that is a mistake. */
  drafted: Draft
  settings: CodeSettings
  build: Build | undefined
  /** Names of the steps before it. */
  before: string[]
  /** The name of the `each` that it is a step of. */
  each: string | undefined
  /** Everything that is wrong with the step. */
  mistakes(): Mistake[]
  /** The plan of a run of this step alone. For a step of the workflow’s own, not of an `each`. */
  plan(): Plan | { mistakes: Mistake[] }
}

export type PartReading =
  | Part
  /** There is code to build first; `told` says what is wrong with it, by its place in the definition. */
  | { toBuild: CodeToBuild[]; told(problems: readonly CodeProblem[]): Mistake[] }
  /** The definition cannot be read, or not so far as the step needs it. */
  | { mistakes: Mistake[] }

/** Reads a definition for the sake of the step of this name. Never throws. */
export function readPart(text: string, name: string, makings: PartMakings): PartReading {
  const around = read(text, makings)
  if ('mistakes' in around) return around
  const { raw, drafts, report, settings } = around
  const all = [...everyWritten(stepsOf(raw))]
  const found = all.find(({ step }) => nameOf(step) === name)
  if (found === undefined) return { mistakes: [{ path: 'steps', message: 'there is no step of this name' }] }
  if (settings === undefined) return { mistakes: report.about(['settings']) }
  const drafted = draftAt(drafts, found.path)
  const toBuild = unbuilt(drafted)
  if (toBuild.length > 0) return { toBuild, told: (problems) => tell(problems, report, found.path) }
  return {
    written: asObject(found.step) ?? {},
    drafted,
    settings,
    build: makings.build,
    each: found.each,
    before: stepsOf(raw)
      .slice(0, Number(found.path[1]))
      .flatMap((step) => nameOf(step) ?? []),
    mistakes: () => report.about(found.path),
    plan: () => planOf({ ...around, settings }, found, makings.build)
  }
}

/** What a definition says of secrets, as far as it is finished. */
export function readSecrets(text: string, makings: PartMakings): SecretPlan | { mistakes: Mistake[] } {
  const around = read(text, makings)
  if ('mistakes' in around) return around
  const settings = around.settings ?? definitionSchema.shape.settings.parse(undefined)
  const steps = stepsOf(around.raw).map((written, i) => finishAsFar(written, around.drafts[i], { settings }))
  return secretsOf(around, steps, settings)
}

/** The part of a plan that says what is secret. */
export type SecretPlan = Pick<Plan, 'innerSteps' | 'eventSources' | 'exportSources' | 'code'>

interface Around {
  raw: Readonly<Record<string, unknown>>
  report: Report
  sources: Sources
  drafts: readonly Draft[]
  /** Undefined where they are mistaken. */
  settings: Definition['settings'] | undefined
}

function read(text: string, { catalogue, build, refuseNative }: PartMakings): Around | { mistakes: Mistake[] } {
  const { data, usable, report } = readText(text)
  if (!usable || !checkData(data, report)) return { mistakes: report.list() }
  const raw = asObject(data) ?? {}
  const settings = check(definitionSchema.shape.settings, raw['settings'], report, ['settings'])
  const written = asObject(raw['settings'])
  const sources = new Sources(asObject(written?.['env']))
  const drafts = draftSteps(raw, { catalogue, build, refuseNative, settings: written, partial: true }, sources, report)
  return { raw, report, sources, drafts, settings }
}

function secretsOf(
  { sources }: Around,
  steps: readonly (readonly PlannedStep[])[],
  settings: Definition['settings']
): SecretPlan {
  return {
    innerSteps: steps.flat().flatMap((each): readonly InnerStep[] => (each.kind === 'each' ? each.steps : [each])),
    eventSources: sources.ofEvent(),
    exportSources: sources.ofExports(),
    code: settings
  }
}

function stepsOf(raw: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Array.isArray(raw['steps']) ? raw['steps'] : []
}

function nameOf(step: unknown): string | undefined {
  const name = asObject(step)?.['name']
  return typeof name === 'string' ? name : undefined
}

/** `['steps', 1]`, or `['steps', 1, 'steps', 0]` within an `each`. */
function draftAt(drafts: readonly Draft[], [, index, , inner]: Path): Draft {
  const draft = drafts[Number(index)]
  if (inner === undefined) return draft
  return draft?.kind === 'each' ? draft.steps[Number(inner)] : undefined
}

function tell(problems: readonly CodeProblem[], report: Report, path: Path): Mistake[] {
  for (const { path: where, at, ...problem } of problems) report.add(where, problem, at ?? 'value')
  return report.about(path)
}

function planOf(
  around: Around & { settings: Definition['settings'] },
  found: WrittenStep,
  build: Build | undefined
): Plan | { mistakes: Mistake[] } {
  const { raw, report, drafts, settings } = around
  const step = check(STEP, found.step, report, found.path)
  const trigger = check(definitionSchema.shape.trigger, raw['trigger'], report, ['trigger'])
  const name = check(definitionSchema.shape.name, raw['name'], report, ['name'])
  const when = whenProblem(raw['trigger'])
  if (when !== undefined) report.add(['trigger'], when)
  const mistakes = report.about(found.path, ['trigger'], ['name'])
  if (step === undefined || trigger === undefined || name === undefined || mistakes.length > 0) return { mistakes }
  const definition = { name, trigger, steps: [step], settings }
  const at = Number(found.path[1])
  const planned = stepsOf(raw).map((written, i) =>
    i === at ? finish(step, drafts[i], definition) : finishAsFar(written, drafts[i], definition)
  )
  return {
    definition,
    ...startOf(trigger),
    ...secretsOf(around, planned, settings),
    steps: planned[at] ?? [],
    ...(build === undefined ? {} : { build })
  }
}

const STEP = definitionSchema.shape.steps.element

/** Other steps say what of the event is whose credential, as far as they are finished. */
function finishAsFar(written: unknown, draft: Draft, definition: Pick<Definition, 'settings'>): PlannedStep[] {
  const step = STEP.safeParse(written)
  return step.success ? finish(step.data, draft, definition) : []
}
