import type { BoundApp } from '../action.ts'
import type { AppDefinition, Places } from '../app.ts'
import { Fault } from '../fault.ts'
import type { Json, JsonObject } from '../json.ts'

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

/** A request on its way through the door. */
export interface Passing {
  url: URL
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  body: Buffer
}

/**
 * The rules of the real door in small. Handles become secrets in the app's places on the app's hosts, are refused
 * elsewhere in a header or URL, stay in bodies with a warning, and plain occurrences of secrets become handles.
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

  /**
   * The request as the vendor gets it.
   * @throws Fault `credential_misplaced`, `credential_wrong_host`
   */
  revealed({ url, headers, body }: Passing): Passing {
    const sent = this.#revealBody(body, headers['content-type'] ?? '', url)
    const revealed: Record<string, string> = {}
    for (const [name, value] of Object.entries(headers)) revealed[name] = this.#revealHeader(name, value, url)
    if (sent !== body) revealed['content-length'] = String(sent.length)
    return { url: this.#revealUrl(url), headers: revealed, body: sent }
  }

  /** The text with a handle for every secret in it. */
  scrub(text: string): string {
    return this.#kept.reduce((scrubbed, { handle, value }) => scrubbed.replaceAll(value, handle), text)
  }

  /** The credential that the text holds, as itself or as its handle. */
  secretIn(text: string): string | undefined {
    const found = this.#kept.find(({ handle }) => this.scrub(text).includes(handle))
    return found === undefined ? undefined : `the credential ${found.app.app}.${found.field}`
  }

  /** The same for bytes, where they are text. */
  scrubbed(bytes: Buffer): Buffer {
    const text = bytes.toString()
    const scrubbed = this.scrub(text)
    return scrubbed === text ? bytes : Buffer.from(scrubbed)
  }

  /** The same for a JSON value: keys and texts. */
  scrubJson<T extends Json | JsonObject>(value: T): T {
    return this.#kept.length === 0 ? value : (this.#scrubAny(value) as T)
  }

  #scrubAny(value: Json): Json {
    if (typeof value === 'string') return this.scrub(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((item) => this.#scrubAny(item))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.scrub(key), this.#scrubAny(item)]))
  }

  #revealUrl(url: URL): URL {
    const shown = new URL(url)
    shown.search = ''
    this.#refuse(decodeURI(shown.href), url, 'the URL')
    if (!this.#holds(url.search)) return url
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

  #revealBody(body: Buffer, type: string, url: URL): Buffer {
    const text = body.toString()
    if (!this.#holds(text)) return body
    const shown = type.includes('x-www-form-urlencoded') ? this.#revealForm(text, url) : this.#revealJson(text, url)
    for (const { handle, app, field } of this.#kept) {
      if (shown.includes(handle)) this.warnings.push(`${app.app}.${field} stays a handle in the body`)
    }
    return Buffer.from(shown)
  }

  #revealForm(text: string, url: URL): string {
    const form = [...new URLSearchParams(text)].map(([name, value]) => [
      name,
      this.#reveal(value, url, 'body', name) ?? value
    ])
    return String(new URLSearchParams(form))
  }

  #revealJson(text: string, url: URL): string {
    const parsed = parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return text
    for (const [name, value] of Object.entries(parsed)) {
      if (typeof value === 'string') parsed[name] = this.#reveal(value, url, 'body', name) ?? value
    }
    return JSON.stringify(parsed)
  }

  #holds(text: string): boolean {
    return this.#kept.some(({ handle }) => text.includes(handle))
  }

  /** The text with its secrets; undefined where one may not stand in this place. */
  #reveal(text: string, url: URL, place: Place, name: string): string | undefined {
    let shown = text
    for (const { handle, value, app, field, hosts, places } of this.#kept) {
      if (!text.includes(handle)) continue
      const allowed = places[place]
      if (!(typeof allowed === 'boolean' ? allowed : allowed.includes(name))) return undefined
      if (hosts.length > 0 && !hosts.includes(url.hostname)) {
        throw new Fault('credential_wrong_host', `${app.app}.${field} may not go to ${url.hostname}`, {
          hint: `It goes to ${hosts.join(', ')}, and to what the test says in \`baseUrls\`.`
        })
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
    throw new Fault('credential_misplaced', `${what} may not stand in ${where} of a request to ${url.hostname}`, {
      hint: `The app ${found.app.app} says in \`places\` where its credentials stand.`
    })
  }
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
