/**
 * Configured stores: sealed at rest under the master key, or in the operator's file. A store is opened when it is first
 * used and stays open until its configuration changes, which is looked at on each use.
 *
 * Who owns what: the database and the file have the configurations; this object has what is open. A store that was
 * replaced or removed is closed once what it had begun has had time to end.
 */
import { Fault, type JsonObject } from '@bellhop/sdk'
import type { Selectable } from 'kysely'
import { Keyring } from '../../secrets/keyring.ts'
import type { MasterKey, Sealer } from '../../secrets/seal.ts'
import type { Reader } from '../../storage/tx.ts'
import type { Mistake } from '../../workflow/mistakes.ts'
import { ReadCache } from './cache.ts'
import { checkConfig, mistakesLine } from './config.ts'
import type { StoresTable } from '../../storage/schema.ts'
import * as rows from './rows.ts'
import type { Check, Lookup, Store, StoreKind } from './store.ts'
import type { StoreFile } from './file.ts'

type Commands = typeof rows.storeCommands

export interface StoreStorage {
  readonly reader: Reader
  write<K extends keyof Commands>(name: K, args: Parameters<Commands[K]>[1]): Promise<Awaited<ReturnType<Commands[K]>>>
}

export interface StoresParts {
  storage: StoreStorage
  master: MasterKey
  kinds: ReadonlyMap<string, StoreKind>
  /** The operator's `--stores` file. Its stores come before those of the database. */
  file?: StoreFile
  /** Unix milliseconds. */
  now: () => number
  /** The server's own directory, which no store may read. */
  dataDirectory?: string
}

/** A store as lists show it. */
export interface StoreView {
  name: string
  kind: string
  /** What of its configuration may be seen. */
  config: JsonObject
  /** Why it cannot be used. */
  problem?: string
  /** `file`: it is in the operator's file, and is changed there. */
  source: 'api' | 'file'
  updated_at: string
}

/** A store that is in use. */
export interface OpenStore {
  name: string
  kind: StoreKind
  store: Store
  cache: ReadCache
  /** The store's error with its name in front, and without its own credentials. */
  named(error: unknown): unknown
  /** Takes the store's own credentials out of text, in every form, should a client ever put them there. */
  clean(text: string): string
}

/** Where a configuration was found, and which state of it. */
interface Source {
  kind: string
  /** Another one whenever the configuration is another one. */
  revision: string
  /** The configuration as it was written. */
  read(): unknown
}

type Row = Selectable<StoresTable>

interface Opened extends OpenStore {
  revision: string
}

/** What was begun with a configuration that was replaced may take so long to end. */
const CLOSE_AFTER_MS = 60_000

export class Stores {
  readonly #parts: StoresParts
  readonly #sealer: Sealer
  readonly #opened = new Map<string, Opened>()
  readonly #closing = new Map<NodeJS.Timeout, Store>()
  /** Of the file, when the stores that are open were last compared with it. */
  #fileSeen = 0

  constructor(parts: StoresParts) {
    this.#parts = parts
    this.#sealer = parts.master.sealer('store')
  }

