/**
 * A data directory that is moved: nobody else has it meanwhile, and not a byte of it is changed.
 *
 * SQLite writes beside a database that it only reads (the index of the log), unless it is told that nobody writes, or that this
 * index is there and is not to be touched.
 */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { Fault } from '@bellhop/sdk'
import { VERSION } from '../migrations/migrations.ts'
import type { Value } from '../query.ts'
import { openFault } from '../sqlite/failures.ts'
import { lockDirectory, type DirectoryLock } from '../sqlite/lock.ts'
import { keyOf, quoted, tablesOf, toMove, type Row, type Table } from './tables.ts'

export class Source {
  readonly #db: DatabaseSync
  readonly #lock: DirectoryLock
  /** Of the key that everything in it was made with. */
  readonly keyCheck: string
  /** Another for every directory, and for this one after it was used again. */
  readonly identity: string
  readonly tables: readonly Table[]

  private constructor(db: DatabaseSync, lock: DirectoryLock) {
    this.#db = db
    this.#lock = lock
    this.keyCheck = metaOf(db, 'key_check') ?? ''
    this.tables = tablesOf(db)
    this.identity = identityOf(db, this.tables)
  }

  /**
   * @throws Fault `data_missing`, `data_unusable`, `data_directory_in_use`, `data_directory_older`, `data_directory_newer`,
   *   `data_directory_not_closed`, `data_unreadable`
   */
  static open(dir: string): Source {
    const path = join(dir, 'bellhop.db')
    refuseUnseen(dir, path)
    const lock = lockDirectory(dir)
    try {
      const db = openUntouched(dir, path)
      checkVersion(db, dir)
      return new Source(db, lock)
    } catch (error) {
      lock.release()
      throw openFault(error, path)
    }
  }

  /** The rows that move, as they are to be, in the order of the key. @param after a key's values */
  *rows(table: Table, after: readonly Value[] | null): Generator<Row> {
    const key = keyOf(table).join(', ')
    const from = after === null ? 'true' : `(${key}) > (${keyOf(table, () => '?').join(', ')})`
    const statement = this.#db.prepare(
      `select ${table.selected} from ${quoted(table.name)} where ${table.moving} and ${from} order by ${key}`
    )
    statement.setReturnArrays(true)
    // Arrays, whatever the type says.
    for (const row of statement.iterate(...(after ?? [])) as Iterable<unknown>) yield toMove(table, row as Row)
  }

  /** The greatest number that a table has given, also to rows that are gone. */
  lastId(table: Table): number {
    const given = this.#db.prepare('select seq from sqlite_sequence where name = ?').get(table.name)?.['seq']
    const greatest = this.#db.prepare(`select max(id) as id from ${quoted(table.name)}`).get()?.['id']
    return Math.max(Number(given ?? 0), Number(greatest ?? 0))
  }

  close(): void {
    this.#db.close()
    this.#lock.release()
  }
}

/** Of what is not this user's to look at nobody can say whether it is there. */
function refuseUnseen(dir: string, path: string): void {
  try {
    closeSync(openSync(path, 'r'))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new Fault('data_missing', `${dir} holds no database of Bellhop.`, {
        hint: 'Name the data directory of the server that you want to move with --from.'
      })
    throw new Fault('data_unusable', `${path} cannot be read by this user (${code}).`, {
      hint: 'Run this as the user that runs the server.'
    })
  }
}

function openUntouched(dir: string, path: string): DatabaseSync {
  const url = pathToFileURL(path)
  const log = join(dir, 'bellhop.db-wal')
  const written = existsSync(log) && statSync(log).size > 0
  if (written && !existsSync(join(dir, 'bellhop.db-shm')))
    throw new Fault(
      'data_directory_not_closed',
      `The server of ${dir} did not end in order, and its log is not whole.`,
      {
        hint: `Run \`bellhop start --data ${dir}\` and stop it again, then repeat this.`
      }
    )
  url.search = written ? '?readonly_shm=1' : '?immutable=1'
  return new DatabaseSync(url, { readOnly: true })
}

function checkVersion(db: DatabaseSync, dir: string): void {
  const has = db.prepare("select 1 from sqlite_master where name = 'meta'").get() !== undefined
  const version = Number((has ? metaOf(db, 'version') : undefined) ?? 0)
  if (version < VERSION)
    throw new Fault(
      'data_directory_older',
      `${dir} is of an older Bellhop (version ${version}, this one has ${VERSION}).`,
      {
        hint: `Run \`bellhop start --data ${dir}\` with this Bellhop once, which brings it up to date, stop it, and repeat this.`
      }
    )
  if (version > VERSION)
    throw new Fault(
      'data_directory_newer',
      `${dir} is of a newer Bellhop (version ${version}, this one has ${VERSION}).`,
      {
        hint: 'Move it with the Bellhop that wrote it.'
      }
    )
}

function metaOf(db: DatabaseSync, key: string): string | undefined {
  const value = db.prepare('select value from meta where key = ?').get(key)?.['value']
  return typeof value === 'string' ? value : undefined
}

/** Every start of a server is counted in `meta`; what it holds tells directories apart that began with one key. */
function identityOf(db: DatabaseSync, tables: readonly Table[]): string {
  const hash = createHash('sha256')
  for (const key of ['key_check', 'boot']) hash.update(`${metaOf(db, key) ?? ''}\n`)
  for (const table of tables) {
    const key = keyOf(table)
    const last = db.prepare(`select ${key.join(', ')} from ${quoted(table.name)} order by ${descending(key)} limit 1`)
    hash.update(`${table.name} ${table.rows} ${JSON.stringify(last.get() ?? null)}\n`)
  }
  return hash.digest('base64url')
}

function descending(key: readonly string[]): string {
  return key.map((column) => `${column} desc`).join(', ')
}
