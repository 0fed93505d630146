import type { Fault } from '@bellhop/sdk'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { query } from '../query.ts'
import { meta, type TestCommands } from '../testing/commands.ts'
import type { PostgresStorage } from './storage.ts'
import { emptyDatabase, openStorage } from './testing/fixture.ts'
import { proxyTo, type Proxy } from './testing/proxy.ts'

const everything = query()((db) => db.selectFrom('meta').selectAll())

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set search_path = bellhop')
  onTestFinished(() => client.end())
  return client
}

/** Storage with a network in between that can be broken, and what it has said of its troubles. */
async function farAway(): Promise<{
  url: string
  proxy: Proxy
  storage: PostgresStorage<TestCommands>
  troubles: string[]
}> {
  const url = await emptyDatabase()
  const proxy = await proxyTo(url)
  const troubles: string[] = []
  const onTrouble = (trouble: Fault): void => void troubles.push(trouble.code)
  return { url, proxy, storage: await openStorage(proxy.url, { onTrouble }), troubles }
}

/** Has every write of `meta` fail as the server would say it. */
async function failWith(client: pg.Client, state: string): Promise<void> {
  await client.query(`
    create function fail() returns trigger language plpgsql as $$ begin
      raise exception 'the value is %', new.value using errcode = '${state}';
    end $$;
    create trigger fail before insert or update on meta for each row execute function fail()`)
}

test('while the database cannot be reached everything is refused at once, and then goes on by itself', async () => {
  const { proxy, storage, troubles } = await farAway()
  await storage.write('set', { key: 'a', value: '1' })
  expect([storage.full, await storage.room()]).toEqual([false, undefined])
  proxy.cut()
  const gone = { code: 'database_unavailable', status: 503, retryable: true }
  await expect(storage.write('set', { key: 'a', value: '2' })).rejects.toMatchObject(gone)
  expect(storage.full).toBe(true)
  const write = storage.write('set', () => expect.unreachable('nothing is made for a command that does not leave'))
  await expect(write).rejects.toMatchObject(gone)
  await expect(storage.reader.get(meta, { key: 'a' })).rejects.toMatchObject(gone)
  const room = storage.room()
  proxy.mend()
  await room
  expect(storage.full).toBe(false)
  expect((await storage.reader.get(meta, { key: 'a' }))?.value).toBe('1')
  await storage.write('set', { key: 'a', value: '3' })
  expect(troubles).toEqual(['database_unavailable'])
})

test('connections that the server has ended are replaced, and nobody notices', async () => {
  const url = await emptyDatabase()
  const onTrouble = vi.fn<(trouble: Fault) => void>()
  const storage = await openStorage(url, { onTrouble })
  const admin = await connected(url)
  for (let n = 1; n <= 5; n++) {
    await Promise.all(Array.from({ length: 10 }, () => storage.write('readAndAdd', { key: 'n' })))
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'bellhop'"
    )
    expect((await storage.reader.get(meta, { key: 'n' }))?.value).toBe(String(10 * n))
  }
  expect(onTrouble).not.toHaveBeenCalled()
})

test('a commit whose answer was lost is neither reported as done nor done once more', async () => {
  const { url, proxy, storage } = await farAway()
  await storage.write('set', { key: 'n', value: '0' })
  const lost = proxy.loseAnswerTo('commit')
  await expect(storage.write('readAndAdd', { key: 'n' })).rejects.toMatchObject({
    code: 'storage_unavailable',
    status: 503,
    retryable: true
  })
  await lost
  // Here it was carried out; once.
  const direct = await connected(url)
  expect((await direct.query("select value from meta where key = 'n'")).rows).toEqual([{ value: '1' }])
  expect(await storage.write('readAndAdd', { key: 'n' })).toBe(2)
})

