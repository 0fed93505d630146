export interface FaultOptions {
  /** Whether repeating the same call may succeed. Default false. */
  retryable?: boolean
  /** The HTTP status of the answer that caused it, or that a caller of Bellhop should see. */
  status?: number
  /** What to check or type next, as one sentence. */
  hint?: string
  /** The least time before a repetition makes sense, in milliseconds (a vendor's `Retry-After`). */
  retryAfterMs?: number
  cause?: unknown
}

/**
 * An error with a meaning: a stable `code`, whether repeating is safe to try, and what to do next.
 * Its message names paths, fields and hosts, and never quotes a credential.
 */
export class Fault extends Error {
  readonly code: string
  readonly retryable: boolean
  readonly status: number | undefined
  readonly hint: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.retryable = options.retryable ?? false
    this.status = options.status
    this.hint = options.hint
    this.retryAfterMs = options.retryAfterMs
  }
}
