/**
 * What a statement of a step may do inside the one file: anything with its tables, and nothing beyond them. Other files
 * (`attach`, `vacuum into`), extensions, modules, and pragmas that set something are refused, whatever the schema's
 * views and triggers hold. https://www.sqlite.org/c3ref/c_alter_table.html
 */
import { constants } from 'node:sqlite'

const ALLOWED: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_RECURSIVE,
  constants.SQLITE_INSERT,
  constants.SQLITE_UPDATE,
  constants.SQLITE_DELETE,
  constants.SQLITE_CREATE_TABLE,
  constants.SQLITE_CREATE_INDEX,
  constants.SQLITE_CREATE_VIEW,
  constants.SQLITE_CREATE_TRIGGER,
  constants.SQLITE_DROP_TABLE,
  constants.SQLITE_DROP_INDEX,
  constants.SQLITE_DROP_VIEW,
  constants.SQLITE_DROP_TRIGGER,
  constants.SQLITE_ALTER_TABLE,
  constants.SQLITE_REINDEX
])

const FORBIDDEN_FUNCTIONS: ReadonlySet<string | null> = new Set(['load_extension', 'fts3_tokenizer', 'fts5'])

/** They say what a table is, and their argument is its name. */
const PRAGMAS: ReadonlySet<string | null> = new Set([
  'table_info',
  'table_xinfo',
  'table_list',
  'index_list',
  'index_info',
  'index_xinfo',
  'foreign_key_list'
])

/** For `setAuthorizer`. */
export function authorize(action: number, first: string | null, second: string | null): number {
  if (ALLOWED.has(action)) return constants.SQLITE_OK
  if (action === constants.SQLITE_FUNCTION) return verdict(!FORBIDDEN_FUNCTIONS.has(second))
  if (action === constants.SQLITE_PRAGMA) return verdict(PRAGMAS.has(first))
  return constants.SQLITE_DENY
}

function verdict(allowed: boolean): number {
  return allowed ? constants.SQLITE_OK : constants.SQLITE_DENY
}
