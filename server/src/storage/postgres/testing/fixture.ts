/** Storage in a database of its own, for tests; everything goes when the test ends. */
import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { commands, type TestCommands } from '../../testing/commands.ts'
import { PostgresStorage, type PostgresOptions } from '../storage.ts'
import { createDatabase } from './postgres.ts'

/** The URL of an empty database. */
export async function emptyDatabase(): Promise<string> {
  const { url, drop } = await createDatabase()
  onTestFinished(drop)
  return url
}

/** Opens test storage; it is closed when the test ends. */
export async function openStorage(
  url: string,
  options: Partial<PostgresOptions<TestCommands>> = {}
): Promise<PostgresStorage<TestCommands>> {
  const node = { executor: randomUUID(), name: 'test', version: '0' }
  const storage = await PostgresStorage.open({ url, commands, node, onTrouble: () => undefined, ...options })
  onTestFinished(() => storage.close())
  return storage
}
