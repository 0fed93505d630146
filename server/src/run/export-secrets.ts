import type { Json, JsonObject } from '@bellhop/sdk'
import type { Keyring } from '../secrets/keyring.ts'
import { mintLeaves } from '../secrets/leaves.ts'
import type { SecretSource } from '../workflow/plan.ts'
import type { StepRecord } from '../workflow/step-record.ts'

/**
 * Mints what later bindings will use as credentials, so that no export holds it in clear (I1). The handle has no
 * audience of its own: the binding gives one when it is evaluated.
 */
export function protectExports(record: StepRecord, sources: readonly SecretSource[], keyring: Keyring): StepRecord {
  for (const source of sources) {
    // The first part of a source's path is the step's own name.
    mintLeaves(keyring, valueAt(record.exports, source.path.slice(1)), source)
  }
  return record
}

/** The value at a path of own keys; undefined where the path leaves the data. */
export function valueAt(root: JsonObject, path: readonly (string | number)[]): Json | undefined {
  let value: Json | undefined = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as { [key: string | number]: Json })[key]
  }
  return value
}
