/**
 * DBOS Transact as this process has it: one instance, which starts and stops. A server on SQLite never loads it, and no
 * environment variable of its cloud turns anything on here: DBOS reads some when it is loaded, and others when it starts.
 */
import type { DBOS } from '@dbos-inc/dbos-sdk'
import type { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor'
import type { ensureSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database'
import type { GlobalLogger } from '@dbos-inc/dbos-sdk/internal/telemetry/logs'

/** Why each of its internal parts is needed is said where it is used. */
export interface Sdk {
  dbos: typeof DBOS
  Executor: typeof DBOSExecutor
  Logger: typeof GlobalLogger
  ensureSystemDatabase: typeof ensureSystemDatabase
}

/** Longest pause, in seconds, between two tries of a statement while the database is away; DBOS's own is a minute. */
const LONGEST_RETRY_S = 1

let loaded: Promise<Sdk> | undefined

export function loadSdk(): Promise<Sdk> {
  for (const name of Object.keys(process.env)) if (name.startsWith('DBOS')) delete process.env[name]
  return (loaded ??= load())
}

async function load(): Promise<Sdk> {
  const { DBOS } = await import('@dbos-inc/dbos-sdk')
  const { DBOSExecutor } = await import('@dbos-inc/dbos-sdk/internal/dbos-executor')
  const { ensureSystemDatabase } = await import('@dbos-inc/dbos-sdk/internal/system_database')
  const { GlobalLogger } = await import('@dbos-inc/dbos-sdk/internal/telemetry/logs')
  const { dbRetryConfig } = await import('@dbos-inc/dbos-sdk/internal/utils')
  // There is no public setting: after an outage of half a minute, runs would stand still for as long again.
  dbRetryConfig.initialBackoffSec = LONGEST_RETRY_S / 10
  dbRetryConfig.maxBackoffSec = LONGEST_RETRY_S
  return { dbos: DBOS, Executor: DBOSExecutor, Logger: GlobalLogger, ensureSystemDatabase }
}
