/** A SQLite file as a store. By Node's own `node:sqlite`, in a process of its own (`connection.ts` says why). */
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { text } from '../../config.ts'
import { defineStore, type StoreEnvironment } from '../../store.ts'
import { databaseFields } from '../config.ts'
import { databaseStore } from '../database.ts'
import { SQLITE } from '../dialects.ts'
import type { Driver } from '../driver.ts'
import { connect } from './connection.ts'
import { sqliteFault } from './faults.ts'
import { checkFile } from './file.ts'

const config = z.strictObject({
  /** On the server's machine; opened, never made. */
  path: text
    .refine(isAbsolute, { error: 'an absolute path' })
    .meta({ description: 'the file, as an absolute path; it has to be there' }),
  ...databaseFields(SQLITE)
})

export type SqliteConfig = z.infer<typeof config>

const driver = ({ dataDirectory }: StoreEnvironment): Driver<SqliteConfig> => ({
  dialect: SQLITE,
  most: 2,
  target: ({ path }) => path,
  async connect(config, signal) {
    await checkFile(config.path, dataDirectory)
    return connect(config, signal)
  },
  fault: sqliteFault,
  connected: ({ path }) => ({ address: `${path} is there` })
})

export const sqlite = defineStore<SqliteConfig>({
  kind: 'sqlite',
  title: 'SQLite',
  lookup: 'key',
  options: [],
  secretLookup: true,
  config,
  show: ({ path, read_only, query }) => ({ path, read_only, ...(query === undefined ? {} : { query }) }),
  secrets: () => [],
  open: (config, environment) => databaseStore(driver(environment), config)
})
