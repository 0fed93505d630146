/**
 * How a statement fails, whatever the database. A database's own message quotes values (`invalid input syntax for type
 * integer: "…"`), so none is passed on: its code is, and of its words only those that stand in the statement, which is
 * text that the author wrote (I1).
 */
import { Fault, type FaultOptions } from '@bellhop/sdk'

/** A wrong statement: its grammar, or a table, column or function that is not there. */
export function badStatement(what: string, code: string): Fault {
  return new Fault('store_bad_statement', `does not take the statement: ${what} (${code})`, {
    hint: 'Correct the statement, or look whether it is meant for this database and schema.'
  })
}

/** An answer that cannot be told by the names of its columns. */
export function sameName(column: string): Fault {
  return new Fault('store_bad_statement', `answers with two columns named \`${column}\``, {
    hint: 'Give one of them another name with `as`.'
  })
}

/** A lookup whose statement cannot find anything. */
export function findsNothing(changed: number): Fault {
  return new Fault('store_bad_statement', `has a \`query\` that answers with no columns, and changed ${changed} rows`, {
    hint: 'Let it select, or return, what is looked up.'
  })
}

/** A lookup that leaves open whose credential is meant. */
export function ambiguous(): Fault {
  return new Fault(
    'store_ambiguous',
    'has more than one row for this key, so that it is open whose credential is meant',
    {
      hint: 'Narrow the store’s `query` until a key finds one row: by a unique column, or with an order and `limit 1`.'
    }
  )
}

/** A value that does not fit where it goes. */
export function badValue(code: string): Fault {
  return new Fault('store_bad_value', `does not take a value of the statement (${code})`, {
    hint: 'Compare the types of the columns with what `values` brings.'
  })
}

/** A change that a constraint forbids. */
export function conflict(what: string, code: string, constraint?: string): Fault {
  const of = constraint === undefined || constraint === '' ? '' : ` of \`${constraint}\``
  return new Fault('store_conflict', `refuses the change: ${what}${of} (${code})`, {
    hint: 'Look at the table’s constraints, and at what is there already.'
  })
}

/** A statement that writes, where nothing may be written. */
export function readOnly(code: string): Fault {
  return new Fault('store_denied', `is read-only here, and the statement writes (${code})`, {
    hint: 'If it is to write, set `read_only: false` in the store’s configuration, and grant its user no more than that.'
  })
}

/** Anything that has no words of its own here: the code has to do. */
export function refused(code: string, options: FaultOptions = {}): Fault {
  return new Fault('store_refused', `refused the statement (${code})`, {
    hint: 'Look the code up in the database’s manual, or in its log at this time.',
    ...options
  })
}

const QUOTED = /"([^"]+)"|'([^']+)'|`([^`]+)`|: ([\w.$]+)$/g

/** The first word that a message quotes and that stands in the statement, in backticks; empty where there is none. */
export function wordOf(message: string, sql: string): string {
  for (const [, ...groups] of message.matchAll(QUOTED)) {
    const word = groups.find((group) => group !== undefined)
    if (word === undefined) continue
    // A message names a column with its table: `c.tokn`; SQL may write them apart.
    const found = [word, word.split('.').at(-1) ?? ''].find((part) => part !== '' && sql.includes(part))
    if (found !== undefined) return `\`${found.slice(0, 60)}\``
  }
  return ''
}

/** Where it is, if a word says so. */
export const at = (word: string): string => (word === '' ? '' : ` at ${word}`)

/** What it is, if a word says so. */
export const named = (word: string): string => (word === '' ? '' : `: ${word}`)