test('where the answer to one statement that does it all was lost, it is looked up and not done once more', async () => {
  const { proxy, storage, troubles } = await farAway()
  await storage.write('claimAtOnce', { key: 'a', by: 'warm' })
  const lost = proxy.loseAnswerTo('needle')
  expect(await storage.write('claimAtOnce', { key: 'b', by: 'needle' })).toBe('needle')
  await lost
  expect(await storage.write('claimAtOnce', { key: 'b', by: 'another' })).toBe('needle')
  expect(troubles).toEqual([])
})

test('where it cannot be looked up either, nobody says that it was not done', async () => {
  const { url, proxy, storage, troubles } = await farAway()
  const lost = proxy.loseAnswerTo('needle').then(() => proxy.cut())
  await expect(storage.write('claimAtOnce', { key: 'a', by: 'needle' })).rejects.toMatchObject({
    code: 'storage_unavailable',
    status: 503,
    retryable: true
  })
  await lost
  expect([storage.full, troubles]).toEqual([true, ['database_unavailable']])
  const direct = await connected(url)
  expect((await direct.query("select value from meta where key = 'a'")).rows).toEqual([{ value: 'needle' }])
})

test('what is lost before the commit is done once more', async () => {
  const { proxy, storage, troubles } = await farAway()
  await storage.write('set', { key: 'needle', value: '0' })
  let lost = proxy.loseAnswerTo('needle')
  expect(await storage.write('readAndAdd', { key: 'needle' })).toBe(1)
  await lost
  lost = proxy.loseAnswerTo('needle')
  expect((await storage.reader.get(meta, { key: 'needle' }))?.value).toBe('1')
  await lost
  expect(troubles).toEqual([])
})

test('where one connection was lost, those that were idle are not used any more', async () => {
  const { url, proxy, storage } = await farAway()
  const direct = await connected(url)
  const idle = async (): Promise<number[]> => {
    const { rows } = await direct.query<{ pid: number }>(
      `select pid from pg_stat_activity
        where datname = current_database() and application_name = 'bellhop' and query not like 'listen %'`
    )
    return rows.map(({ pid }) => pid)
  }
  await Promise.all(Array.from({ length: 10 }, () => storage.reader.get(meta, { key: 'n' })))
  const before = await idle()
  expect(before.length).toBeGreaterThan(1)
  const lost = proxy.loseAnswerTo('needle')
  await storage.reader.get(meta, { key: 'needle' })
  await lost
  await expect.poll(async () => (await idle()).filter((pid) => before.includes(pid))).toEqual([])
})

test('a database without room says so, and is tried again after a while', async () => {
  const url = await emptyDatabase()
  const troubles: string[] = []
  const storage = await openStorage(url, { onTrouble: (trouble) => troubles.push(trouble.code) })
  const admin = await connected(url)
  await failWith(admin, '53100')
  await expect(storage.write('set', { key: 'a', value: '1' })).rejects.toMatchObject({
    code: 'storage_full',
    status: 503,
    retryable: true
  })
  expect(storage.full).toBe(true)
  expect(await storage.reader.get(meta, { key: 'a' })).toBeUndefined()
  await admin.query('drop trigger fail on meta')
  await storage.room()
  expect(await storage.write('set', { key: 'a', value: '1' })).toBe(1)
  expect(troubles).toEqual(['storage_full'])
})

test.for(['40001', '40P01', '57014', '55P03'])('a server that goes on saying %s is busy', async (state) => {
  const url = await emptyDatabase()
  const storage = await openStorage(url)
  await failWith(await connected(url), state)
  const write = storage.write('set', { key: 'a', value: '1' })
  await expect(write).rejects.toMatchObject({ code: 'storage_busy', status: 503, retryable: true })
  expect(storage.full).toBe(false)
})

