/** Data stores and databases in memory, for tests: what a component finds there, and what it leaves. */
import { dataStoreOver } from '../data-store.ts'
import { Fault } from '../fault.ts'
import type { Json, JsonObject } from '../json.ts'
import type { DataStore } from '../services.ts'

/** A store as the component has it, and what is in it. Time does not pass: of a `ttl` nothing is seen. */
export interface MemoryStore {
  store: DataStore
  contents(): JsonObject
}

/**
 * The same client as in a run, over a map.
 * @param secretIn names the credential that a text holds
 */
export function memoryStore(values: JsonObject, secretIn: (text: string) => string | undefined): MemoryStore {
  const kept = new Map(Object.entries(values))
  const store = dataStoreOver(async (operation, input) => {
    const { key, value = null } = input as { key: string; value?: Json }
    switch (operation) {
      case 'data.get':
        return kept.has(key) ? { value: kept.get(key) ?? null } : {}
      case 'data.has':
        return kept.has(key)
      case 'data.size':
        return kept.size
      case 'data.page':
        return { entries: input['values'] === true ? [...kept] : [...kept.keys()] }
      case 'data.delete':
        return kept.delete(key)
      case 'data.clear':
        kept.clear()
        return null
      case 'data.set':
        refuseSecrets(secretIn(JSON.stringify({ key, value })))
        kept.set(key, value)
        return null
      default:
        return null
    }
  }, '')
  return { store, contents: () => Object.fromEntries([...kept].map(([key, value]) => [key, structuredClone(value)])) }
}

function refuseSecrets(secret: string | undefined): void {
  if (secret === undefined) return
  throw new Fault('data_holds_secret', `a data store keeps no secrets, and the key or value holds ${secret}`, {
    hint: 'Keep what it belongs to, such as a user’s id, and bind the credential where it is needed.'
  })
}
