import type { Json, JsonObject } from './json.ts'
import type { DataStore } from './services.ts'

/** What a data store is asked through: the server's operations `data.*`. */
export type AskData = (operation: string, input: JsonObject) => Promise<Json>

type Page<T> = { entries: T[]; next?: string }

/**
 * The data store that stands on `this` under a prop. In the server's process and in a sandbox it is the same, and so is
 * what it refuses.
 */
export function dataStoreOver(ask: AskData, prop: string): DataStore {
  const call = (name: string, input: JsonObject = {}): Promise<Json> => ask(`data.${name}`, { store: prop, ...input })
  const paged = async function* <T>(values: boolean): AsyncGenerator<T> {
    for (let after: string | undefined; ;) {
      const page = (await call('page', { values, ...(after === undefined ? {} : { after }) })) as Page<T>
      yield* page.entries
      if (page.next === undefined) return
      after = page.next
    }
  }
  const entries = (): AsyncGenerator<[string, Json]> => paged(true)
  return {
    async get(key) {
      const { value } = (await call('get', { key })) as { value?: Json }
      return value
    },
    async set(key, value, { ttl } = {}) {
      await call('set', { key, value: asJson(value), ...(ttl === undefined ? {} : { ttl }) })
    },
    setTtl: async (key, ttl) => void (await call('ttl', { key, ttl })),
    has: async (key) => (await call('has', { key })) === true,
    keys: () => Array.fromAsync(paged<string>(false)),
    values: () => Array.fromAsync(entries(), ([, value]) => value),
    entries: () => Array.fromAsync(entries()),
    size: async () => Number(await call('size')),
    delete: async (key) => void (await call('delete', { key })),
    clear: async () => void (await call('clear')),
    [Symbol.asyncIterator]: entries
  }
}

/** What JSON makes of it; null where that is nothing. @throws TypeError for what is not JSON (a cycle, a BigInt) */
function asJson(value: unknown): Json {
  const text = JSON.stringify(value) as string | undefined
  return text === undefined ? null : (JSON.parse(text) as Json)
}
