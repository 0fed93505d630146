import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '@bellhop/sdk'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { emptyDatabase, openStorage } from '../postgres/testing/fixture.ts'
import { TYPES } from '../postgres/values.ts'
import { lockDirectory } from '../sqlite/lock.ts'
import { startChild } from '../testing/child-process.ts'
import { compare } from './comparing.ts'
import { move, type Counted, type Progress } from './moving.ts'
import { Source } from './source.ts'
import { Target } from './target.ts'
import { filesOf, filledDirectory, tableNames } from './testing/directory.ts'

const ROWS = 12
/** A user who owns nothing. */
const NOBODY = 65_534

async function moveAll(dir: string, url: string, tell: (p: Progress) => void = () => {}): Promise<Counted[]> {
  const source = Source.open(dir)
  try {
    const target = await Target.open(url, source)
    try {
      return await move(source, target, tell)
    } finally {
      await target.close()
    }
  } finally {
    source.close()
  }
}

type Rows = Record<string, unknown>[]

async function query(url: string, text: string): Promise<Rows> {
  const client = new pg.Client({ connectionString: url, types: TYPES })
  await client.connect()
  try {
    await client.query('set search_path = bellhop')
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

/** Every row of every table, but for what tells nodes and versions. */
async function contentOf(url: string, dir: string): Promise<Record<string, Rows>> {
  const content: Record<string, Rows> = {}
  for (const table of [...tablesIn(dir), 'meta'])
    content[table] = (await query(url, `select * from "${table}" as t order by t`)).filter(
      ({ key }) => key !== 'version'
    )
  return content
}

function tablesIn(dir: string): string[] {
  return rowsIn(dir, tableNames)
}

/** Reads what a server left there, without leaving anything. */
function rowsIn<T>(dir: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(dir, 'bellhop.db'))
  try {
    return read(db)
  } finally {
    db.close()
  }
}

function plain(rows: Rows): Rows {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v instanceof Uint8Array ? Buffer.from(v) : v]))
  )
}

