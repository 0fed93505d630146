/** Steps as far as a raw definition says them, mistakes and all: the first half of making a plan. */
import { shapeOf, type ActionDefinition, type Json } from '@bellhop/sdk'
import { planAuth } from './binding-plan.ts'
import type { Build, CodeToBuild } from './building.ts'
import type { Catalogue } from './catalogue.ts'
import { codeOf, isCode, revealProblem } from './code-plan.ts'
import { planCondition, type Condition } from './condition.ts'
import { kindsOf, stepName } from './definition.ts'
import { checkItemName, everyWritten, innerOf, isEach, itemName, itemSource, planList } from './each-plan.ts'
import { toAction } from './foreign-action.ts'
import { hostOfUrl } from './hosts.ts'
import { asObject, isObject, quote, Report, unknownWord, type Path } from './mistakes.ts'
import { checkNoApp, nativeAction, nativeOf, type PlannedNative, type RefuseNative } from './native-plan.ts'
import type { InnerStep } from './plan.ts'
import { planProps, planStores, type Site } from './prop-plan.ts'
import { Template, type PlannedValue } from './references.ts'
import { check } from './schema-mistakes.ts'
import { Scope, triggerScope, type ScopedStep } from './scope.ts'
import type { Sources } from './sources.ts'
/** A step as far as the raw definition says it. */
export type Draft =
  | Pick<InnerStep & { kind: 'use' }, 'kind' | 'action' | 'code' | 'native' | 'props' | 'auth' | 'stores'>
  | { kind: 'unbuilt'; code: CodeToBuild }
  | { kind: 'end_if'; condition: Condition }
  | { kind: 'each'; list: Template | undefined; steps: Draft[] }
  | undefined

type Around = Omit<Site, 'step' | 'path'>

/** What steps are made of. */
interface Makings {
  catalogue: Catalogue
  build: Build | undefined
  /** Left out where what is planned was deployed before. */
  refuseNative: RefuseNative | undefined
  /** As they are written. */
  settings: Record<string, unknown> | undefined
  /** Only a part of the definition is looked at: what is not built binds secrets all the same. */
  partial?: true
}

/** The code of a step, or of the steps in it, that is not built yet. */
export function unbuilt(draft: Draft): CodeToBuild[] {
  if (draft?.kind === 'each') return draft.steps.flatMap(unbuilt)
  return draft?.kind === 'unbuilt' ? [draft.code] : []
}

/** Drafts all steps in order, and reports what is wrong with them. */
export function draftSteps(
  raw: Record<string, unknown> | undefined,
  makings: Makings,
  sources: Sources,
  report: Report
): Draft[] {
  const steps: unknown[] = Array.isArray(raw?.['steps']) ? raw['steps'] : []
  const names = namesOf(steps, report)
  const eachs = [...everyWritten(steps)].filter(({ step, each }) => each === undefined && isEach(step))
  for (const { step, path } of eachs) checkItemName(step, path, new Set(names.keys()), report)
  const scope = new Scope(names, triggerScope(raw?.['trigger']), {
    items: eachs.map(({ step }) => itemName(step)).filter((name) => name !== 'steps'),
    variables: asObject(makings.settings?.['env']) ?? {}
  })
  return steps.map((step, index) => draftStep(step, ['steps', index], makings, { scope, report, sources }))
}

function draftStep(step: unknown, path: Path, makings: Makings, around: Around): Draft {
  if (!isObject(step)) return undefined
  const name = typeof step['name'] === 'string' ? step['name'] : undefined
  // The schema judges a step by its kind; of one whose kind is a mistake, it has not seen the name.
  if (kindsOf(step).length !== 1) check(stepName, step['name'], around.report, [...path, 'name'])
  around.scope.enter(name)
  const site = { ...around, step: name ?? '', path }
  return isEach(step) ? draftEach(step, makings, site) : draft(step, makings, site)
}

