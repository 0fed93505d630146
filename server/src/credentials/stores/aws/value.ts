/** What a secret of AWS holds, as fields. */
import type { GetSecretValueResponse } from '@aws-sdk/client-secrets-manager'
import type { Json, JsonObject } from '@bellhop/sdk'
import { asObject } from '../../../workflow/mistakes.ts'
import { badAnswer } from '../faults.ts'
import type { Reading } from '../store.ts'

/**
 * JSON objects by their keys; any other text as `value`; bytes as `value` in base64 (RFC 4648, section 4).
 * @throws Fault `store_bad_answer`
 */
export function readingOf({ SecretString: text, SecretBinary: bytes }: GetSecretValueResponse): Reading {
  if (text === undefined && bytes === undefined) {
    throw badAnswer('gave a secret without a value', 'Give it one in Secrets Manager: so far it has a name only.')
  }
  const object = text === undefined ? undefined : objectIn(text)
  if (object !== undefined) return { fields: object }
  return { fields: { value: text ?? Buffer.from(bytes ?? []).toString('base64') }, credential: 'value' }
}

/** The parser's message quotes the text. */
function objectIn(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return asObject(JSON.parse(text, exact)) as JsonObject | undefined
  } catch {
    return undefined
  }
}

/** A number that JavaScript cannot hold exactly is a credential that was changed: it stays the text that it was. */
function exact(_key: string, value: Json, context?: { source?: string }): Json {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return String(value) === context.source ? value : context.source
}
