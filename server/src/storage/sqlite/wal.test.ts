import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { openStorage, temporaryDirectory } from './testing/fixture.ts'
import { walWork } from './wal.ts'

const NOW = 1_800_000_000_000

test.for([
  ['an empty log needs nothing', { frames: 0, dirtySince: undefined, lastCommitAt: NOW - 1e6, triedAt: 0 }, 'nothing'],
  [
    'a young log under load needs nothing',
    { frames: 10, dirtySince: NOW - 500, lastCommitAt: NOW, triedAt: 0 },
    'nothing'
  ],
  ['a long log is written back', { frames: 2000, dirtySince: NOW - 500, lastCommitAt: NOW, triedAt: 0 }, 'write_back'],
  [
    'a second of idleness cuts it',
    { frames: 1, dirtySince: NOW - 1500, lastCommitAt: NOW - 1000, triedAt: 0 },
    'truncate'
  ],
  ['half a minute of load cuts it', { frames: 5, dirtySince: NOW - 30_000, lastCommitAt: NOW, triedAt: 0 }, 'truncate'],
  [
    'a reader in the way is not waited for at once again',
    { frames: 1, dirtySince: NOW - 40_000, lastCommitAt: NOW, triedAt: NOW - 500 },
    'nothing'
  ],
  [
    'a clock that was set back cuts it',
    { frames: 5, dirtySince: NOW + 1000, lastCommitAt: NOW, triedAt: 0 },
    'truncate'
  ]
] as const)('%s', ([, state, work]) => {
  expect(walWork(state, NOW)).toBe(work)
})

test('a reader that holds a snapshot stops neither writers nor, once it is gone, the cutting', async () => {
  const dir = temporaryDirectory()
  const storage = await openStorage(dir)
  await storage.write('set', { key: 'a', value: '1' })
  const reader = new DatabaseSync(join(dir, 'bellhop.db'), { readOnly: true })
  reader.exec('begin')
  reader.prepare('select * from meta').all()
  await storage.write('add', { workflow: 1, sealed: new Uint8Array(100_000), at: 0 })
  // A truncation is due and refused meanwhile; this one still gets through.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await storage.write('set', { key: 'a', value: '2' })
  expect(statSync(join(dir, 'bellhop.db-wal')).size).toBeGreaterThan(100_000)
  reader.close()
  await vi.waitFor(() => expect(statSync(join(dir, 'bellhop.db-wal')).size).toBe(0), { timeout: 10_000 })
})

test('an idle server cuts its log by itself', async () => {
  const dir = temporaryDirectory()
  const storage = await openStorage(dir)
  await storage.write('add', { workflow: 1, sealed: new Uint8Array(100_000), at: 0 })
  expect(statSync(join(dir, 'bellhop.db-wal')).size).toBeGreaterThan(100_000)
  await vi.waitFor(() => expect(statSync(join(dir, 'bellhop.db-wal')).size).toBe(0), { timeout: 10_000 })
})
