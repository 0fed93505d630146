import { DatabaseSync } from 'node:sqlite'
import { statSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { VERSION } from '../migrations/migrations.ts'
import { describeStorage } from '../contract/storage-contract.ts'
import { meta } from '../testing/commands.ts'
import { openStorage, startOver, temporaryDirectory } from './testing/fixture.ts'

describeStorage('SQLite', async () => {
  const dir = temporaryDirectory()
  return { open: () => openStorage(dir), startCounting: () => startOver(dir) }
})

test('arguments that are made when a command leaves keep its place, and one that cannot be made fails alone', async () => {
  const storage = await openStorage(temporaryDirectory())
  const made: string[] = []
  const set = (value: string): Promise<number> =>
    storage.write('set', () => {
      if (value === 'bad') throw new Error('not made')
      made.push(value)
      return { key: 'n', value }
    })
  const writes = [set('1'), set('bad'), storage.write('set', { key: 'n', value: '2' }), set('3')]
  expect(made).toEqual([])
  const results = await Promise.allSettled(writes)
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: { message: 'not made' } })
  expect(made).toEqual(['1', '3'])
  expect((await storage.reader.get(meta, { key: 'n' }))?.value).toBe('3')
})

test('commands are carried out in the order they are given, also across event-loop turns', async () => {
  const storage = await openStorage(temporaryDirectory())
  const writes: Promise<number>[] = []
  for (let i = 0; i < 3000; i++) {
    writes.push(storage.write('set', { key: 'n', value: String(i) }))
    if (i % 500 === 0) await new Promise(setImmediate)
  }
  await Promise.all(writes)
  expect((await storage.reader.get(meta, { key: 'n' }))?.value).toBe('2999')
})

test('a directory has one process: a second start names the holder, and a killed holder leaves no lock', async () => {
  const dir = temporaryDirectory()
  const child = startOver(dir)
  expect(await child.line()).toBe('open')
  await expect(openStorage(dir)).rejects.toMatchObject({
    code: 'data_directory_in_use',
    message: expect.stringContaining(`(process ${child.process.pid})`) as string
  })
  child.process.kill('SIGKILL')
  await child.exit
  await openStorage(dir)
  const second = startOver(dir)
  expect(await second.line()).toContain(`(process ${process.pid})`)
})

test('after close() the directory is free and the log is empty', async () => {
  const dir = temporaryDirectory()
  const storage = await openStorage(dir)
  const write = storage.write('set', { key: 'a', value: '1' })
  await storage.close()
  await write
  expect(readdirSync(dir).toSorted()).toEqual(['bellhop.db', 'lock'])
  expect((await (await openStorage(dir)).reader.get(meta, { key: 'a' }))?.value).toBe('1')
})

test('starts are counted', async () => {
  const dir = temporaryDirectory()
  const first = await openStorage(dir)
  expect(first.boot).toBe(1)
  await first.crash()
  expect((await openStorage(dir)).boot).toBe(2)
})

test('a data directory of a newer version is refused, and stays as it is', async () => {
  const dir = temporaryDirectory()
  await (await openStorage(dir)).close()
  const db = new DatabaseSync(join(dir, 'bellhop.db'))
  db.prepare("update meta set value = ? where key = 'version'").run(String(VERSION + 1))
  db.close()
  await expect(openStorage(dir)).rejects.toMatchObject({
    code: 'data_directory_newer',
    message: `This data directory has version ${VERSION + 1}, and this Bellhop knows versions up to ${VERSION}: start it with the newer Bellhop that wrote it.`
  })
})

test('files are for their owner only', async () => {
  const dir = join(temporaryDirectory(), 'data')
  const storage = await openStorage(dir, { ballastBytes: 1 << 16 })
  await storage.write('set', { key: 'a', value: '1' })
  expect(readdirSync(dir).toSorted()).toEqual([
    'ballast',
    'bellhop.db',
    'bellhop.db-shm',
    'bellhop.db-wal',
    'lock',
    'lock.pid'
  ])
  for (const file of readdirSync(dir)) expect([file, statSync(join(dir, file)).mode & 0o777]).toEqual([file, 0o600])
  expect(statSync(dir).mode & 0o777).toBe(0o700)
})

test('a failed fsync ends the process, with nothing acknowledged and one line', async () => {
  const dir = temporaryDirectory()
  const child = startOver(dir, 'writer-lost-sync')
  expect(await child.line()).toBe('open')
  expect(await child.line()).toBeUndefined()
  const exit = await child.exit
  expect(exit.code).toBe(1)
  expect(exit.stderr).toMatch(/^bellhop: a commit failed \(disk I\/O error\)[^\n]*restart Bellhop[^\n]*\n$/)
  expect(await (await openStorage(dir)).reader.get(meta, { key: 'n' })).toBeUndefined()
})