function draftEach(step: Record<string, unknown>, makings: Makings, { step: name, path, ...around }: Site): Draft {
  const { scope, report, sources } = around
  const list = planList(step['each'], [...path, 'each'], scope, report)
  scope.open(itemName(step))
  sources.goOver(list && itemSource(name, list))
  const steps = innerOf(step).map((inner, index) =>
    // One within another is a mistake that the schema tells.
    isEach(inner) ? undefined : draftStep(inner, [...path, 'steps', index], makings, around)
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

function draft(step: Record<string, unknown>, makings: Makings, site: Site): Draft {
  if ('end_if' in step) {
    const condition = planCondition(step['end_if'], [...site.path, 'end_if'], site.scope, site.report)
    return condition && { kind: 'end_if', condition }
  }
  const unfit = revealProblem(step, makings.settings)
  if (unfit !== undefined) site.report.add([...site.path, 'reveal'], unfit)
  const native = nativeOf(step, site.step)
  if (native !== undefined) return draftNative(native, step, makings, site)
  checkNoApp(step, site)
  if (isCode(step)) return draftCode(step, makings, site)
  if (typeof step['use'] !== 'string') return undefined
  const { catalogue } = makings
  const action = catalogue.action(step['use'])
  if (action === undefined) {
    const keys = catalogue.actions().map(({ key }) => key)
    site.report.add([...site.path, 'use'], unknownWord('action', step['use'], keys))
    checkReferences(step, site)
    if (makings.partial) noteBound(step, catalogue, site)
    return undefined
  }
  const drafted = draftUse(action, step, site)
  checkUrl(action, drafted.props['url'], site)
  return { ...drafted, auth: planAuth(action, step['auth'], drafted.props['url'], site) }
}

/** A step whose action is what a build makes of its code; until then its references can be judged. */
function draftCode(step: Record<string, unknown>, { catalogue, build, partial }: Makings, site: Site): Draft {
  const code = codeOf(step, site)
  const built = code && build && Object.hasOwn(build.steps, code.step) ? build.steps[code.step] : undefined
  if (code === undefined || built === undefined) {
    checkReferences(step, site)
    if (partial) noteBound(step, catalogue, site)
    return code && { kind: 'unbuilt', code }
  }
  const { entry, action: foreign } = built
  const action = toAction(foreign, catalogue, { name: code.step, auth: step['auth'] })
  // What its code does with a prop named `url` is not known, so that says nothing of where credentials go.
  const auth = planAuth(action, step['auth'], undefined, site)
  return {
    ...draftUse(action, step, site, foreign.additionalProps),
    auth,
    code: { entry, foreign, reveal: step['reveal'] === true }
  }
}

/** A step in Python or Bash: there is nothing to build. */
function draftNative(
  native: PlannedNative,
  step: Record<string, unknown>,
  { catalogue, refuseNative }: Makings,
  site: Site
): Draft {
  const refusal = refuseNative?.(native.language)
  if (refusal !== undefined) site.report.add([...site.path, 'language'], refusal)
  const foreign = nativeAction(native, step, site)
  // What cannot be an app is told already.
  const written = Object.entries(asObject(step['auth']) ?? {}).filter(([name]) => Object.hasOwn(foreign.props, name))
  const auth = Object.fromEntries(written)
  const action = toAction(foreign, catalogue, { name: site.step, auth })
  return { ...draftUse(action, step, site, true), auth: planAuth(action, auth, undefined, site), native }
}

function draftUse(action: ActionDefinition, step: Record<string, unknown>, site: Site, open = false) {
  const props = planProps(action, step['props'], site, open)
  const stores = planStores(action, step['props'], site)
  return { kind: 'use' as const, action, props, stores }
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

/** What a step takes as a credential whose apps are not known yet: it is secret where it comes from (I1). */
function noteBound(
  step: Record<string, unknown>,
  catalogue: Catalogue,
  { step: name, path, scope, sources }: Site
): void {
  for (const [app, written] of Object.entries(asObject(step['auth']) ?? {})) {
    const binding = asObject(written)
    const open: unknown[] = Array.isArray(binding?.['not_secret']) ? binding['not_secret'] : []
    for (const [field, value] of Object.entries(asObject(binding?.['runtime']) ?? {})) {
      if (open.includes(field) || catalogue.app(app)?.auth.fields[field]?.secret === false) continue
      const at = [...path, 'auth', app, 'runtime', field]
      // What is wrong with it has been reported.
      sources.add(scope.compile(value as Json, at, new Report()), at, { app, field, step: name, use: 'binding' })
    }
  }
}
