/** What a valid definition probably does not mean. A warning never stops a deploy. */
import { hostOfUrl, isLoopback } from './hosts.ts'
import { formatPath, quote, type Mistake, type Path, type Report } from './mistakes.ts'
import type { Plan, PlannedStep } from './plan.ts'
import { Composite, references, Template, type PlannedValue } from './references.ts'
import type { Sources } from './sources.ts'

export function warn(plan: Plan, sources: Sources, report: Report): void {
  for (const { source, at } of sources.found) {
    if (!isBroad(source.path)) continue
    const what = formatPath(['steps', ...source.path])
    const message = `everything in ${quote(what)} becomes a secret: refer to the credential itself`
    report.add(at, { message, suggestion: `{{${what}.${source.field}}}` })
  }
  plan.steps.forEach((step, index) => warnStep(step, ['steps', index], plan, report))
}

/**
 * Accounts that a plan names and that nobody has connected yet; connecting one later does as well. Not a part of the
 * plan, which is the same whatever accounts there are.
 */
export function missingAccounts({ steps }: Plan, connected: (app: string, name: string) => boolean): Mistake[] {
  return steps.flatMap((step, index) =>
    Object.entries(step.kind === 'use' ? step.auth : {}).flatMap(([name, binding]) => {
      if (binding.kind !== 'account' || connected(binding.app.app, binding.account)) return []
      const connect = `\`bellhop accounts add ${binding.app.app} ${binding.account}\``
      const message = `there is no ${binding.app.name} account ${quote(binding.account)} yet: connect it with ${connect}`
      return { path: formatPath(['steps', index, 'auth', name]), message }
    })
  )
}

/** A whole event, or a whole part of one; a body can be a credential as it is, but hardly ever is. */
function isBroad(path: readonly (string | number)[]): boolean {
  if (path[0] === 'trigger') return path.length <= 2 || (path.length === 3 && PARTS.has(String(path[2])))
  return path.length === 1
}

const PARTS = new Set(['body', 'headers', 'query'])

function warnStep(step: PlannedStep, path: Path, plan: Plan, report: Report): void {
  if (step.kind !== 'use') return
  const { definition } = plan
  for (const [name, binding] of Object.entries(step.auth)) {
    if (binding.kind !== 'account' || definition.trigger.auth.type !== 'none') continue
    const message = `whoever learns this workflow's URL acts with the account ${quote(binding.account)}`
    report.add([...path, 'auth', name], { message, suggestion: 'trigger.auth: { type: token }' })
  }
  const url = hostOfUrl(step.props['url'] ?? null)
  if (url.kind === 'literal' && url.plain && !isLoopback(url.host) && Object.keys(step.auth).length > 0) {
    const message = 'credentials leave over TLS only: this request will be refused'
    report.add([...path, 'props', 'url'], { message, suggestion: '`https://`' })
  }
  if (step.timeoutMs > definition.settings.timeout) {
    report.add([...path, 'timeout'], { message: 'longer than `settings.timeout`, which ends the run before' })
  }
  for (const found of credentialKeys(step.props, [...path, 'props'])) {
    const message = 'this looks like a credential that no binding protects: history will show it'
    report.add(found, { message, expected: 'a `runtime` binding under `auth`, which makes it a secret' })
  }
}

const CREDENTIAL_KEY = /^(?:authorization|proxy-authorization|cookie|x-api-key|api[-_]?key|password)$/i

/** Keys of headers and the like whose values are text, with or without references. */
function credentialKeys(value: PlannedValue | Record<string, PlannedValue>, path: Path): Path[] {
  return entriesOf(value).flatMap(([key, inner]) => {
    const here = [...path, value instanceof Composite && value.list ? Number(key) : key]
    const text =
      (typeof inner === 'string' && inner !== '') || (inner instanceof Template && references(inner).length > 0)
    return CREDENTIAL_KEY.test(key) && text ? [here] : credentialKeys(inner, here)
  })
}

function entriesOf(value: PlannedValue | Record<string, PlannedValue>): readonly (readonly [string, PlannedValue])[] {
  if (value instanceof Composite) return value.entries
  if (value instanceof Template || typeof value !== 'object' || value === null) return []
  return Object.entries(value)
}
