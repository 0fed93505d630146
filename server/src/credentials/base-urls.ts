import { Fault, type AppDefinition } from '@bellhop/sdk'
import type { HostRule } from '../secrets/keyring.ts'

/**
 * The operator's `BELLHOP_APP_<SLUG>_BASE_URL` settings: where an app's API is, when it is not where its vendor has it
 * (a self-hosted edition, a test's stand-in). The operator may name an http address; nobody else may.
 */
export class BaseUrls {
  readonly #overrides: ReadonlyMap<string, URL>

  /** @throws Fault `bad_base_url` for a value that is not an http(s) URL, naming the variable */
  constructor(env: Readonly<Record<string, string | undefined>>) {
    const overrides = new Map<string, URL>()
    for (const [name, value] of Object.entries(env)) {
      const slug = /^BELLHOP_APP_([A-Z0-9_]+)_BASE_URL$/.exec(name)?.[1]?.toLowerCase()
      if (slug !== undefined && value !== undefined) overrides.set(slug, parseBaseUrl(name, value))
    }
    this.#overrides = overrides
  }

  /** Where the app's API is, without a trailing slash; empty for an app that has no fixed place. */
  of(app: AppDefinition): string {
    return (this.#overrides.get(app.app)?.href ?? app.baseUrl ?? '').replace(/\/+$/, '')
  }

  /** The override's host, which may then take the app's credentials, over plain HTTP too if the operator wrote so. */
  hostOf(app: AppDefinition): HostRule | undefined {
    const url = this.#overrides.get(app.app)
    return url === undefined ? undefined : ruleOf(url)
  }

  /** Every overridden host: the operator named it, so a ban on private ranges does not cover it. */
  hosts(): HostRule[] {
    return [...this.#overrides.values()].map(ruleOf)
  }
}

function ruleOf(url: URL): HostRule {
  return {
    host: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(url.protocol === 'http:' ? { plain: true as const } : {})
  }
}

function parseBaseUrl(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '') return url
  throw new Fault('bad_base_url', `${name} is not an http or https URL without user name and query`, {
    hint: `Set ${name}=https://host/path, or unset it.`
  })
}
