/** Storage in a temporary directory, for tests; everything goes when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startChild, type Child } from '../../testing/child-process.ts'
import { SqliteStorage, type SqliteOptions } from '../storage.ts'
import type { TestCommands } from '../../testing/commands.ts'

/** The writer threads that tests can have. */
type Entry = 'writer-entry' | 'writer-lost-sync' | 'writer-small'

export function temporaryDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'bellhop-storage-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Opens test storage; it is closed when the test ends. */
export async function openStorage(
  dir: string,
  options: Partial<SqliteOptions> & { entry?: Entry } = {}
): Promise<SqliteStorage<TestCommands>> {
  const { entry = 'writer-entry', ...rest } = options
  const writer = new URL(`./${entry}.ts`, import.meta.url)
  const storage = await SqliteStorage.open<TestCommands>({ dir, writer, ballastBytes: 0, ...rest })
  onTestFinished(() => storage.close())
  return storage
}

/** Starts `child.ts` over a directory; it is killed when the test ends. */
export function startOver(dir: string, entry: Entry = 'writer-entry'): Child {
  return startChild(new URL('child.ts', import.meta.url), dir, entry)
}