  /** All stores, by name; without what must not be seen. */
  async list(): Promise<StoreView[]> {
    const { storage, file } = this.#parts
    const fromApi = new Map((await storage.reader.all(rows.allStores)).map((row) => [row.name, row]))
    const names = new Set([...(file?.names() ?? []), ...fromApi.keys()])
    return [...names].toSorted().map((name) => this.#view(name, fromApi.get(name)))
  }

  /** Every kind of store that there is. */
  kinds(): StoreKind[] {
    return [...this.#parts.kinds.values()]
  }

  /**
   * Looks at a store: address, TLS, authentication, permission, and the secret where one is named. Never shows a value.
   * @param asked which secret: segments joined by slashes, a key or an id
   * @throws Fault `store_missing`, `store_unreadable`, `lookup_unusable` (422)
   */
  async test(name: string, asked: { path?: string; integration?: string }, signal: AbortSignal): Promise<Check[]> {
    const open = await this.open(name)
    const lookup = asked.path === undefined ? undefined : lookupOf(asked.path, asked.integration, open.kind)
    try {
      const checks = await open.store.test(lookup, signal)
      return checks.map((check) => ({ ...check, says: open.clean(check.says) }))
    } catch (error) {
      throw open.named(error)
    }
  }

  /** The kind of a store; undefined where there is none of this name. */
  async kindOf(name: string): Promise<StoreKind | undefined> {
    const source = await this.#source(name)
    return source && this.#kind(source.kind)
  }

  /**
   * Adds a store, or replaces its configuration.
   * @throws Fault `unknown_store_kind` (422), `store_in_file` (409)
   */
  async save(name: string, kind: string, written: JsonObject): Promise<{ mistakes: Mistake[] } | undefined> {
    this.#refuseFile(name)
    const checked = checkConfig(this.#kind(kind).config, written)
    if ('mistakes' in checked) return checked
    const sealed = this.#sealer.seal(name, JSON.stringify(written))
    await this.#parts.storage.write('saveStore', { name, kind, sealed, now: this.#parts.now() })
    return undefined
  }

  /** False when there was none. @throws Fault `store_in_file` (409) */
  async remove(name: string): Promise<boolean> {
    this.#refuseFile(name)
    const removed = await this.#parts.storage.write('removeStore', { name })
    this.#retire(name)
    return removed
  }

  /** @throws Fault `store_missing`, `store_unreadable` */
  async open(name: string): Promise<OpenStore> {
    await this.#lookAtFile()
    const source = await this.#source(name)
    const opened = this.#opened.get(name)
    if (source !== undefined && opened?.revision === source.revision) return opened
    this.#retire(name)
    if (source === undefined) throw missing(name)
    const fresh = this.#openAnew(name, source)
    this.#opened.set(name, fresh)
    return fresh
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    this.#parts.file?.close()
    const closing = [...this.#closing].map(([timer, store]) => {
      clearTimeout(timer)
      return store
    })
    await Promise.allSettled(
      [...closing, ...[...this.#opened.values()].map(({ store }) => store)].map((s) => s.close())
    )
    this.#opened.clear()
    this.#closing.clear()
  }

  #openAnew(name: string, source: Source): Opened {
    const kind = this.#kind(source.kind)
    const first = this.#config(name, kind, source)
    // Unsealed at each use, and kept in no field. With another configuration this is another store.
    const config = (): unknown => this.#config(name, kind, source)
    const { now, dataDirectory } = this.#parts
    const environment = dataDirectory === undefined ? { now } : { now, dataDirectory }
    const clean = this.#cleaner(name, kind, first)
    return {
      name,
      kind,
      revision: source.revision,
      store: kind.open(config, environment),
      cache: new ReadCache(ttlOf(first), now),
      named: (error) => named(name, kind, error, clean),
      clean
    }
  }

  #config(name: string, kind: StoreKind, source: Source): unknown {
    const checked = checkConfig(kind.config, source.read())
    if ('config' in checked) return checked.config
    const problems = mistakesLine(checked.mistakes)
    throw new Fault('store_unreadable', `the configuration of the store \`${name}\` does not fit: ${problems}`, {
      hint: `Add it again with \`bellhop stores add ${name} ${kind.kind}\`.`
    })
  }

  #cleaner(name: string, kind: StoreKind, config: unknown): (text: string) => string {
    const keyring = new Keyring(this.#parts.master.runSeal(`store ${name}`))
    for (const value of kind.secrets(config)) {
      if (value !== '') keyring.mint(value, { app: kind.kind, field: 'store_credential', audience: null })
    }
    return (text) => keyring.scrubText(text)
  }

  async #source(name: string): Promise<Source | undefined> {
    const { storage, file } = this.#parts
    const entry = file?.get(name)
    if (entry !== undefined) return entry
    const row = await storage.reader.get(rows.findStore, { name })
    return row && this.#sourceIn(row)
  }

  #sourceIn({ id, edits, name, kind, sealed }: Row): Source {
    const read = (): unknown => JSON.parse(this.#sealer.open(name, sealed)) as unknown
    return { kind, revision: `${id}.${edits}`, read }
  }

  /** @param row where the database has a store of this name */
  #view(name: string, row: Row | undefined): StoreView {
    const { file } = this.#parts
    const entry = file?.get(name)
    const source = entry ?? (row && this.#sourceIn(row))
    if (source === undefined) throw missing(name)
    const kind = this.#kind(source.kind)
    const at = entry === undefined ? row?.updated_at : file?.changedAt
    return {
      name,
      kind: kind.kind,
      ...this.#shown(name, kind, source),
      source: entry === undefined ? 'api' : 'file',
      updated_at: new Date(at ?? 0).toISOString()
    }
  }

  /** One that cannot be read any more is listed all the same: how else would anybody find it. */
  #shown(name: string, kind: StoreKind, source: Source): Pick<StoreView, 'config' | 'problem'> {
    try {
      return { config: kind.show(this.#config(name, kind, source)) }
    } catch (error) {
      return { config: {}, problem: error instanceof Fault ? error.message : 'its configuration cannot be read' }
    }
  }

  #kind(name: string): StoreKind {
    const kind = this.#parts.kinds.get(name)
    if (kind !== undefined) return kind
    throw new Fault('unknown_store_kind', 'there is no such kind of store', {
      status: 422,
      hint: `Kinds: ${[...this.#parts.kinds.keys()].join(', ')}.`
    })
  }

  #refuseFile(name: string): void {
    if (this.#parts.file?.get(name) === undefined) return
    throw new Fault('store_in_file', `the store \`${name}\` is configured in the file given with --stores`, {
      status: 409,
      hint: 'Change it there; the file is read again when it changes.'
    })
  }

  /** What has gone from the file is closed, though nobody asks for it any more. */
  async #lookAtFile(): Promise<void> {
    const { file } = this.#parts
    if (file === undefined || file.changedAt === this.#fileSeen) return
    this.#fileSeen = file.changedAt
    for (const name of this.#opened.keys()) if ((await this.#source(name)) === undefined) this.#retire(name)
  }

  /** Keeps nothing of what it read, and lets what it began end. */
  #retire(name: string): void {
    const opened = this.#opened.get(name)
    if (opened === undefined) return
    const { store, cache } = opened
    this.#opened.delete(name)
    cache.clear()
    const timer = setTimeout(() => {
      this.#closing.delete(timer)
      void store.close().catch(() => undefined)
    }, CLOSE_AFTER_MS).unref()
    this.#closing.set(timer, store)
  }
}

/** Every kind's configuration has `common`. */
function ttlOf(config: unknown): number {
  return (config as { ttl: number }).ttl
}

function lookupOf(path: string, integration: string | undefined, kind: StoreKind): Lookup {
  const segments = kind.lookup === 'path' ? path.split('/') : [path]
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new Fault('lookup_unusable', 'a part of this path is empty, `.` or `..`', { status: 422 })
  }
  return { path: segments, ...(integration === undefined ? {} : { integration }) }
}

function missing(name: string): Fault {
  return new Fault('store_missing', `there is no store \`${name}\``, {
    status: 404,
    hint: `List them with \`bellhop stores\`, or add it with \`bellhop stores add ${name} <kind>\`.`
  })
}

function named(name: string, kind: StoreKind, error: unknown, clean: (text: string) => string): unknown {
  if (!(error instanceof Fault)) {
    return new Fault(
      'store_failed',
      `the store \`${name}\` (${kind.title}) failed in a way that Bellhop does not know`,
      {
        hint: `Look at it with \`bellhop stores test ${name}\`.`
      }
    )
  }
  const { code, message, hint, retryable, status, retryAfterMs } = error
  return new Fault(code, clean(`the store \`${name}\` (${kind.title}) ${message}`), {
    retryable,
    ...(hint === undefined ? {} : { hint: clean(hint) }),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs })
  })
}
