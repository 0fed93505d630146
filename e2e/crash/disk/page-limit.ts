/**
 * Loaded into the server by node's `--import`, with `?full=<path>`: while that file is there, the disk is full. SQLite
 * gets no further page (`max_page_count` never goes below what the database has), and the file system says that nothing
 * is free.
 */
import fs, { existsSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync, StatementSync } from 'node:sqlite'

const path = new URL(import.meta.url).searchParams.get('full') ?? ''
const ENDLESS = 0xfffffffe

const { statfsSync } = fs
fs.statfsSync = ((...args: Parameters<typeof statfsSync>) => {
  const said = statfsSync(...args)
  return existsSync(path) ? Object.assign(said, { bavail: 0 }) : said
}) as typeof statfsSync
syncBuiltinESMExports()

type Prepare = (this: DatabaseSync, sql: string) => StatementSync

/** Every group of writes begins with this statement: it is told anew how much room there is. */
const database = DatabaseSync.prototype as { prepare: Prepare }
const { prepare } = database
database.prepare = function (sql) {
  const statement = prepare.call(this, sql)
  if (sql !== 'begin immediate') return statement
  const run = StatementSync.prototype.run.bind(statement)
  statement.run = () => {
    this.exec(`pragma max_page_count = ${existsSync(path) ? 1 : ENDLESS}`)
    return run()
  }
  return statement
}
