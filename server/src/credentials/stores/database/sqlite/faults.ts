/** https://www.sqlite.org/rescode.html */
import { Fault } from '@bellhop/sdk'
import { badAnswer, denied, unavailable, unreachable } from '../../faults.ts'
import { at, badStatement, conflict, named, readOnly, refused, wordOf } from '../faults.ts'
import type { SqliteConfig } from './sqlite.ts'

/** What SQLite said, before it is put into our words. */
export class SqliteError extends Error {
  readonly errcode: number

  constructor(errcode: number, message: string) {
    super(message)
    this.errcode = errcode
  }
}

/** @param sql the statement; of SQLite's words only those that stand in it are repeated */
export function sqliteFault(error: unknown, { path }: SqliteConfig, sql: string): Error {
  if (error instanceof Fault) return error
  if (!(error instanceof SqliteError)) return unavailable('could not be read by a process', 'It can be tried again.')
  const { errcode, message } = error
  // The lower byte is the kind of error; those above are details.
  const kind = errcode & 0xff
  switch (kind) {
    case 1:
      return wrong(message, wordOf(message, sql))
    case 5:
    case 6:
      return unavailable(`is locked by somebody who writes (${errcode})`, 'It can be tried again.')
    case 7:
      return unavailable('needs more memory for this than it may take', 'Select less, or in parts.', {
        retryable: false
      })
    case 8:
      return readOnly(String(errcode))
    case 10:
    case 13:
      return unavailable(`has trouble with its disk (${errcode})`, `Look at the disk of ${path}.`)
    case 14:
      return unreachable(`can’t open ${path} (${errcode})`, 'Look whether the server may read it and its directory.')
    case 11:
    case 26:
      return badAnswer(`has a file at ${path} that is no sound SQLite database (${errcode})`, 'Correct `path`.')
    case 18:
      return badAnswer(`found a value or an answer that is too large (${errcode})`, 'Select less, or in parts.')
    case 19:
      return conflict('a constraint forbids it', String(errcode))
    case 23:
      return denied(
        'does not run this kind of statement for steps',
        'Attaching, extensions, transactions and settings are not for them.'
      )
    default:
      return refused(errcode === 0 ? 'no code' : String(errcode))
  }
}

/** The one code for a statement that SQLite can’t compile, and for what functions refuse. */
function wrong(message: string, word: string): Fault {
  if (message.startsWith('no such table')) return badStatement(`there is no such table${named(word)}`, '1')
  if (message.startsWith('no such column')) return badStatement(`there is no such column${named(word)}`, '1')
  if (message.startsWith('no such function')) return badStatement(`there is no such function${named(word)}`, '1')
  if (message.includes('syntax error')) return badStatement(`its grammar is wrong${at(word)}`, '1')
  if (message.includes('not authorized')) {
    return denied('does not run what the statement names', 'Attaching, extensions and settings are not for steps.')
  }
  return badStatement('it can’t be run', '1')
}
