import type { Json } from '@bellhop/sdk'
import type { Keyring } from './keyring.ts'

/**
 * Mints every text and number of a value, whose parts are the credentials. Their handles have no audience: a binding
 * gives one when it is evaluated. What is known already is searched for already, and keeps the handle that it has.
 */
export function mintLeaves(keyring: Keyring, value: Json | undefined, source: { app: string; field: string }): void {
  if (value === null || value === undefined || typeof value === 'boolean' || value === '') return
  if (typeof value === 'object') {
    for (const inner of Object.values(value)) mintLeaves(keyring, inner, source)
    return
  }
  const text = String(value)
  if (!keyring.knows(text) && keyring.get(text) === undefined)
    keyring.mint(text, { app: source.app, field: source.field, audience: null })
}
