import { shapeOf, type ActionDefinition, type AppDefinition, type Places } from '@bellhop/sdk'
import { isUnlisted } from './foreign-action.ts'
import { hostOfUrl, readHost } from './hosts.ts'
import { asObject, choices, quote, unknownWord, type Path, type Problem } from './mistakes.ts'
import { credentialInClear, credentialUnsaid, type Site } from './prop-plan.ts'
import { dynamicParts, type PlannedValue } from './references.ts'
import { lacking } from './required-fields.ts'
import { isEvent } from './sources.ts'
import { planStore, type PlannedStore } from './store-plan.ts'

/** Where a credential may go and stand, for an app that has no hosts of its own; absent for all others. */
interface Placement {
  /** `host` or `host:port`, lower case, as a URL parser writes them. */
  hosts?: readonly string[]
  places?: Places
}

/** How a step gets one app's credentials, checked: every required field is bound. */
export type PlannedBinding =
  | ({
      kind: 'runtime'
      app: AppDefinition
      fields: Readonly<Record<string, PlannedValue>>
      /** Whether it is paths of the trigger's event alone, so that it can be evaluated before the run is accepted. */
      early: boolean
    } & Placement)
  | ({ kind: 'account'; app: AppDefinition; account: string } & Placement)
  | ({ kind: 'store'; app: AppDefinition; store: PlannedStore } & Placement)

const WAYS: readonly string[] = ['account', 'runtime', 'store', 'external_user']

/**
 * Plans a step's bindings, one for each app of its action, under the name that the action gives the app.
 * `url` is the step's planned `url` prop: the host of an app without hosts of its own.
 */
export function planAuth(
  action: ActionDefinition,
  written: unknown,
  url: PlannedValue | undefined,
  site: Site
): Record<string, PlannedBinding> {
  const { apps } = shapeOf(action)
  const auth = asObject(written) ?? {}
  const planned: Record<string, PlannedBinding> = {}
  for (const [name, binding] of Object.entries(auth)) {
    const app = Object.hasOwn(apps, name) ? apps[name] : undefined
    const path = [...site.path, 'auth', name]
    if (app === undefined) site.report.add(path, unknownApp(action, name), 'key')
    else {
      const one = planBinding(app, binding, url, { ...site, path })
      if (one !== undefined) planned[name] = one
    }
  }
  for (const [name, app] of Object.entries(apps)) {
    if (Object.hasOwn(auth, name) || app.auth.optional === true) continue
    const message = `${quote(action.key)} uses ${app.name}, and this step does not say with whose credentials`
    site.report.add([...site.path, 'auth', name], { message, suggestion: `auth:\n  ${name}:\n${exampleOf(app, site)}` })
  }
  return planned
}

function unknownApp(action: ActionDefinition, name: string): Problem {
  const known = Object.keys(shapeOf(action).apps)
  if (known.length === 0) return { message: `${quote(action.key)} uses no app, so it takes no \`auth\`` }
  return unknownWord('app', name, known, quote(action.key))
}

/** The YAML of a runtime binding for all that the app requires; of an account, where no request brings credentials. */
function exampleOf(app: AppDefinition, { scope }: Site): string {
  if (scope.trigger.type === 'schedule') return '    account: NAME'
  const lines = requiredFields(app).map((field) => `      ${field}: "{{steps.trigger.event.body.${field}}}"`)
  return ['    runtime:', ...lines].join('\n')
}

/** The fields of the first set that would do. */
function requiredFields(app: AppDefinition): string[] {
  const sets = app.auth.oneOf ?? []
  const listed = new Set(sets.flat())
  const single = Object.entries(app.auth.fields).filter(
    ([field, { optional }]) => optional !== true && !listed.has(field)
  )
  return [...single.map(([field]) => field), ...(sets[0] ?? [])]
}

function planBinding(
  app: AppDefinition,
  written: unknown,
  url: PlannedValue | undefined,
  site: Site
): PlannedBinding | undefined {
  const binding = asObject(written)
  if (binding === undefined) return undefined
  const given = WAYS.filter((way) => Object.hasOwn(binding, way))
  if (given.length !== 1) {
    const message =
      given.length === 0
        ? 'this binding does not say where the credentials come from'
        : `this binding says ${choices(given, 'and')} at once`
    const suggestion = given.length === 0 ? { suggestion: exampleOf(app, site).replace(/^ {4}/gm, '') } : {}
    site.report.add(site.path, { message, expected: 'exactly one of `runtime`, `store` and `account`', ...suggestion })
  }
  const fields = given.includes('runtime') ? planFields(app, binding['runtime'], site) : undefined
  const store = given.includes('store') ? planStore(app, binding['store'], site) : undefined
  const placement = planPlacement(app, binding, url, site)
  if (store !== undefined) {
    if (isUnlisted(app) && store.fields === undefined)
      site.report.add([...site.path, 'store', 'fields'], namesFields(app))
    return { kind: 'store', app, store, ...placement }
  }
  const { account } = binding
  if (typeof account === 'string') {
    if (account.includes('{{')) {
      site.report.add([...site.path, 'account'], { message: 'an account is named; a reference is not supported here' })
    }
    return { kind: 'account', app, account, ...placement }
  }
  if (fields === undefined) return undefined
  const early = Object.values(fields).every((value) => dynamicParts(value).every(isOfEvent))
  return { kind: 'runtime', app, fields, early, ...placement }
}

