import type { BoundApp, FetchAnswer, FetchInit } from './action.ts'
import type { AppDefinition, Places } from './app.ts'
import { Fault } from './fault.ts'
import type { Json } from './json.ts'

interface Kept {
  handle: string
  value: string
  app: AppDefinition
  field: string
  /** Empty: any. */
  hosts: readonly string[]
  places: Places
}

type Place = keyof Places

/**
 * The door of the test harness: real HTTP through the runtime's `fetch`, with the rules of the real door in small.
 * Handles become secrets in the app's places on the app's hosts, are refused elsewhere in a header or URL, stay in
 * bodies with a warning, and plain occurrences of secrets in answers become handles.
 */
export class TestDoor {
  readonly warnings: string[] = []
  readonly #kept: Kept[] = []

  /** What `this.<app>` holds: handles for the secret fields, the others as they are. */
  bind(app: AppDefinition, fields: Readonly<Record<string, string>>, baseUrl?: string): BoundApp {
    const own = baseUrl === undefined ? [] : [new URL(baseUrl).hostname]
    const hosts = app.hosts.length === 0 ? [] : [...app.hosts.map((host) => fill(host, fields)), ...own]
    const places = placesOf(app, fields)
    const auth: Record<string, string> = {}
    for (const [field, value] of Object.entries(fields)) {
      auth[field] = value
      if (app.auth.fields[field]?.secret === false) continue
      auth[field] = `bhdl.${app.app}.${field}.${String(this.#kept.length).padStart(26, '0')}`
      this.#kept.push({ handle: auth[field], value, app, field, hosts, places })
    }
    return { $auth: auth, $baseUrl: (baseUrl ?? app.baseUrl ?? '').replace(/\/+$/, '') }
  }

  async fetch(text: string, init: FetchInit): Promise<FetchAnswer> {
    const url = new URL(text)
    for (const [name, value] of Object.entries(init.query ?? {})) {
      for (const one of Array.isArray(value) ? value : [value])
        if (one !== undefined) url.searchParams.append(name, `${one}`)
    }
    const body = encodeBody(init.body)
    const headers = new Headers({ ...(typeof init.body === 'object' ? JSON_TYPE : {}), ...init.headers })
    const answer = await fetch(this.#revealUrl(url), {
      method: init.method ?? 'GET',
      headers: [...headers].map(([name, value]) => [name, this.#revealHeader(name, value, url)]),
      body: typeof body === 'string' ? this.#revealBody(body, url) : (body ?? null),
      redirect: init.redirect ?? 'follow',
      signal: AbortSignal.timeout(init.timeoutMs ?? 30_000)
    })
    return this.#scrubbed(answer)
  }

  #revealUrl(url: URL): URL {
    const shown = new URL(url)
    shown.search = ''
    this.#refuse(shown.href, url, 'the URL')
    for (const [name, value] of url.searchParams) {
      shown.searchParams.append(name, this.#reveal(value, url, 'query', name) ?? this.#refuse(value, url, `?${name}`))
    }
    return shown
  }

  #revealHeader(name: string, value: string, url: URL): string {
    const pair = /^Basic (.+)$/i.exec(value)?.[1]
    if (pair !== undefined) {
      const shown = this.#revealHeader(name, Buffer.from(pair, 'base64').toString(), url)
      return `Basic ${Buffer.from(shown).toString('base64')}`
    }
    return this.#reveal(value, url, 'headers', name) ?? this.#refuse(value, url, `the header ${name}`)
  }

  #revealBody(body: string, url: URL): string {
    if (!body.includes('bhdl.')) return body
    const parsed = parse(body)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return this.#warn(body)
    for (const [name, value] of Object.entries(parsed)) {
      if (typeof value === 'string') parsed[name] = this.#reveal(value, url, 'body', name) ?? value
    }
    return this.#warn(JSON.stringify(parsed))
  }

  #warn(body: string): string {
    for (const { handle, app, field } of this.#kept) {
      if (body.includes(handle)) this.warnings.push(`${app.app}.${field} stays a handle in the body`)
    }
    return body
  }

  /** The text with its secrets; undefined where one may not stand in this place. */
  #reveal(text: string, url: URL, place: Place, name: string): string | undefined {
    let shown = text
    for (const { handle, value, app, field, hosts, places } of this.#kept) {
      if (!text.includes(handle)) continue
      const allowed = places[place]
      if (!(typeof allowed === 'boolean' ? allowed : allowed.includes(name))) return undefined
      if (hosts.length > 0 && !hosts.includes(url.hostname)) {
        throw new Fault('credential_wrong_host', `${app.app}.${field} may not go to ${url.hostname}`)
      }
      shown = shown.replaceAll(handle, value)
    }
    return shown
  }

  /** The text itself, if there is no handle in it. */
  #refuse(text: string, url: URL, where: string): string {
    const found = this.#kept.find(({ handle }) => text.includes(handle))
    if (found === undefined) return text
    const what = `${found.app.app}.${found.field}`
    throw new Fault('credential_misplaced', `${what} may not stand in ${where} of a request to ${url.hostname}`)
  }

  async #scrubbed(answer: Response): Promise<FetchAnswer> {
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const scrub = (text: string): string =>
      this.#kept.reduce((scrubbed, { handle, value }) => scrubbed.replaceAll(value, handle), text)
    const text = scrub(new TextDecoder().decode(bytes))
    return {
      status: answer.status,
      statusText: scrub(answer.statusText),
      headers: Object.fromEntries([...answer.headers].map(([name, value]) => [name, scrub(value)])),
      ok: answer.ok,
      text: () => Promise.resolve(text),
      json: () => {
        const value = parse(text)
        if (value !== undefined) return Promise.resolve(value)
        return Promise.reject(new Fault('vendor_bad_json', 'the answer is not JSON'))
      },
      bytes: () => Promise.resolve(bytes)
    }
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

function encodeBody(body: FetchInit['body']): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined || typeof body === 'string') return body
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function placesOf(app: AppDefinition, fields: Readonly<Record<string, string>>): Places {
  const { headers, query, body } = app.places ?? { headers: true, query: [], body: [] }
  const filled = (names: readonly string[]): string[] => names.map((name) => fill(name, fields))
  return {
    headers: typeof headers === 'boolean' ? headers : filled(headers).map((name) => name.toLowerCase()),
    query: filled(query),
    body: filled(body)
  }
}

function fill(template: string, fields: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, field: string) => fields[field] ?? '')
}
