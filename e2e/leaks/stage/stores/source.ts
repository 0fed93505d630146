/** A kind of source as the suite sets it up: its stand-in, and the stores that Bellhop has of it. */
import type { JsonObject } from '@bellhop/sdk'
import type { Credential } from '../cast.ts'
import type { Kept } from './shelf.ts'

/** A store as Bellhop is told of it. */
export interface StoreSettings {
  name: string
  kind: string
  config: JsonObject
}

export interface Source {
  /** The store that is well. */
  well: StoreSettings
  /** The same in every kind of trouble. */
  troubled: readonly StoreSettings[]
  /** Texts of the stores' own credentials. */
  secrets: readonly string[]
  /** Puts a secret where it is looked up. */
  keep(kept: Kept, credential: Credential): void
  close(): Promise<void>
}

/** How long a store is waited for: not long, where it never answers. */
export function patienceFor(name: string): string {
  return /-(silent|busy)$/.test(name) ? '40ms' : '10s'
}
