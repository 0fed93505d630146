import { Fault } from '@bellhop/sdk'
import type { Keyring } from './keyring.ts'

/** An error as it is stored, shown and answered: the one shape, made by `toErrorRecord` only, always scrubbed (I1). */
export interface ErrorRecord {
  /** Stable, snake_case: `vendor_rejected`, `credential_missing`, … */
  code: string
  message: string
  retryable: boolean
  /** What to check or do next. */
  hint?: string
  /** The vendor's or Bellhop's HTTP status. */
  status?: number
}

/** Longest message or hint of a record, in UTF-16 units. Cut after scrubbing: half a secret is not found. */
export const MAX_MESSAGE = 2_000
const MAX_CAUSES = 10
const WITHHELD = 'the error is withheld: it could not be searched for secrets'

/**
 * The one serialiser of errors. A `Fault` keeps its code, message, hint, status and whether to retry; anything else
 * that was thrown becomes `internal` with its message and those of its causes. Never throws, whatever was thrown.
 * @param keyring scrubs all text; without one the error must come from where no secret is known
 */
export function toErrorRecord(error: unknown, keyring?: Keyring): ErrorRecord {
  const clean = (text: string) => cut(scrubbed(text, keyring))
  if (!isFault(error))
    return {
      code: 'internal',
      message: clean(describe(error)),
      retryable: false
    }
  return {
    code: error.code,
    message: clean(error.message),
    retryable: error.retryable,
    ...(error.hint === undefined ? {} : { hint: clean(error.hint) }),
    ...(error.status === undefined ? {} : { status: error.status })
  }
}

/** A proxy may throw from `instanceof`. */
function isFault(error: unknown): error is Fault {
  try {
    return error instanceof Fault
  } catch {
    return false
  }
}

/** An ended run's keyring knows nothing any more: then nothing may be said. */
function scrubbed(text: string, keyring: Keyring | undefined): string {
  if (keyring === undefined) return text
  try {
    return keyring.scrubText(text)
  } catch {
    return WITHHELD
  }
}

function cut(text: string): string {
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE - 1).toWellFormed()}…`
}

/** The message, with those of its causes and of the errors that it gathers, each error once. */
function describe(error: unknown): string {
  const seen = new Set<unknown>()
  const parts: string[] = []
  const queue: unknown[] = [error]
  while (queue.length > 0 && parts.length < MAX_CAUSES) {
    const next = queue.shift()
    if (seen.has(next)) continue
    seen.add(next)
    parts.push(messageOf(next))
    queue.push(...causesOf(next))
  }
  return parts.join('; caused by: ')
}

// What was thrown may be anything: a proxy, an object whose getters throw, an error without a prototype.
function messageOf(error: unknown): string {
  try {
    if (typeof error === 'string') return error
    if (typeof error === 'object' && error !== null && 'message' in error) {
      const { message } = error
      const name = 'name' in error && typeof error.name === 'string' && error.name !== 'Error' ? `${error.name}: ` : ''
      if (typeof message === 'string') return message === '' ? `${name}no message` : name + message
    }
    if (typeof error === 'object' && error !== null) return 'an object that is no error was thrown'
    return `thrown: ${String(error)}`
  } catch {
    return 'an error that could not be read'
  }
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = []
  try {
    if (typeof error !== 'object' || error === null) return causes
    if ('cause' in error && error.cause !== undefined) causes.push(error.cause)
    if ('errors' in error && Array.isArray(error.errors))
      for (const one of error.errors.slice(0, MAX_CAUSES)) causes.push(one)
  } catch {
    // what was read so far is what there is
  }
  return causes
}