describe('what is moved', () => {
  test('every row of every table but sessions and nodes, as it was', async () => {
    const { dir } = filledDirectory(ROWS)
    const url = await emptyDatabase()
    const counted = await moveAll(dir, url)
    const changed = new Set(['unfinished', 'keyring', 'sessions', 'nodes'])
    for (const table of tablesIn(dir).filter((name) => !changed.has(name))) {
      const source = rowsIn(dir, (db) => db.prepare(`select * from "${table}"`).all())
      const texts = new Set(
        rowsIn(dir, (db) => db.prepare("select name from pragma_table_info(?) where type = 'ANY'").all(table)).map(
          ({ name }) => String(name)
        )
      )
      const expected = source.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            texts.has(name) && value instanceof Uint8Array ? `~${Buffer.from(value).toString('base64')}` : value
          ])
        )
      )
      const found = plain(await query(url, `select * from "${table}"`))
      expect(found, table).toHaveLength(ROWS)
      expect(new Set(found.map((row) => JSON.stringify(row))), table).toEqual(
        new Set(plain(expected).map((row) => JSON.stringify(row)))
      )
    }
    expect(counted.every(({ here, there }) => here === there)).toBe(true)
    expect(await query(url, 'select * from sessions union all select * from sessions')).toEqual([])
    expect(await query(url, 'select * from nodes')).toEqual([])
  })

  test('of meta the check of the key and what subjects keep there', async () => {
    const { dir, change } = filledDirectory(1)
    change((db) => db.exec("insert into meta values ('trigger_token;7', 'digest')"))
    const url = await emptyDatabase()
    await moveAll(dir, url)
    const kept = rowsIn(dir, (db) => db.prepare("select value from meta where key = 'key_check'").get()?.['value'])
    const found = await query(url, "select * from meta where key <> 'version' order by key")
    expect(found).toEqual([
      { key: 'key_check', value: kept },
      { key: 'trigger_token;7', value: 'digest' }
    ])
  })

  test('unfinished runs are nobody’s, at the end of a life, and due', async () => {
    const { dir, change } = filledDirectory(0)
    change((db) =>
      db.exec(`insert into unfinished (run, timeout_ms, boot, crashes, life, wake_at, places) values
        (1, 1000, 0, 0, 2, 5000, '[3]'), (2, 1000, 0, 1, 1, null, null), (3, 1000, 9, 1, 1, null, null)`)
    )
    const url = await emptyDatabase()
    await moveAll(dir, url)
    expect(await query(url, 'select * from unfinished order by run')).toEqual([
      { run: 1, timeout_ms: 1000, boot: 0, crashes: 0, life: 3, wake_at: 5000, places: '[3]' },
      { run: 2, timeout_ms: 1000, boot: 0, crashes: 1, life: 2, wake_at: 0, places: null },
      { run: 3, timeout_ms: 1000, boot: 0, crashes: 2, life: 2, wake_at: 0, places: null }
    ])
  })

  test('places that hold secrets, and no free ones', async () => {
    const { dir, change } = filledDirectory(0)
    change((db) =>
      db.exec("insert into keyring values (1, printf('%496s', '')), (2, 'h s o'), (3, printf('%496s', ''))")
    )
    const url = await emptyDatabase()
    await moveAll(dir, url)
    expect(await query(url, 'select * from keyring')).toEqual([{ id: 2, data: 'h s o' }])
  })

  test('numbers go on behind the greatest, also where its row is gone', async () => {
    const { dir, change } = filledDirectory(ROWS)
    change((db) => db.exec('delete from users where id > 50; delete from steps where id > 50'))
    const url = await emptyDatabase()
    await moveAll(dir, url)
    const next = async (table: string): Promise<unknown> =>
      (await query(url, `select nextval(pg_get_serial_sequence('bellhop.${table}', 'id')) as id`))[0]?.['id']
    expect(await next('users')).toBe(ROWS * 10 + 1)
    expect(await next('steps')).toBe(51)
  })

  test('rows of any size', async () => {
    const { dir, change } = filledDirectory(0)
    const body = JSON.stringify('é"\\'.repeat(1_000_000))
    const content = new Uint8Array(3_000_000).map((_, i) => i)
    change((db) => {
      db.prepare('insert into events values (1, ?), (2, ?), (3, ?)').run(body, '1', body)
      db.prepare('insert into file_contents values (?, ?)').run('hash', content)
    })
    const url = await emptyDatabase()
    await moveAll(dir, url)
    expect((await query(url, 'select body from events order by run')).map((row) => row['body'] === body)).toEqual([
      true,
      false,
      true
    ])
    expect(
      Buffer.compare((await query(url, 'select content from file_contents'))[0]?.['content'] as Buffer, content)
    ).toBe(0)
  })

  test('what PostgreSQL cannot store is named', async () => {
    const { dir, change } = filledDirectory(0)
    change((db) => db.prepare("insert into env_secrets values (?, x'00', '', '', 1, 1)").run('a\0b'))
    const error: unknown = await moveAll(dir, await emptyDatabase()).catch((e: unknown) => e)
    expect(error).toMatchObject({
      code: 'text_not_storable',
      message: expect.stringContaining('env_secrets') as string
    })
  })
})

