/** Data stores and databases in memory, for tests: what a component finds there, and what it leaves. */
import { Fault } from '../fault.ts'
import type { Json, JsonObject } from '../json.ts'
import type { DataStore, ServiceDb } from '../services.ts'

/** Keeps JSON, as the real ones do. Records live as long as the test: of `ttl` the kept number is all that is seen. */
export class MemoryStore implements DataStore, ServiceDb {
  readonly #values = new Map<string, string>()

  constructor(values: JsonObject = {}) {
    for (const [key, value] of Object.entries(values)) this.#values.set(key, JSON.stringify(value))
  }

  /** What is in it, as JSON. */
  contents(): JsonObject {
    return Object.fromEntries([...this.#values].map(([key, text]) => [key, JSON.parse(text) as Json]))
  }

  async get(key: string): Promise<Json | undefined> {
    const text = this.#values.get(key)
    return text === undefined ? undefined : (JSON.parse(text) as Json)
  }

  async set(key: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) throw new Fault('data_store_value', `the value of \`${key}\` is not JSON`)
    this.#values.set(key, text)
  }

  async setTtl(key: string, ttl: number | null): Promise<void> {
    if (ttl === 0) this.#values.delete(key)
  }

  async has(key: string): Promise<boolean> {
    return this.#values.has(key)
  }

  async keys(): Promise<string[]> {
    return [...this.#values.keys()]
  }

  async values(): Promise<Json[]> {
    return Object.values(this.contents())
  }

  async entries(): Promise<[string, Json][]> {
    return Object.entries(this.contents())
  }

  async size(): Promise<number> {
    return this.#values.size
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key)
  }

  async clear(): Promise<void> {
    this.#values.clear()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<[string, Json]> {
    for (const [key, text] of this.#values) yield [key, JSON.parse(text) as Json]
  }
}
