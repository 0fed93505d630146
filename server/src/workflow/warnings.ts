/** What a valid definition probably does not mean. A warning never stops a deploy. */
import { hostOfUrl, isLoopback } from './hosts.ts'
import { shapeOf, type ActionDefinition, type JsonObject } from '@bellhop/sdk'
import { isUnlisted } from './foreign-action.ts'
import { asObject, formatPath, quote, type Mistake, type Path, type Problem, type Report } from './mistakes.ts'
import { type InnerStep, type Plan, type PlannedBinding } from './plan.ts'
import { Composite, expressionsOf, Template, type PlannedValue, type Reference } from './references.ts'
import type { Schedule } from './schedule.ts'
import type { Sources } from './sources.ts'

/** @param written the definition as it came, without defaults */
export function warn(plan: Plan, written: JsonObject, sources: Sources, report: Report): void {
  for (const { source, at, guessed } of sources.found) {
    const what = formatPath(['steps', ...source.path])
    if (guessed === true) report.add(at, guessedSource(what))
    if (guessed === true || source.item !== undefined || !isBroad(source.path)) continue
    const message = `everything in ${quote(what)} becomes a secret: refer to the credential itself`
    report.add(at, { message, suggestion: `{{${what}.${source.field}}}` })
  }
  warnSchedule(plan.schedule, report)
  warnVariables(plan, report)
  plan.steps.forEach((step, index) => {
    if (step.kind !== 'each') return warnStep(step, ['steps', index], plan, { sources, report })
    step.steps.forEach((inner, place) => warnStep(inner, ['steps', index, 'steps', place], plan, { sources, report }))
    if (asObject(written['settings'])?.['timeout'] !== undefined) return
    const seconds = plan.definition.settings.timeout / 1000
    const message = `the steps of all items together may take ${seconds} s, which is the whole run’s time`
    report.add(['steps', index, 'each'], { message, suggestion: 'settings: { timeout: 1h }' })
  })
}

/** A credential in a definition is there for whoever reads definitions. */
function warnVariables({ code }: Plan, report: Report): void {
  for (const [name, value] of Object.entries(code.env)) {
    if (typeof value !== 'string' || !CREDENTIAL_NAME.test(name)) continue
    const message = `${quote(name)} looks like a credential that stands in the definition for all to see`
    report.add(['settings', 'env', name], { message, suggestion: `{ secret: ${name} }` })
  }
}

const CREDENTIAL_NAME = /(?:^|_)(?:token|secret|password|passwd|api_?key|private_?key|access_?key)$/i

/** An item that an expression made of other things: which of them is the credential nobody can tell. */
function guessedSource(what: string): Problem {
  return {
    message: `everything in ${quote(what)} becomes a secret: the list’s expression makes new items`,
    expected:
      'a list of elements as they are (`filter`, `slice`, `toSorted`, `concat`), or `map((one) => ({ token: one.token }))`'
  }
}

/** Whoever says `every: 1d` and a time zone probably means midnight there. */
function warnSchedule(schedule: Schedule | undefined, report: Report): void {
  if (schedule === undefined || !('every' in schedule) || UTC.test(schedule.timezone)) return
  if (schedule.every % DAY_MS !== 0) return
  const message = `\`every\` counts from midnight in UTC, which is no midnight in ${quote(schedule.timezone)}`
  report.add(['trigger', 'every'], { message, expected: 'a `cron` expression, which is at home in its time zone' })
}

const DAY_MS = 86_400_000
const UTC = /^(?:Etc\/)?(?:UTC|UCT|GMT|Zulu|Universal|Greenwich)$/i

/** What there is besides definitions, for those that name it. */
export interface Inventory {
  account(app: string, name: string): Promise<boolean>
  /** The store of this name: its kind, as people call that, and what a binding says to name a secret in it. */
  store(name: string): Promise<{ kind: string; title: string; lookup: string } | undefined>
  envSecret(name: string): Promise<boolean>
}

/**
 * Accounts, stores and secrets that a plan names and that nobody has added yet; adding one later does as well. Not a part of the
 * plan, which is the same whatever there is.
 */
export async function notYet({ steps, code }: Plan, there: Inventory): Promise<Mistake[]> {
  const all = steps.flatMap((step, index): [InnerStep, Path][] =>
    step.kind === 'each'
      ? step.steps.map((inner, place) => [inner, ['steps', index, 'steps', place]])
      : [[step, ['steps', index]]]
  )
  const lacks = all.flatMap(([step, path]): Lack[] => {
    if (step.kind !== 'use') return []
    const bindings = Object.entries(step.auth).map(([name, binding]): Lack => [
      [...path, 'auth', name],
      lackOf(binding, there)
    ])
    const stores = Object.entries(step.stores).map(([name, store]): Lack => [
      [...path, 'props', name],
      misfit(step.action, name, store, there)
    ])
    return [...bindings, ...stores]
  })
  const secrets = Object.entries(code.env).map(([name, value]): Lack => [
    ['settings', 'env', name],
    typeof value === 'string' ? Promise.resolve(undefined) : lackOfSecret(value.secret, there)
  ])
  const told = [...lacks, ...secrets].map(async ([path, lack]): Promise<Mistake[]> => {
    const message = await lack
    return message === undefined ? [] : [{ path: formatPath(path), message }]
  })
  return (await Promise.all(told)).flat()
}

/** A place in a definition, and what is not there for it, if something is not. */
type Lack = [Path, Promise<string | undefined>]

async function lackOfSecret(name: string, there: Inventory): Promise<string | undefined> {
  if (await there.envSecret(name)) return undefined
  return `there is no secret ${quote(name)} in the environment yet: set it with \`bellhop env set ${name}\``
}