describe('the data directory', () => {
  test('is not changed by a byte', async () => {
    const { dir } = filledDirectory(ROWS)
    lockDirectory(dir).release()
    const before = filesOf(dir)
    await moveAll(dir, await emptyDatabase())
    expect(filesOf(dir)).toEqual(before)
  })

  test('is moved as its server left it when it was killed, and not changed either', async () => {
    const { dir, change } = filledDirectory(0)
    const copy = mkdtempSync(join(tmpdir(), 'bellhop-moving-'))
    onTestFinished(() => rmSync(copy, { recursive: true }))
    lockDirectory(copy).release()
    change((db) => {
      db.exec('insert into events values (1, \'"only in the log"\')')
      for (const name of readdirSync(dir)) copyFileSync(join(dir, name), join(copy, name))
    })
    expect(Object.keys(filesOf(copy))).toContain('bellhop.db-wal')
    const before = filesOf(copy)
    const url = await emptyDatabase()
    await moveAll(copy, url)
    expect(filesOf(copy)).toEqual(before)
    expect(await query(url, 'select * from events')).toEqual([{ run: 1, body: '"only in the log"' }])
    rmSync(join(copy, 'bellhop.db-shm'))
    expect(() => Source.open(copy)).toThrow(expect.objectContaining({ code: 'data_directory_not_closed' }))
  })

  test('of a running server is refused', () => {
    const { dir } = filledDirectory(0)
    const lock = lockDirectory(dir)
    expect(() => Source.open(dir)).toThrow(expect.objectContaining({ code: 'data_directory_in_use' }))
    lock.release()
    Source.open(dir).close()
  })

  test.each([
    ['older', "update meta set value = '3' where key = 'version'", 'data_directory_older'],
    ['newer', "update meta set value = '999' where key = 'version'", 'data_directory_newer'],
    ['foreign', 'drop table meta', 'data_directory_older']
  ])('of an %s version is refused, and let go of', (_, sql, code) => {
    const { dir, change } = filledDirectory(0)
    change((db) => db.exec(sql))
    expect(() => Source.open(dir)).toThrow(expect.objectContaining({ code }))
    lockDirectory(dir).release()
  })

  test('that is another user’s is refused, and not taken for none', { timeout: 20_000 }, () => {
    const { dir } = filledDirectory(0)
    const asNobody = (): string => {
      const open =
        "import { Source } from './source.ts'; try { Source.open(process.argv[1]).close() } catch (e) { console.log(e.code, e.hint) }"
      return execFileSync(process.execPath, ['--input-type=module', '--eval', open, dir], {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {})
      })
    }
    const database = join(dir, 'bellhop.db')
    chmodSync(database, 0o444)
    chmodSync(dir, 0o555)
    onTestFinished(() => chmodSync(dir, 0o755))
    expect(asNobody()).toContain('data_unusable Run this as the user that runs Bellhop')
    chmodSync(database, 0o000)
    expect(asNobody()).toContain('data_unusable Run this as the user that runs the server')
  })

  test('that is none is refused', () => {
    expect(() => Source.open(tmpdir())).toThrow(expect.objectContaining({ code: 'data_missing' }))
  })
})

/** Moves until so many steps were told, and gives up. */
async function moveHalf(dir: string, url: string, steps = 20): Promise<void> {
  let told = 0
  const half = moveAll(dir, url, () => {
    told += 1
    if (told >= steps) throw new Error('half')
  })
  await expect(half).rejects.toThrow('half')
}

