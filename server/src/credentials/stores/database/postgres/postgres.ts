/** PostgreSQL as a store, and what speaks its protocol (CockroachDB, Aurora, …). By the `pg` client. */
import { z } from 'zod'
import { defineStore } from '../../store.ts'
import { databaseFields, serverFields, shownServer, targetOf, tlsOf } from '../config.ts'
import { databaseStore } from '../database.ts'
import { POSTGRES } from '../dialects.ts'
import type { Driver } from '../driver.ts'
import { reached } from '../server-checks.ts'
import { connect } from './connection.ts'
import { postgresFault } from './faults.ts'

const config = z.strictObject({ ...serverFields(5432), ...databaseFields(POSTGRES) })

export type PostgresConfig = z.infer<typeof config>

const driver: Driver<PostgresConfig> = {
  dialect: POSTGRES,
  most: 5,
  target: targetOf,
  connect,
  fault: postgresFault,
  connected: (config) => reached(config, tlsOf(config))
}

export const postgres = defineStore<PostgresConfig>({
  kind: 'postgres',
  title: 'PostgreSQL',
  lookup: 'key',
  options: [],
  secretLookup: true,
  config,
  show: ({ query, read_only, ...config }) => ({
    ...shownServer(config),
    read_only,
    ...(query === undefined ? {} : { query })
  }),
  secrets: ({ password }) => (password === undefined ? [] : [password]),
  open: (config) => databaseStore(driver, config)
})
