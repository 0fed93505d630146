import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { query } from '../query.ts'
import type { Storage } from '../storage.ts'
import { meta, type TestCommands } from '../testing/commands.ts'
import { openStorage, temporaryDirectory } from './testing/fixture.ts'

const count = query()((db) => db.selectFrom('test_events').select((e) => e.fn.countAll<number>().as('n')))
const identity = (error: unknown): unknown => error
const BIG = new Uint8Array(100_000).fill(7)

/** A file system of its own, where the machine permits it. */
function smallDisk(megabytes: number): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'bellhop-disk-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', [dir]))
  return dir
}

/** Writes until the disk is full; how many events were acknowledged. */
async function fill(storage: Storage<TestCommands>): Promise<number> {
  for (let n = 0; ; n++) {
    const write = storage.write('add', { workflow: 1, sealed: BIG, at: n })
    const error: unknown = await write.then(() => undefined, identity)
    if (error === undefined) continue
    expect(error).toMatchObject({ code: 'storage_full', status: 503, retryable: true })
    return n
  }
}

test('a full database refuses what does not fit, keeps what it acknowledged, and takes deletions', async () => {
  const dir = temporaryDirectory()
  const storage = await openStorage(dir, { entry: 'writer-small', ballastBytes: 1 << 16 })
  const written = await fill(storage)
  expect(written).toBeGreaterThan(2)
  expect((await storage.reader.get(count))?.n).toBe(written)
  expect(await storage.write('clear', { workflow: 1 })).toBe(written)
  await storage.room()
  await storage.write('add', { workflow: 1, sealed: BIG, at: 0 })
})

test('on a full disk the ballast lets deletions proceed, and the server recovers by itself', async ({ skip }) => {
  const dir = smallDisk(16) ?? skip('this machine permits no mount')
  const ballast = join(dir, 'ballast')
  const storage = await openStorage(dir, { ballastBytes: 2 << 20 })
  await storage.write('set', { key: 'a', value: '1' })
  await expect.poll(() => statSync(ballast).size).toBe(2 << 20)

  const written = await fill(storage)
  expect(storage.full).toBe(true)
  expect(existsSync(ballast)).toBe(false)
  // Refused at once while it is full, and the ballast's room is left to deletions.
  await expect(storage.write('set', { key: 'a', value: '2' })).rejects.toMatchObject({ code: 'storage_full' })
  expect((await storage.reader.get(count))?.n).toBe(written)

  expect(await storage.write('clear', { workflow: 1 })).toBe(written)
  await storage.room()
  expect(statSync(ballast).size).toBe(2 << 20)
  expect((await storage.reader.get(meta, { key: 'a' }))?.value).toBe('1')
  expect(await fill(storage)).toBeGreaterThan(written / 2)
})

/** Whether so many bytes still fitted. */
function fits(file: number, bytes: number): boolean {
  try {
    return writeSync(file, new Uint8Array(bytes)) > 0
  } catch {
    return false
  }
}

test('a server that is started on a full disk takes deletions, and recovers by itself', async ({ skip }) => {
  const dir = smallDisk(16) ?? skip('this machine permits no mount')
  const first = await openStorage(dir, { ballastBytes: 2 << 20 })
  for (let n = 0; n < 40; n++) await first.write('add', { workflow: 1, sealed: BIG, at: n })
  await first.crash()
  // Somebody else fills the disk to the last byte.
  const foreign = openSync(join(dir, 'foreign'), 'w')
  for (const bytes of [100_000, 1]) while (fits(foreign, bytes));
  closeSync(foreign)
  const storage = await openStorage(dir, { ballastBytes: 2 << 20 })
  await expect.poll(() => storage.full).toBe(true)
  expect(await storage.write('clear', { workflow: 1 })).toBe(40)
  rmSync(join(dir, 'foreign'))
  await storage.room()
  expect(await storage.write('set', { key: 'a', value: '1' })).toBe(1)
})

test('room that others make is noticed', async ({ skip }) => {
  const dir = smallDisk(8) ?? skip('this machine permits no mount')
  const storage = await openStorage(dir, { ballastBytes: 1 << 20 })
  const foreign = join(dir, 'foreign')
  writeFileSync(foreign, new Uint8Array(5 << 20))
  await fill(storage)
  rmSync(foreign)
  await storage.room()
  expect(await storage.write('set', { key: 'a', value: '1' })).toBe(1)
})
