import { Fault, type Json } from '@bellhop/sdk'
import { MAX_SECRETS, type Keyring } from '../secrets/keyring.ts'
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
    mintSource(keyring, readAt(record.exports, source.path.slice(1)), source)
  }
  return record
}

/**
 * Mints what a source says is secret in the value at its path: all of it, or of a list that an `each` goes over the part
 * of each element that its steps use.
 * @throws Fault `secret_too_large`, `too_many_secrets` (413)
 */
export function mintSource(keyring: Keyring, value: Json | undefined, source: SecretSource): void {
  const { item } = source
  if (item === undefined) return mintLeaves(keyring, value, source)
  if (!Array.isArray(value)) return
  try {
    for (const element of value) mintLeaves(keyring, readAt(element, item), source)
  } catch (error) {
    throw error instanceof Fault && error.code === 'too_many_secrets' ? tooMany(value.length, source) : error
  }
}

/** With the list in sight there is more to say than that a run can hold no more. */
function tooMany(length: number, { app, field }: SecretSource): Fault {
  return new Fault(
    'too_many_secrets',
    `a run can hold ${MAX_SECRETS.toLocaleString('en')} secrets, and a list of ${length.toLocaleString('en')} items brings ${app}.${field} with each of them`,
    {
      status: 413,
      hint: 'Leave credentials out of the list and give the step a `store` binding, which fetches each item’s own; or go over shorter lists.'
    }
  )
}

/** What a use of this path can see: the value there, or the text or number that it meets, of which code takes a part. */
export function readAt(root: Json, path: readonly (string | number)[]): Json | undefined {
  let value: Json | undefined = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return value
    value = valueAt(value, [key])
  }
  return value
}

/** The value at a path of own keys; undefined where the path leaves the data. */
export function valueAt(root: Json, path: readonly (string | number)[]): Json | undefined {
  let value: Json | undefined = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as { [key: string | number]: Json })[key]
  }
  return value
}
