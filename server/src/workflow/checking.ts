/**
 * A definition that is being written, judged: its mistakes, and what is known of its steps all the same, so that an editor
 * can say it while other steps still have mistakes. Builds nothing.
 */
import { shapeOf, type AppDefinition, type JsonObject } from '@bellhop/sdk'
import { sayBinding, wayOf, type Way } from './binding-words.ts'
import type { Build } from './building.ts'
import type { Catalogue } from './catalogue.ts'
import { everyWritten, isEach, itemName } from './each-plan.ts'
import { asObject, isObject, type Mistake } from './mistakes.ts'
import type { RefuseNative } from './native-plan.ts'
import { planRead, readDefinition, type EventKnowledge, type Plan } from './plan.ts'
import { parseTemplate, references, type PlannedValue } from './references.ts'
import type { Draft } from './step-drafts.ts'

/** How a step gets an app's credentials. */
export interface CheckedBinding {
  /** The app's slug. */
  app: string
  kind: Way
  /** One sentence: what the run does. */
  says: string
}

export interface CheckedStep {
  name: string
  /** By the name that the step gives the app. */
  auth: Record<string, CheckedBinding>
  /** Everything that it refers to, as it is written, each once. */
  references: string[]
}

export interface Checked {
  mistakes: Mistake[]
  warnings: Mistake[]
  /** As it was written; null where it is no definition at all. */
  definition: JsonObject | null
  /** All steps, those of an `each` behind it; null where there is no definition. */
  steps: CheckedStep[] | null
  /** Where nothing is wrong and nothing is to be built. */
  plan?: Plan
}

/** Never throws for what an author can write. As `makePlan`. */
export function checkDefinition(
  text: string,
  catalogue: Catalogue,
  build?: Build,
  refuseNative?: RefuseNative
): Checked {
  const read = readDefinition(text, catalogue, build, refuseNative)
  const planning = planRead(read, build)
  const definition = isObject(read.data) ? read.data : null
  const steps = definition && stepsOf(definition, read.drafts)
  const known = { definition, steps }
  if ('mistakes' in planning) return { ...known, mistakes: planning.mistakes, warnings: [] }
  if ('toBuild' in planning) return { ...known, mistakes: [], warnings: [] }
  return { ...known, mistakes: [], warnings: planning.warnings, plan: planning.plan }
}

/** What a definition knows of its event, as far as it is written. Never throws for what an author can write. */
export function knowledgeOf(text: string, catalogue: Catalogue): EventKnowledge {
  const read = readDefinition(text, catalogue)
  const planning = planRead(read)
  if ('plan' in planning) return planning.plan
  return { innerSteps: [], eventSources: read.sources.ofEvent(), code: { env: {} } }
}

function stepsOf(definition: JsonObject, drafts: readonly Draft[]): CheckedStep[] {
  const steps = Array.isArray(definition['steps']) ? definition['steps'] : []
  const written = [...everyWritten(steps)]
  const items = written.filter(({ step }) => isEach(step)).map(({ step }) => itemName(step))
  return written.flatMap(({ step, path }) => {
    const name = asObject(step)?.['name']
    if (!isObject(step) || typeof name !== 'string') return []
    return [{ name, auth: bindingsOf(step, draftAt(drafts, path), items), references: referencesOf(step, items) }]
  })
}

/** `['steps', 2]`, or `['steps', 2, 'steps', 0]` within an `each`. */
function draftAt(drafts: readonly Draft[], [, index, , inner]: readonly (string | number)[]): Draft {
  const draft = drafts[Number(index)]
  return inner !== undefined && draft?.kind === 'each' ? draft.steps[Number(inner)] : draft
}

function bindingsOf(step: Record<string, unknown>, draft: Draft, items: readonly string[]): CheckedStep['auth'] {
  const apps: Readonly<Record<string, AppDefinition>> = draft?.kind === 'use' ? shapeOf(draft.action).apps : {}
  const auth = asObject(step['auth']) ?? {}
  const names = [...new Set([...Object.keys(apps), ...Object.keys(auth)])]
  return Object.fromEntries(
    names.map((name) => {
      const app = Object.hasOwn(apps, name) ? apps[name] : undefined
      const binding = asObject(auth[name])
      const kind = wayOf(binding)
      const says = sayBinding(binding, { app, name, read: (value) => sourcesOf(value, items) })
      return [name, { app: app?.app ?? name, kind, says }]
    })
  )
}

/** Of an `each` only its list: its steps are told apart. */
function referencesOf(step: Record<string, unknown>, items: readonly string[]): string[] {
  const parts = isEach(step) ? step['each'] : [step['props'], step['auth'], step['end_if']]
  return sourcesOf(parts, items)
}

/** What texts anywhere in a value refer to. */
function sourcesOf(value: unknown, items: readonly string[]): string[] {
  const found = new Set<string>()
  const visit = (part: unknown): void => {
    if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) visit(inner)
    if (typeof part !== 'string') return
    const parsed: PlannedValue = parseTemplate(part, items).value
    for (const { source } of references(parsed)) found.add(source)
  }
  visit(value)
  return [...found]
}
