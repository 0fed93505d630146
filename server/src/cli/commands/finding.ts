/** What one look of the doctor found: `ok`, something to `know`, or a `problem` with what to do. */
export interface Finding {
  level: 'ok' | 'know' | 'problem'
  text: string
}
