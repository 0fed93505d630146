import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openStorage, temporaryDirectory } from './testing/fixture.ts'
import { walWork } from './wal.ts'

const NOW = 1_800_000_000_000

test.for([
  ['an empty log needs nothing', { frames: 0, dirtySince: undefined, lastCommitAt: NOW - 1e6 }, 'nothing'],
  ['a young log under load needs nothing', { frames: 10, dirtySince: NOW - 500, lastCommitAt: NOW }, 'nothing'],
  ['a long log is written back', { frames: 2000, dirtySince: NOW - 500, lastCommitAt: NOW }, 'write_back'],
  ['a second of idleness cuts it', { frames: 1, dirtySince: NOW - 1500, lastCommitAt: NOW - 1000 }, 'truncate'],
  ['half a minute of load cuts it', { frames: 5, dirtySince: NOW - 30_000, lastCommitAt: NOW }, 'truncate'],
  ['a clock that was set back cuts it', { frames: 5, dirtySince: NOW + 1000, lastCommitAt: NOW }, 'truncate']
] as const)('%s', ([, state, work]) => {
  expect(walWork(state, NOW)).toBe(work)
})

test('an idle server cuts its log by itself', async () => {
  const dir = temporaryDirectory()
  const storage = await openStorage(dir)
  await storage.write('add', { workflow: 1, sealed: new Uint8Array(100_000), at: 0 })
  expect(statSync(join(dir, 'bellhop.db-wal')).size).toBeGreaterThan(100_000)
  await vi.waitFor(() => expect(statSync(join(dir, 'bellhop.db-wal')).size).toBe(0), { timeout: 10_000 })
})
