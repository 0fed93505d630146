/** What an error of the database or of the connection to it means. */
import { Fault } from '@bellhop/sdk'
import pg from 'pg'

/**
 * How a statement failed:
 * - `again`: it met another transaction, and may be carried out if all is done once more
 * - `taken`: another has the unique key; done once more, the command sees it
 * - `stale`: the session's prepared statement is from before a migration; another session has no such one
 * - `lost`: the session is gone, or no longer where one can write
 * - `full`: the database has no room
 * - `slow`: it took too long, or too much
 * - `command`: the command's own mistake
 */
export type Failure = 'again' | 'taken' | 'stale' | 'lost' | 'full' | 'slow' | 'command'

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const FAILURES: Readonly<Record<string, Failure>> = {
  '40001': 'again',
  '40P01': 'again',
  '23505': 'taken',
  // A prepared statement is not there: the session is another one, given by a pooler.
  '26000': 'stale',
  '25006': 'lost',
  '25P03': 'lost',
  '57P01': 'lost',
  '57P02': 'lost',
  '57P03': 'lost',
  '57P05': 'lost',
  '53100': 'full',
  '53200': 'slow',
  '55P03': 'slow',
  '57014': 'slow'
}

/** @param error what the client threw: where the server did not say it, the connection did */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof pg.DatabaseError)) return 'lost'
  const { code = '', routine } = error
  // "cached plan must not change result type"
  if (code === '0A000' && routine === 'RevalidateCachedQuery') return 'stale'
  return FAILURES[code] ?? (code.startsWith('08') ? 'lost' : 'command')
}

/**
 * A mistake in a statement, or a row that breaks a rule. Of the server's own words only those are repeated that are about
 * the statement, as others quote values.
 */
export function mistake(error: unknown): Error {
  if (!(error instanceof pg.DatabaseError)) return new Error('the connection to the database failed')
  const { code = '', constraint, table, message } = error
  const about = code.startsWith('42') ? message : [table, constraint].filter((name) => name !== undefined).join(', ')
  return new Error(`the database refused a statement (${code}${about === '' ? '' : `: ${about}`})`)
}

export const storageFull = (): Fault =>
  new Fault('storage_full', 'The database has no room left.', {
    retryable: true,
    status: 503,
    hint: 'Give its disk more room, or shorten the retention of your workflows; the server goes on by itself.'
  })

export const storageBusy = (): Fault =>
  new Fault('storage_busy', 'The database did not come to it: others were in the way, or it took too long.', {
    retryable: true,
    status: 503,
    hint: 'Try again in a moment; if it stays so, look at the load and the locks of the database server.'
  })

/** @param why a sentence */
export const unavailable = (why: string, hint: string): Fault =>
  new Fault('database_unavailable', why, { retryable: true, status: 503, hint })

export const sessionLost = (): Fault =>
  unavailable('The connection to the database was lost.', 'The server goes on by itself when the database is back.')

export const commitUnknown = (): Fault =>
  new Fault('storage_unavailable', 'The connection to the database was lost while a change was being committed.', {
    retryable: true,
    status: 503,
    hint: 'Look whether the change is there before making it again.'
  })