describe('the database', () => {
  test('is refused while it holds anything', async () => {
    const url = await emptyDatabase()
    const storage = await openStorage(url)
    await storage.write('add', { workflow: 1, sealed: new Uint8Array(), at: 1 })
    const { dir } = filledDirectory(1)
    // Nobody is told to stop nodes that have something here.
    await expect(moveAll(dir, url)).rejects.toMatchObject({ code: 'database_not_empty' })
    await query(url, 'delete from test_events')
    await expect(moveAll(dir, url)).rejects.toMatchObject({ code: 'database_in_use' })
    await storage.close()
    await query(url, 'update nodes set expires_at = 0')
    await query(url, "insert into meta values ('key_check', 'another')")
    await expect(moveAll(dir, url)).rejects.toMatchObject({ code: 'wrong_key' })
    await query(url, "delete from meta where key = 'key_check'")
    await moveAll(dir, url)
    await expect(moveAll(dir, url)).rejects.toMatchObject({ code: 'database_not_empty' })
  })

  test('takes no node while half is there, and takes them when all is', async () => {
    const { dir } = filledDirectory(ROWS)
    const url = await emptyDatabase()
    await moveHalf(dir, url)
    await expect(openStorage(url)).rejects.toMatchObject({ code: 'database_half_moved' })
    // All rows are there, but nobody has compared them.
    await moveHalf(dir, url, tablesIn(dir).length + 10)
    await expect(openStorage(url)).rejects.toMatchObject({ code: 'database_half_moved' })
    await moveAll(dir, url)
    const storage = await openStorage(url)
    expect(storage.boot).toBeGreaterThan(0)
  })

  test('takes the rest of no other directory, nor of one that was used meanwhile', async () => {
    const { dir, change } = filledDirectory(ROWS)
    const url = await emptyDatabase()
    await moveHalf(dir, url)
    await expect(moveAll(filledDirectory(ROWS).dir, url)).rejects.toMatchObject({ code: 'migration_of_another' })
    change((db) => db.exec("update meta set value = '2' where key = 'boot'"))
    await expect(moveAll(dir, url)).rejects.toMatchObject({ code: 'migration_of_another' })
    change((db) => db.exec("update meta set value = '1' where key = 'boot'"))
    await moveAll(dir, url)
  })

  test('takes nothing more of a process whose place another has taken', async () => {
    const { dir } = filledDirectory(ROWS)
    const url = await emptyDatabase()
    const source = Source.open(dir)
    onTestFinished(() => source.close())
    const first = await Target.open(url, source)
    const second = await Target.open(url, source)
    await expect(move(source, first, () => {})).rejects.toMatchObject({ code: 'migration_elsewhere' })
    await move(source, second, () => {})
    await Promise.all([first.close(), second.close()])
  })

  test('is compared with the directory, row by row', async () => {
    const { dir } = filledDirectory(ROWS)
    const url = await emptyDatabase()
    await moveHalf(dir, url, tablesIn(dir).length)
    const source = Source.open(dir)
    onTestFinished(() => source.close())
    const target = await Target.open(url, source)
    onTestFinished(() => target.close())
    const runs = source.tables.filter(({ name }) => name === 'runs')
    const compareRuns = () => Promise.all(runs.map((table) => compare(source, target, table, () => {})))
    for (const [change, back] of [
      ["update runs set uuid = 'x' || uuid where id = 100", 'update runs set uuid = substr(uuid, 2) where id = 100'],
      ["update runs set ending = '' where id = 70", 'update runs set ending = null where id = 70'],
      ['update runs set id = id + 1 where id = 100', 'update runs set id = 100 where id = 101'],
      ['insert into runs values (1, 1, 1, 1, 1, 1, 1)', 'delete from runs where id = 1']
    ] as const) {
      await compareRuns()
      await query(url, change)
      await expect(compareRuns(), change).rejects.toMatchObject({ code: 'migration_differs' })
      await query(url, back)
    }
    await query(url, 'insert into runs values (100000, 1, 1, 1, 1, 1, 1)')
    await expect(move(source, target, () => {})).rejects.toMatchObject({ code: 'migration_differs' })
    await expect(openStorage(url)).rejects.toMatchObject({ code: 'database_half_moved' })
  })

  test('that cannot be reached is named without its password', async () => {
    const { dir } = filledDirectory(0)
    const error: unknown = await moveAll(dir, 'postgres://bellhop:hidden@127.0.0.1:9/x').catch((e: unknown) => e)
    expect(error).toBeInstanceOf(Fault)
    expect(error).toMatchObject({ code: 'database_unavailable' })
    expect(String(error)).not.toContain('hidden')
  })
})

/** Moves by processes that are killed at moments that chance chooses; how often. */
async function moveAndKill(dir: string, url: string): Promise<number> {
  for (let kills = 0; ; kills++) {
    const child = startChild(new URL('testing/child.ts', import.meta.url), dir, url)
    // Longer from time to time: to compare takes as many steps as to move, and begins anew each time.
    const lives = Math.floor(Math.random() * (6 + 10 * kills))
    let lines = 0
    for (let line = await child.line(); line !== undefined; line = await child.line()) {
      if (line === 'there') return child.exit.then(() => kills)
      if (lines++ === lives) setTimeout(() => child.process.kill('SIGKILL'), Math.random() * 4)
    }
    expect((await child.exit).stderr).toBe('')
  }
}

test('killed again and again, it ends as if it had not been', { timeout: 300_000 }, async () => {
  const { dir, change } = filledDirectory(ROWS)
  // A batch each.
  const large = JSON.stringify('x'.repeat(1 << 20))
  change((db) => {
    for (let run = 1; run <= 6; run++) db.prepare('insert into events values (?, ?)').run(-run, large)
  })
  const [killed, whole] = await Promise.all([emptyDatabase(), emptyDatabase()])
  expect(await moveAndKill(dir, killed)).toBeGreaterThan(0)
  await moveAll(dir, whole)
  const content = await contentOf(whole, dir)
  expect(await contentOf(killed, dir)).toEqual(content)
  expect(content['events']).toHaveLength(ROWS + 6)
})
