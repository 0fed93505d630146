/**
 * Data stores: values by key that outlive runs.
 *
 * Who owns what: a store that workflows name is everybody's who names it; that of a step (`$.service.db`) goes with its
 * workflow. What a step has written stays, whatever becomes of the step: an attempt that failed, or that a crash cut
 * short, has written what it has written, and the next one finds it.
 *
 * Keeps I1: a value comes here scrubbed and without any handle (`run/operations/data.ts` refuses them); what its run
 * learns to be a secret later is deleted (`engine/stored/read-back.ts`).
 */
import { Fault, type Json } from '@bellhop/sdk'
import type { Storage } from '../storage/storage.ts'
import * as rows from './rows.ts'

/** Characters of a key. */
export const MAX_KEY = 512
/** Characters of a value's JSON text. */
export const MAX_VALUE = 1_000_000
/** Entries, and about as many characters, that one page holds. */
const PAGE = 500
const PAGE_CHARACTERS = 4_000_000

const NAME = /^[A-Za-z][\w-]{0,63}$/

/** Which store. */
export interface DataStoreId {
  name: string
  /** Set for that of a step. */
  workflow: number | null
}

/** The store that definitions name. @throws Fault `bad_data_store` */
export function namedStore(name: string): DataStoreId {
  if (NAME.test(name)) return { name, workflow: null }
  throw new Fault('bad_data_store', 'that is not the name of a data store', {
    hint: 'Letters, digits, _ and -, beginning with a letter, at most 64.'
  })
}

/** The store of one step. No definition can write its name. */
export function storeOfStep(workflow: number, step: string): DataStoreId {
  return { name: `service.${workflow}.${step}`, workflow }
}

export interface DataEntry {
  key: string
  value: Json
  writtenAt: number
  expiresAt: number | null
}

export interface DataStoreInfo {
  name: string
  entries: number
  bytes: number
  createdAt: number
}

/** Who writes. */
export interface Writing {
  run: number
  lane: string
}

export type DataStorage = Pick<Storage<typeof rows.dataCommands>, 'reader' | 'write'>

/** What steps do with data stores. */
export type DataAccess = Pick<DataStores, 'get' | 'size' | 'page' | 'set' | 'setTtl' | 'delete' | 'clear'>

export class DataStores {
  readonly #storage: DataStorage
  readonly #now: () => number

  constructor(storage: DataStorage, now: () => number) {
    this.#storage = storage
    this.#now = now
  }

  async list(): Promise<DataStoreInfo[]> {
    return (await this.#storage.reader.all(rows.allStores)).map(({ name, entries, bytes, created_at }) => {
      return { name, entries, bytes, createdAt: created_at }
    })
  }

  async exists(store: string): Promise<boolean> {
    return (await this.#storage.reader.get(rows.storeNamed, { store })) !== undefined
  }

  async get(store: string, key: string): Promise<DataEntry | undefined> {
    const row = await this.#storage.reader.get(rows.entry, { store, key, now: this.#now() })
    return row && toEntry({ key, ...row })
  }

  async size(store: string): Promise<number> {
    return (await this.#storage.reader.get(rows.countEntries, { store, now: this.#now() }))?.entries ?? 0
  }

  /** Some entries in the order of their keys, and after which key to go on. */
  async page(store: string, after = '', limit = PAGE): Promise<{ entries: DataEntry[]; next: string | undefined }> {
    const asked = { store, after, now: this.#now(), limit: limit + 1 }
    const found = await this.#storage.reader.all(rows.entriesAfter, asked)
    const entries: DataEntry[] = []
    let characters = 0
    for (const row of found.slice(0, limit)) {
      if (entries.length > 0 && characters + row.value.length > PAGE_CHARACTERS) break
      characters += row.value.length
      entries.push(toEntry(row))
    }
    return { entries, next: entries.length < found.length ? entries.at(-1)?.key : undefined }
  }

  /**
   * @param text the value as JSON, scrubbed and free of handles
   * @throws Fault `data_store_full`, `storage_full`
   */
  async set(
    { name, workflow }: DataStoreId,
    key: string,
    text: string,
    ttlMs: number | null,
    by: Writing
  ): Promise<void> {
    const now = this.#now()
    const expiresAt = ttlMs === null ? null : now + ttlMs
    const result = await this.#storage.write('setData', {
      store: name,
      workflow,
      key,
      value: text,
      now,
      expiresAt,
      ...by
    })
    if (result === 'lost') throw new Fault('run_lost', 'the run has ended, or goes on elsewhere')
    if (result !== 'set') throw full(result)
  }

  /** False where the key is not there. */
  async setTtl(store: string, key: string, ttlMs: number | null): Promise<boolean> {
    const now = this.#now()
    return this.#storage.write('setDataExpiry', { store, key, now, expiresAt: ttlMs === null ? null : now + ttlMs })
  }

  /** False where the key was not there. */
  async delete(store: string, key: string): Promise<boolean> {
    return this.#storage.write('deleteData', { store, key })
  }

  /** Takes entry by entry away, not all in one moment. @param whole with the store itself */
  async clear(store: string, whole = false): Promise<void> {
    while (!(await this.#storage.write('clearData', { store, whole })));
  }
}

function toEntry(row: { key: string; value: string; written_at: number; expires_at: number | null }): DataEntry {
  const { key, value, written_at: writtenAt, expires_at: expiresAt } = row
  return { key, value: JSON.parse(value) as Json, writtenAt, expiresAt }
}

function full(why: Exclude<rows.SetDataResult, 'set' | 'lost'>): Fault {
  const LIMITS = {
    too_many_entries: `it holds ${rows.MAX_ENTRIES.toLocaleString('en')} entries, and can hold no more`,
    too_many_bytes: `its keys and values would take more than ${rows.MAX_STORE_BYTES >> 20} MB`,
    too_many_stores: `there are ${rows.MAX_STORES.toLocaleString('en')} data stores, and there can be no more`
  }
  return new Fault('data_store_full', `the data store cannot take that: ${LIMITS[why]}`, {
    hint: 'Delete what is not needed any more (`bellhop data`), or let entries expire (`ttl`).'
  })
}
