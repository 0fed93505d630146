/** Brings a data directory's database to this server's version. */
import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '@bellhop/sdk'
import { metaTable, migrationsFrom, VERSION } from '../migrations/migrations.ts'

/**
 * In one transaction, so that a crash leaves the old version whole.
 * @throws Fault `data_directory_newer`
 */
export function migrate(db: DatabaseSync): void {
  db.exec('begin immediate')
  try {
    db.exec(metaTable('sqlite'))
    const version = readVersion(db)
    if (version > VERSION)
      throw new Fault(
        'data_directory_newer',
        `This data directory has version ${version}, and this Bellhop knows versions up to ${VERSION}: start it with the newer Bellhop that wrote it.`
      )
    for (const statements of migrationsFrom(version, 'sqlite')) db.exec(statements)
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
