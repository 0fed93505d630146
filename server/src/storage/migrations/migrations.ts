/** The one list of migrations: entry n brings a data directory from version n to n + 1. Entries are never changed. */
import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '@bellhop/sdk'
import { first } from './001-first.ts'
import { stores } from './002-stores.ts'
import { items } from './003-items.ts'
import { schedules } from './004-schedules.ts'
import { builds } from './005-builds.ts'
import { data } from './006-data.ts'
import { environment } from './007-environment.ts'
import { users } from './008-users.ts'
import { drafts } from './009-drafts.ts'

const MIGRATIONS: readonly string[] = [first, stores, items, schedules, builds, data, environment, users, drafts]

/** The version of a data directory that this server reads and writes. */
export const VERSION = MIGRATIONS.length

/**
 * Brings the database to this server's version, in one transaction, so that a crash leaves the old version whole.
 * @throws Fault `data_directory_newer`
 */
export function migrate(db: DatabaseSync): void {
  db.exec('begin immediate')
  try {
    db.exec('create table if not exists meta (key text primary key, value text not null) strict, without rowid')
    const version = readVersion(db)
    if (version > VERSION)
      throw new Fault(
        'data_directory_newer',
        `This data directory has version ${version}, and this Bellhop knows versions up to ${VERSION}: start it with the newer Bellhop that wrote it.`
      )
    for (const statements of MIGRATIONS.slice(version)) db.exec(statements)
    db.prepare("insert into meta values ('version', ?) on conflict do update set value = excluded.value").run(
      String(VERSION)
    )
    db.exec('commit')
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

function readVersion(db: DatabaseSync): number {
  const row = db.prepare("select value from meta where key = 'version'").get()
  return row === undefined ? 0 : Number(row['value'])
}
