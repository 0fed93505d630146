/** Harm that a hand could do to a data directory between a kill and the next start. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { TOKEN_MARK } from '../load/marks.ts'

function change(data: string, ...statements: string[]): void {
  const db = new DatabaseSync(join(data, 'bellhop.db'))
  for (const sql of statements) db.exec(sql)
  db.close()
}

/** The finished steps of runs that are to go on. */
export function deleteSteps(data: string): void {
  change(data, 'delete from steps where run in (select run from unfinished)')
}

/** Runs that are to go on. */
export function deleteRuns(data: string): void {
  change(data, 'delete from runs where id in (select run from unfinished)', 'delete from unfinished')
}

/** What a careless server might leave lying about. */
export function leaveToken(data: string): void {
  writeFileSync(join(data, 'heap.dump'), `…${TOKEN_MARK}0123456789ab…`)
}