function isOfEvent(part: ReturnType<typeof dynamicParts>[number]): boolean {
  return part.kind === 'reference' && part.env !== true && isEvent(part.path)
}

function planFields(app: AppDefinition, written: unknown, site: Site): Record<string, PlannedValue> | undefined {
  const runtime = asObject(written)
  if (runtime === undefined) return undefined
  const base = [...site.path, 'runtime']
  const fields: Record<string, PlannedValue> = {}
  for (const [field, value] of Object.entries(runtime)) {
    const path = [...base, field]
    const declared = Object.hasOwn(app.auth.fields, field) ? app.auth.fields[field] : undefined
    if (declared === undefined) {
      site.report.add(path, unknownWord('field', field, Object.keys(app.auth.fields), app.name), 'key')
    } else if (typeof value === 'string') {
      fields[field] = planField(app, field, value, path, site)
    }
  }
  const at = site.scope.trigger.type === 'http' ? 'trigger.event.body' : 'fetch.$return_value'
  const missing = lacking(app, runtime, (field) => `"{{steps.${at}.${field}}}"`)
  if (missing !== undefined) site.report.add(base, missing)
  return fields
}

function planField(app: AppDefinition, field: string, text: string, path: Path, site: Site): PlannedValue {
  const before = site.report.count
  const value = site.scope.compile(text, path, site.report)
  if (app.auth.fields[field]?.secret === false) return value
  site.sources.add(value, path, { app: app.app, field, step: site.step, use: 'binding' })
  if (!site.scope.brings(value) && site.report.count === before)
    site.report.add(path, text.trim() === '' ? credentialUnsaid(field) : credentialInClear(field))
  return value
}

function planPlacement(
  app: AppDefinition,
  binding: Readonly<Record<string, unknown>>,
  url: PlannedValue | undefined,
  site: Site
): Placement {
  if (!isUnlisted(app) && Object.hasOwn(binding, 'not_secret')) {
    const message = `${app.name} says itself which of its fields are secret: leave ${quote('not_secret')} out`
    site.report.add([...site.path, 'not_secret'], { message }, 'key')
  }
  if (app.hosts.length > 0) {
    for (const key of ['hosts', 'places']) {
      if (!Object.hasOwn(binding, key)) continue
      const message = `${app.name} says itself where its credentials go: leave ${quote(key)} out`
      site.report.add([...site.path, key], { message }, 'key')
    }
    return {}
  }
  const hosts = planHosts(app, binding['hosts'], url, site)
  const places = planPlaces(binding['places'])
  return { ...(hosts === undefined ? {} : { hosts }), ...(places === undefined ? {} : { places }) }
}

/** The hosts that the binding lists or else the literal host of the step's URL; one of the two there must be. */
function planHosts(
  app: AppDefinition,
  written: unknown,
  url: PlannedValue | undefined,
  site: Site
): readonly string[] | undefined {
  const target = url === undefined ? undefined : hostOfUrl(url)
  if (!Array.isArray(written)) {
    // A URL that is a mistake is reported at the URL.
    if (target?.kind === 'literal') return [target.host]
    if (target?.kind !== 'wrong') site.report.add(site.path, openHost(app))
    return undefined
  }
  const hosts: string[] = []
  written.forEach((item: unknown, index) => {
    if (typeof item !== 'string') return
    const read = readHost(item)
    if ('host' in read) hosts.push(read.host)
    else site.report.add([...site.path, 'hosts', index], read.problem)
  })
  if (target?.kind === 'literal' && hosts.length === written.length && !hosts.includes(target.host)) {
    const message = `the step's URL goes to ${quote(target.host)}, which \`hosts\` does not list`
    site.report.add([...site.path, 'hosts'], { message, suggestion: 'leave `hosts` out: the URL says it' })
  }
  return hosts
}

function namesFields(app: AppDefinition): Problem {
  return {
    message: `${app.name} is in no catalogue, so the binding has to say which fields of the secret are its credentials`,
    expected: 'its fields, each with the name that the secret has for it',
    suggestion: 'fields: { api_key: token }'
  }
}

function openHost(app: AppDefinition): Problem {
  if (isUnlisted(app)) {
    return {
      message: `${app.name} is in no catalogue, so the binding has to say where its credentials may go`,
      expected: '`hosts`, a list of the exact hosts; and `places`, where they stand elsewhere than in a header',
      suggestion: 'hosts: [api.example.com]'
    }
  }
  return {
    message: `the credential's host is open: the URL's host is not written out before its first reference, and ${app.name} has none`,
    expected: '`hosts`, a list of the exact hosts that the credential may go to',
    suggestion: 'hosts: [api.example.com]'
  }
}

function planPlaces(written: unknown): Places | undefined {
  const places = asObject(written)
  if (places === undefined) return undefined
  const { headers } = places
  return {
    headers: Array.isArray(headers) ? names(headers).map((name) => name.toLowerCase()) : headers !== false,
    query: names(places['query']),
    body: names(places['body'])
  }
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
}
