import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { House, reasonOf, step, turn } from '../contract/fixture.ts'
import { SqliteFixture } from './testing/fixture.ts'
import { rows } from './testing/rows.ts'

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

test('a full disk: no run is taken on, a finished step’s result is held, and is committed when there is room', async ({
  skip
}) => {
  const dir = smallDisk(16) ?? skip('this machine permits no mount')
  const fixture = new SqliteFixture(dir)
  onTestFinished(() => fixture.storage.close())
  const foreign = join(dir, 'foreign')
  let ran = 0
  const house = await new House(fixture).open(async (d) => {
    await step(d, 'fills the disk', () => {
      ran++
      const { bavail, bsize } = statfsSync(dir)
      writeFileSync(foreign, new Uint8Array(bavail * bsize))
      return 'x'.repeat(100_000)
    })
    await step(d, 'after', () => 1)
  })
  const { id, ended } = await house.accept()
  await expect.poll(() => fixture.storage.full, { timeout: 10_000 }).toBe(true)
  await expect(house.accept()).rejects.toMatchObject({ code: 'storage_full', status: 503, retryable: true })
  expect(rows(dir, 'select uuid from runs')).toMatchObject([{ uuid: id }])
  rmSync(foreign)
  expect(await ended).toMatchObject({ end: { status: 'succeeded' } })
  expect(ran).toBe(1)
})

test('a commit whose answer was lost is found under its idempotency key', async () => {
  const fixture = new SqliteFixture()
  onTestFinished(() => fixture.remove())
  const house = await new House(fixture).open(() => Promise.reject(new Error('nobody heard of the commit')))
  const idempotency = { scope: new Uint8Array(32).fill(1), request: new Uint8Array(32).fill(2) }
  const run = house.newRun({ idempotency })
  house.engine.accept(run).catch(() => {})
  await turn()
  // This thread is kept busy until the commit is there, so that its answer waits; then the process "dies".
  while (rows(fixture.dir, 'select uuid from runs').length === 0);
  await house.reopen((d) => step(d, 'a', () => 1))
  const again = await house.engine.accept(house.newRun({ idempotency }))
  expect(reasonOf(again)).toBe('repeated')
  expect(again).toMatchObject({ run: run.id.uuid })
  expect(await house.ended(run.id.uuid)).toMatchObject({ status: 'succeeded' })
})
