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
