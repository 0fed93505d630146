/**
 * The one list of migrations, for both databases: entry n brings a database from version n to n + 1. Entries are never
 * changed.
 *
 * On PostgreSQL nodes of the version before still run while one migrates, and afterwards. So an entry only adds: tables,
 * indexes, and columns that may be null or have a constant default. What an older node reads keeps its name and its
 * meaning, and what is no longer wanted goes a release after the last one that used it.
 */
import type { Dialect } from '../query.ts'
import { first } from './001-first.ts'
import { stores } from './002-stores.ts'
import { items } from './003-items.ts'
import { schedules } from './004-schedules.ts'
import { builds } from './005-builds.ts'
import { data } from './006-data.ts'
import { environment } from './007-environment.ts'
import { users } from './008-users.ts'
import { drafts } from './009-drafts.ts'
import { nodes } from './010-nodes.ts'
import { WORDS } from './words.ts'

const MIGRATIONS = [first, stores, items, schedules, builds, data, environment, users, drafts, nodes]

/** The version of a database that this server reads and writes. */
export const VERSION = MIGRATIONS.length

/** The table that says which version a database has; it is there before the first migration. */
export function metaTable(dialect: Dialect): string {
  const { text, keyed } = WORDS[dialect]
  return `create table if not exists meta (key ${text} primary key, value ${text} not null)${keyed}`
}

/** Statements that bring a database of this version up to date, an entry for each version on the way. */
export function migrationsFrom(version: number, dialect: Dialect): string[] {
  return MIGRATIONS.slice(version).map((migration) => migration(WORDS[dialect]))
}
