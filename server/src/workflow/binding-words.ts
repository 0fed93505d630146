/** Bindings in words: what a run does to get a step's credentials, in one sentence. Never quotes what may be a credential. */
import type { AppDefinition } from '@bellhop/sdk'
import { asObject, choices, quote } from './mistakes.ts'

const WAYS = ['runtime', 'store', 'account', 'external_user'] as const

/** How a step gets an app's credentials; `none`: it does not say. */
export type Way = (typeof WAYS)[number] | 'none'

interface Bound {
  /** The app, where it is known. */
  app: AppDefinition | undefined
  /** What the step calls it. */
  name: string
  /** What a value refers to. */
  read: (value: unknown) => string[]
}

export function wayOf(binding: Readonly<Record<string, unknown>> | undefined): Way {
  return WAYS.find((way) => binding !== undefined && Object.hasOwn(binding, way)) ?? 'none'
}

/** @param binding as it is written, mistakes and all */
export function sayBinding(binding: Readonly<Record<string, unknown>> | undefined, bound: Bound): string {
  const to = hostsOf(binding, bound)
  const title = bound.app?.name ?? bound.name
  switch (wayOf(binding)) {
    case 'runtime':
      return sayRuntime(asObject(binding?.['runtime']) ?? {}, to, bound)
    case 'store':
      return sayStore(asObject(binding?.['store']) ?? {}, to)
    case 'account':
      return `Every run uses ${accountOf(binding)} and sends it to ${to} only.`
    case 'external_user':
      return `Each run uses the ${title} account of the user whom the request names, and sends it to ${to} only.`
    default:
      if (bound.app === undefined || bound.app.auth.optional === true) return `Runs use ${title} without credentials.`
      return `Nobody has said yet with whose credentials this step uses ${title}.`
  }
}

function sayRuntime(fields: Readonly<Record<string, unknown>>, to: string, { read }: Bound): string {
  const names = Object.keys(fields)
  if (names.length === 0) return 'Each run brings its own credential: nobody has said yet where it is.'
  const sources = read(fields)
  const from = sources.length === 0 ? 'a place that nobody has said yet' : choices(sources, 'and')
  return `Each run takes ${choices(names, 'and')} from ${from}, sends it to ${to} only, and forgets it at its end.`
}

function sayStore({ from, path, key, connection }: Readonly<Record<string, unknown>>, to: string): string {
  const which = [path, key, connection].find((text) => typeof text === 'string')
  const secret = which === undefined ? 'a secret' : `the secret ${quote(which)}`
  const store = typeof from === 'string' ? `the store ${quote(from)}` : 'a store'
  return `When this step runs, it fetches ${secret} from ${store}, sends it to ${to} only, and forgets it at the run’s end.`
}

function accountOf(binding: Readonly<Record<string, unknown>> | undefined): string {
  const account = binding?.['account']
  return typeof account === 'string' ? `the connected account ${quote(account)}` : 'a connected account'
}

/** Those of the app, or of the binding where the app has none. */
function hostsOf(binding: Readonly<Record<string, unknown>> | undefined, { app }: Bound): string {
  const written = binding?.['hosts']
  const listed = Array.isArray(written) ? written.filter((host) => typeof host === 'string') : []
  const hosts = app !== undefined && app.hosts.length > 0 ? app.hosts : listed
  return hosts.length === 0 ? 'the host of its request' : choices(hosts, 'and')
}
