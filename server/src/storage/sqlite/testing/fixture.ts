/** Storage in a temporary directory, for tests; everything goes when the test ends. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { query } from '../../query.ts'
import { SqliteStorage, type SqliteOptions } from '../storage.ts'
import type { TestCommands } from '../../testing/commands.ts'

/** The writer threads that tests can have. */
type Entry = 'writer-entry' | 'writer-lost-sync' | 'writer-small'

export const meta = query<{ key: string }>()((db, p) => db.selectFrom('meta').select('value').where('key', '=', p.key))

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

export interface Child {
  process: ChildProcessByStdio<null, Readable, Readable>
  /** The next line of its output; undefined after the last. */
  line(): Promise<string | undefined>
  /** How it ended. */
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>
}

/** Starts `child.ts`; it is killed when the test ends. */
export function startChild(dir: string, entry: Entry = 'writer-entry'): Child {
  const script = fileURLToPath(new URL('child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, dir, entry], { stdio: ['ignore', 'pipe', 'pipe'], env: {} })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exit = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stderr }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  return {
    process: child,
    line: async () => {
      const { done, value } = await lines.next()
      return done === true ? undefined : value
    },
    exit
  }
}
