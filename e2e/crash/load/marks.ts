/** Text that may never be read in a data directory or in what a server prints. */

/** Begins every token that callers send. */
export const TOKEN_MARK = 'crash-suite-token-'
/** Begins every token that the vendor hands out. */
export const FETCHED_MARK = 'fresh-token-of-'
/** Stands in the events of `x-pd-nostore` requests, which leave nothing at all (I4). */
export const TRACELESS_MARK = 'crash-suite-traceless-'

export interface Mark {
  name: string
  bytes: Buffer
}

/**
 * The marks as they are, in hex and in base64 at each of its alignments. The leak suite searches for every other
 * encoding; here it is about what a kill leaves lying about.
 */
export const marks: readonly Mark[] = [TOKEN_MARK, FETCHED_MARK, TRACELESS_MARK].flatMap((text) => [
  { name: text, bytes: Buffer.from(text) },
  { name: `${text} in hex`, bytes: Buffer.from(Buffer.from(text).toString('hex')) },
  ...[0, 1, 2].map((shift) => ({ name: `${text} in base64`, bytes: base64(text, shift) }))
])

/** The part of the base64 text that depends on `text` alone, when `shift` bytes of a triple stand before it. */
function base64(text: string, shift: number): Buffer {
  const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
  const encoded = whole.toString('base64')
  return Buffer.from(encoded.slice(shift === 0 ? 0 : 4, Math.floor(whole.length / 3) * 4))
}
