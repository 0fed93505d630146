/** Secrets that became known late: what a run wrote before it knew them is scrubbed again (rule 5 of handles, I1). */
import type { Json } from '@bellhop/sdk'
import type { Keyring } from '../secrets/keyring.ts'
import type { Written } from './journal.ts'

/** The texts that hold a secret which the keyring knows, scrubbed. */
export function scrubWritten(keyring: Keyring, record: readonly Written[]): Written[] {
  return record.flatMap(({ at, text }) => {
    const scrubbed = scrubJson(keyring, at, text)
    return scrubbed === text ? [] : [{ at, text: scrubbed }]
  })
}

/** The same for a value whose text stands there; undefined where it can stay. */
export function scrubValue(keyring: Keyring, at: Written['at'], value: Json): Written | undefined {
  if (keyring.incomplete) return { at, text: WITHHELD[at.what] }
  try {
    const scrubbed = keyring.scrub(value)
    return scrubbed === value ? undefined : { at, text: JSON.stringify(scrubbed) }
  } catch {
    return { at, text: WITHHELD[at.what] }
  }
}

/** Fails closed: a text that cannot be scrubbed, or not of every secret, is taken out of the record. */
function scrubJson(keyring: Keyring, at: Written['at'], text: string): string {
  try {
    return scrubValue(keyring, at, JSON.parse(text) as Json)?.text ?? text
  } catch {
    return WITHHELD[at.what]
  }
}

const NOTE = 'withheld: it may hold a secret that could not be taken out of it'
const ERROR = { code: 'withheld', message: NOTE, retryable: false }

/** What stands where a text was, in the shape that its readers expect; a value may also be that of a failed step. */
const WITHHELD: Readonly<Record<Written['at']['what'], string>> = {
  event: JSON.stringify(NOTE),
  value: JSON.stringify({ exports: {}, summary: NOTE, ...ERROR }),
  logs: '[]',
  error: JSON.stringify(ERROR),
  attempt_logs: '[]',
  item: JSON.stringify({ note: NOTE, error: ERROR }),
  resumption: 'null',
  data: 'null'
}
