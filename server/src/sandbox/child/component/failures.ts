/** What code throws, as the server is told of it: with its causes, and whether a repetition may help. */
import { asText, isObject, type Raw } from './found.ts'

/** Statuses of answers that come and go: time-out, conflict, too early, too many, and what is the server's own trouble. */
const PASSING = new Set([408, 409, 423, 425, 429])
const DEEPEST = 5

/**
 * Reads an error with care: its getters are the code's. What says `retryable` itself is believed; a vendor's refusal and a
 * mistake in how the step is set up are the same the next time; anything else may have been chance.
 */
export function failureOf(thrown: unknown): unknown {
  try {
    if (!isErrorLike(thrown)) return { name: 'Error', message: `thrown: ${inWords(thrown)}`, retryable: false }
    const { name, stack, code, hint } = thrown
    return { name, message: messageOf(thrown), stack, code, hint, retryable: mayHelp(thrown) }
  } catch {
    return { name: 'Error', message: 'an error that could not be read', retryable: false }
  }
}

function isErrorLike(thrown: unknown): thrown is Raw {
  return isObject(thrown) && typeof thrown['message'] === 'string'
}

function inWords(thrown: unknown): string {
  if (thrown === null || thrown === undefined) return String(thrown)
  return isObject(thrown) ? 'an object that is no error' : asText(thrown)
}

/** `fetch failed` says nothing: the causes do. */
function messageOf(error: Raw): string {
  const parts: string[] = []
  let next: unknown = error
  for (let depth = 0; isErrorLike(next) && depth < DEEPEST; depth++) {
    const message = asText(next['message'])
    if (message !== '' && !parts.some((part) => part.includes(message))) parts.push(message)
    next = next['cause']
  }
  return parts.length === 0 ? 'no message' : parts.join(': ')
}

function mayHelp(error: Raw): boolean {
  if (typeof error['retryable'] === 'boolean') return error['retryable']
  if (error['name'] === 'ConfigurationError' || error['code'] === 'ERR_CONFIG') return false
  const { response } = error
  const status = (isObject(response) ? response['status'] : undefined) ?? error['status'] ?? error['statusCode']
  if (typeof status !== 'number' || status < 400 || status >= 500) return true
  return PASSING.has(status)
}
