/** What a run has written so far, read back for secrets that became known late; and how it is written anew. */
import type { RunSeal } from '../../secrets/seal.ts'
import type { Reader } from '../../storage/connection.ts'
import { query } from '../../storage/query.ts'
import type { Written, WrittenAt } from '../journal.ts'
import type { Rewrite, Text } from './commands.ts'
import { eventOf } from './load-queries.ts'
import { fromRow, purpose, toRow } from './sealing.ts'

const stepTexts = query<{ run: number }>()((db, p) =>
  db.selectFrom('steps').select(['lane', 'position', 'value', 'logs']).where('run', '=', p.run)
)
const attemptTexts = query<{ run: number }>()((db, p) =>
  db.selectFrom('attempts').select(['lane', 'position', 'number', 'error', 'logs']).where('run', '=', p.run)
)

export function readBack(reader: Reader, run: number, seal: RunSeal | undefined): Written[] {
  const record: Written[] = []
  const add = (at: WrittenAt, stored: Text | null | undefined): void => {
    if (stored !== null && stored !== undefined) record.push({ at, text: fromRow(seal, purposeOf(at), stored) })
  }
  add({ what: 'event' }, reader.get(eventOf, { run })?.body)
  for (const { lane, position, value, logs } of reader.all(stepTexts, { run })) {
    add({ what: 'value', lane, position }, value)
    add({ what: 'logs', lane, position }, logs)
  }
  for (const { lane, position, number, error, logs } of reader.all(attemptTexts, { run })) {
    add({ what: 'error', lane, position, number }, error)
    add({ what: 'attempt_logs', lane, position, number }, logs)
  }
  return record
}

/** As rows hold it. */
export function toRewrites(seal: RunSeal | undefined, texts: readonly Written[]): Rewrite[] {
  return texts.map(({ at, text }) => ({ at, text: toRow(seal, purposeOf(at), text) }))
}

function purposeOf(at: WrittenAt): string {
  switch (at.what) {
    case 'event':
      return purpose.event
    case 'value':
      return purpose.value(at)
    case 'logs':
      return purpose.logs(at)
    case 'error':
      return purpose.error(at, at.number)
    case 'attempt_logs':
      return purpose.attemptLogs(at, at.number)
  }
}
