/** The one list of migrations: entry n brings a database from version n to n + 1. Entries are never changed. */
import { first } from './001-first.ts'
import { stores } from './002-stores.ts'
import { items } from './003-items.ts'
import { schedules } from './004-schedules.ts'
import { builds } from './005-builds.ts'
import { data } from './006-data.ts'
import { environment } from './007-environment.ts'
import { users } from './008-users.ts'
import { drafts } from './009-drafts.ts'

export const MIGRATIONS: readonly string[] = [first, stores, items, schedules, builds, data, environment, users, drafts]

/** The version of a database that this server reads and writes. */
export const VERSION = MIGRATIONS.length
