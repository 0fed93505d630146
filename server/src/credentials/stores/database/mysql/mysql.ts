/** MySQL and MariaDB as stores. By the `mysql2` client. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { defineStore } from '../../store.ts'
import { databaseFields, serverFields, shownServer, targetOf, tlsOf } from '../config.ts'
import { databaseStore } from '../database.ts'
import { MYSQL } from '../dialects.ts'
import type { Driver } from '../driver.ts'
import { reached } from '../server-checks.ts'
import { connect } from './connection.ts'
import { mysqlFault } from './faults.ts'

const config = z
  .strictObject({ ...serverFields(3306), ...databaseFields(MYSQL) })
  // The client would compare the certificate with `localhost`.
  .refine((written) => tlsOf(written) !== 'verify-full' || isIP(written.host) === 0, {
    path: ['host'],
    error: 'a name, which the certificate can be checked against; with an address, `tls: require` or `off`'
  })

export type MysqlConfig = z.infer<typeof config>

const driver: Driver<MysqlConfig> = {
  dialect: MYSQL,
  most: 5,
  target: targetOf,
  connect,
  fault: mysqlFault,
  connected: (config) => reached(config, tlsOf(config))
}

export const mysql = defineStore<MysqlConfig>({
  kind: 'mysql',
  title: 'MySQL or MariaDB',
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
