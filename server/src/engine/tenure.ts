/** The right of this process to act for its runs, where other processes would take them over. */
export interface Tenure {
  /** Whether nobody else acts for them now. */
  held(): boolean
  /** How often it was not, so far. */
  readonly lapses: number
  /** Resolves when it is again; not at all where it is lost for good. */
  regained(): Promise<void>
}