async function lackOf(binding: PlannedBinding, there: Inventory): Promise<string | undefined> {
  if (binding.kind === 'account' && !(await there.account(binding.app.app, binding.account))) {
    const unlisted = isUnlisted(binding.app) ? ' --unlisted' : ''
    const connect = `\`bellhop accounts add ${binding.app.app} ${binding.account}${unlisted}\``
    return `there is no ${binding.app.name} account ${quote(binding.account)} yet: connect it with ${connect}`
  }
  if (binding.kind !== 'store') return undefined
  const { from, lookup } = binding.store
  const store = await there.store(from)
  if (store === undefined) return noStore(from)
  if (store.lookup === lookup.by) return undefined
  return `the store ${quote(from)} is ${store.title}, which takes ${quote(store.lookup)} and not ${quote(lookup.by)}`
}

/** What is wrong with the store that a step works with. */
async function misfit(
  action: ActionDefinition,
  prop: string,
  name: string,
  there: Inventory
): Promise<string | undefined> {
  const store = await there.store(name)
  if (store === undefined) return noStore(name)
  const kinds = shapeOf(action).stores[prop]?.kinds ?? []
  if (kinds.includes(store.kind)) return undefined
  return `the store ${quote(name)} is ${store.title}, and ${quote(action.key)} works with one of the kind ${kinds.join(' or ')}`
}

function noStore(name: string): string {
  return `there is no store ${quote(name)} yet: add it with \`bellhop stores add ${name} <kind>\``
}

/** A whole event, or a whole part of one; a body can be a credential as it is, but hardly ever is. */
function isBroad(path: readonly (string | number)[]): boolean {
  if (path[0] === 'trigger') return path.length <= 2 || (path.length === 3 && PARTS.has(String(path[2])))
  return path.length === 1
}

const PARTS = new Set(['body', 'headers', 'query'])

/** What a step is judged by, and told to. */
interface Judging {
  sources: Sources
  report: Report
}

function warnStep(step: InnerStep, path: Path, plan: Plan, { sources, report }: Judging): void {
  if (step.kind !== 'use') return
  const { definition } = plan
  for (const [name, binding] of Object.entries(step.auth)) {
    if (binding.kind !== 'account' || plan.http?.auth.type !== 'none') continue
    const message = `whoever learns this workflow's URL acts with the account ${quote(binding.account)}`
    report.add([...path, 'auth', name], { message, suggestion: 'trigger.auth: { type: token }' })
  }
  const url = hostOfUrl(step.props['url'] ?? null)
  if (url.kind === 'literal' && url.plain && !isLoopback(url.host) && Object.keys(step.auth).length > 0) {
    const message = 'credentials leave over TLS only: this request will be refused'
    report.add([...path, 'props', 'url'], { message, suggestion: '`https://`' })
  }
  for (const [name, app] of Object.entries(shapeOf(step.action).apps)) {
    if (!isUnlisted(app) || Object.hasOwn(step.auth, name)) continue
    const message = `${quote(name)} is used without credentials: bind them, if the app needs any`
    report.add([...path, 'auth', name], { message, expected: 'a binding with `runtime` or `store`, and `hosts`' })
  }
  if (step.code?.reveal === true) {
    const message = 'its code gets real credentials, and could hand on what it makes of them to any host of `egress`'
    report.add([...path, 'reveal'], { message, expected: 'handles, wherever the code only sends them to their app' })
  }
  if (step.timeoutMs > definition.settings.timeout) {
    report.add([...path, 'timeout'], { message: 'longer than `settings.timeout`, which ends the run before' })
  }
  for (const [name, value] of Object.entries(step.props)) {
    if (shapeOf(step.action).inputs[name]?.secret === true) continue
    const apart = expressionsOf(value).flatMap(({ reads }) =>
      reads.filter((read) => read.apart && isBound(read, sources))
    )
    for (const { source } of apart) {
      const message = `here an expression sees a handle in place of ${quote(source)}: what it makes of it is no part of the credential`
      report.add([...path, 'props', name], { message, expected: 'the expression in the binding that uses it' })
    }
  }
  for (const found of credentialKeys(step.props, [...path, 'props'])) {
    const message = 'this looks like a credential that no binding protects: history will show it'
    report.add(found, { message, expected: 'a `runtime` binding under `auth`, which makes it a secret' })
  }
}

/** Whether it is, or is a part of, what some binding uses as a credential. */
function isBound({ path, item }: Reference, sources: Sources): boolean {
  return sources.found.some(({ source }) =>
    item === true
      ? source.item !== undefined && startsWith(path.slice(1), source.item)
      : source.item === undefined && startsWith(path, source.path)
  )
}

function startsWith(path: Reference['path'], begin: Reference['path']): boolean {
  return begin.length <= path.length && begin.every((key, index) => key === path[index])
}

const CREDENTIAL_KEY = /^(?:authorization|proxy-authorization|cookie|x-api-key|api[-_]?key|password)$/i

/** Keys of headers and the like whose values are text, with or without references. */
function credentialKeys(value: PlannedValue | Record<string, PlannedValue>, path: Path): Path[] {
  return entriesOf(value).flatMap(([key, inner]) => {
    const here = [...path, value instanceof Composite && value.list ? Number(key) : key]
    const text = (typeof inner === 'string' && inner !== '') || inner instanceof Template
    return CREDENTIAL_KEY.test(key) && text ? [here] : credentialKeys(inner, here)
  })
}

function entriesOf(value: PlannedValue | Record<string, PlannedValue>): readonly (readonly [string, PlannedValue])[] {
  if (value instanceof Composite) return value.entries
  if (value instanceof Template || typeof value !== 'object' || value === null) return []
  return Object.entries(value)
}
