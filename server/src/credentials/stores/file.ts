/**
 * The operator's file of stores (`bellhop start --stores FILE`), for configuration that is kept in git: YAML with
 * `stores:` by name, where `${NAME}` in a text stands for a variable of the environment. It is looked at again every few
 * seconds; a change that cannot be read leaves what was there, and is told.
 */
import { readFileSync, statSync } from 'node:fs'
import { Fault } from '@bellhop/sdk'
import { asObject, isObject } from '../../workflow/mistakes.ts'
import { yaml } from '../../workflow/parsers.ts'
import { checkConfig, mistakesLine } from './config.ts'
import type { StoreKind } from './store.ts'

interface Entry {
  kind: string
  revision: string
  read(): unknown
}

export interface StoreFileParts {
  path: string
  env: Readonly<Record<string, string | undefined>>
  kinds: ReadonlyMap<string, StoreKind>
  /** Hears of a change that could not be taken over. */
  onError(error: Fault): void
}

const LOOK_MS = 2_000
const STORE_NAME = /^[A-Za-z0-9][\w.-]{0,59}$/

export class StoreFile {
  readonly #parts: StoreFileParts
  readonly #timer: NodeJS.Timeout
  #entries: ReadonlyMap<string, Entry>
  #changed: number

  /** @throws Fault `stores_file`, one sentence */
  constructor(parts: StoreFileParts) {
    this.#parts = parts
    this.#changed = changedAt(parts.path)
    this.#entries = this.#load()
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  names(): Iterable<string> {
    return this.#entries.keys()
  }

  get(name: string): Entry | undefined {
    return this.#entries.get(name)
  }

  /** Unix milliseconds. */
  get changedAt(): number {
    return this.#changed
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    try {
      const at = changedAt(this.#parts.path)
      if (at === this.#changed) return
      this.#changed = at
      this.#entries = this.#load()
    } catch (error) {
      this.#parts.onError(error instanceof Fault ? error : broken(this.#parts.path, 'cannot be read'))
    }
  }

  #load(): ReadonlyMap<string, Entry> {
    const { path, kinds, env } = this.#parts
    const stores = asObject(readYaml(path)?.['stores'])
    if (stores === undefined) throw broken(path, 'has no `stores:` with a store under each name')
    const entries = new Map<string, Entry>()
    for (const [name, written] of Object.entries(stores)) {
      if (!STORE_NAME.test(name)) throw broken(path, 'names a store with characters other than letters, digits, _ . -')
      const { kind: kindName, ...config } = asObject(written) ?? {}
      const kind = kinds.get(String(kindName))
      if (kind === undefined) throw broken(path, `gives \`${name}\` no \`kind\` of ${[...kinds.keys()].join(', ')}`)
      // Variables are filled in at each use, and the filled-in text is kept nowhere.
      const read = (): unknown => filled(config, env, path, name)
      const checked = checkConfig(kind.config, read())
      if ('mistakes' in checked) {
        throw broken(path, `configures \`${name}\` in a way that does not fit: ${mistakesLine(checked.mistakes)}`)
      }
      entries.set(name, { kind: kind.kind, revision: `file ${this.#changed}`, read })
    }
    return entries
  }
}

function changedAt(path: string): number {
  try {
    return Math.floor(statSync(path).mtimeMs)
  } catch {
    throw broken(path, 'cannot be read')
  }
}

function readYaml(path: string): Record<string, unknown> | undefined {
  try {
    // As JSON, which what refers to itself cannot be.
    return asObject(JSON.parse(JSON.stringify(yaml().parse(readFileSync(path, 'utf8')))))
  } catch {
    // The parser's message quotes the text.
    throw broken(path, 'is not YAML that can be read')
  }
}

/** `${NAME}` in texts; a text that names a variable which is not set is a mistake, not an empty credential. */
function filled(value: unknown, env: StoreFileParts['env'], path: string, store: string): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const text = env[name]
      if (text === undefined || text === '')
        throw broken(path, `needs the variable ${name} for \`${store}\`, which is not set`)
      return text
    })
  }
  if (Array.isArray(value)) return value.map((inner) => filled(inner, env, path, store))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, env, path, store)]))
}

function broken(path: string, problem: string): Fault {
  return new Fault('stores_file', `the file of stores ${path} ${problem}`)
}