test.for(['23505', '23514', 'P0001'])('a mistake is the command’s alone, and quotes nothing: %s', async (state) => {
  const url = await emptyDatabase()
  const storage = await openStorage(url)
  await failWith(await connected(url), state)
  const error: unknown = await storage
    .write('set', { key: 'a', value: 'xoxb-1' })
    .then(null, (reason: unknown) => reason)
  expect(error).toMatchObject({ message: `the database refused a statement (${state})` })
  expect(storage.full).toBe(false)
})

test('a command that goes on after a statement of it failed is not taken for done', async () => {
  const storage = await openStorage(await emptyDatabase())
  const write = storage.write('carelessly', { key: 'a', value: '1' })
  await expect(write).rejects.toThrow('the database refused a statement (23505: meta, meta_pkey)')
  expect(await storage.reader.get(meta, { key: 'a' })).toBeUndefined()
})

test('statements go on after a migration that another node has made', async () => {
  const url = await emptyDatabase()
  const storage = await openStorage(url, { connections: 5 })
  const read = () => Promise.all(Array.from({ length: 10 }, () => storage.reader.all(everything)))
  await read()
  const admin = await connected(url)
  await admin.query('alter table meta add column added bigint')
  for (const rows of await read())
    expect(rows).toContainEqual({ key: 'version', value: expect.any(String) as string, added: null })
})

test('the character that PostgreSQL’s text cannot have is refused', async () => {
  const storage = await openStorage(await emptyDatabase())
  const refused = { code: 'text_not_storable', status: 400 }
  await expect(storage.write('set', { key: 'a\0b', value: '1' })).rejects.toMatchObject(refused)
  await expect(storage.write('claimAtOnce', { key: 'a\0b', by: '1' })).rejects.toMatchObject(refused)
  await expect(storage.reader.get(meta, { key: 'a\0b' })).rejects.toMatchObject(refused)
  await storage.write('set', { key: 'a', value: JSON.stringify('a\0b') })
})

test('a crash ends what was under way without an answer', async () => {
  const url = await emptyDatabase()
  const storage = await openStorage(url)
  const admin = await connected(url)
  await admin.query('begin; lock table meta')
  let answered = false
  const note = (): void => void (answered = true)
  storage.write('set', { key: 'a', value: '1' }).then(note, note)
  await vi.waitFor(async () => {
    const { rowCount } = await admin.query("select 1 from pg_locks where not granted and relation = 'meta'::regclass")
    expect(rowCount).toBe(1)
  }, 20_000)
  await storage.crash()
  await admin.query('commit')
  const next = await openStorage(url)
  expect(next.boot).toBeGreaterThan(storage.boot)
  await next.write('set', { key: 'b', value: '1' })
  expect(answered).toBe(false)
})

test('an urgent command does not stand behind others', async () => {
  const url = await emptyDatabase()
  const storage = await openStorage(url, { connections: 1 })
  for (const key of ['a', 'b']) await storage.write('set', { key, value: '0' })
  const admin = await connected(url)
  await admin.query("begin; select from meta where key = 'a' for update")
  const behind = storage.write('addApart', { key: 'a' })
  expect(await storage.write('addSoon', { key: 'b' })).toBe(1)
  await admin.query('commit')
  expect(await behind).toBe(1)
})

test('more commands than connections wait for each other, however long', async () => {
  const url = await emptyDatabase()
  const storage = await openStorage(url, { connections: 2 })
  const writes = Array.from({ length: 200 }, (_, i) => storage.write('set', { key: `k${i}`, value: '1' }))
  const reads = Array.from({ length: 200 }, (_, i) => storage.reader.get(meta, { key: `k${i}` }))
  expect(await Promise.all(writes)).toEqual(writes.map(() => 1))
  expect(await Promise.all(reads)).toHaveLength(200)
  const admin = await connected(url)
  const { rows } = await admin.query(
    `select count(*)::int as n from pg_stat_activity
      where datname = current_database() and application_name = 'bellhop' and query not like 'listen %'`
  )
  // Nothing was urgent.
  expect(rows).toEqual([{ n: 2 }])
})
