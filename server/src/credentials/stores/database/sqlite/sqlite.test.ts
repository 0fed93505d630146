import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { JsonObject } from '@bellhop/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { storeContract } from '../../contract/store-contract.ts'
import { OpenedStore } from '../testing/opened.ts'
import { sqlite } from './sqlite.ts'

/** A statement that goes on for ever. */
const ENDLESS = 'with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) as n from c'
const LOOKUP = 'select oauth_token as token, team from customers where id = $1'

let folder: string
let path: string

function makeShop(at: string): void {
  const db = new DatabaseSync(at)
  db.exec(`create table customers (id text primary key, oauth_token text, team text) strict;
    insert into customers values ('acme', 'xoxp-acme', 'T1'), ('globex', 'xoxp-globex', 'T2'), ('7', 'xoxp-7', 'T7')`)
  db.close()
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellhop-sqlite-'))
  path = join(folder, 'shop.db')
  makeShop(path)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

storeContract('a SQLite file', () => {
  const own = mkdtempSync(join(tmpdir(), 'bellhop-sqlite-contract-'))
  const at = join(own, 'shop.db')
  makeShop(at)
  return Promise.resolve({
    kind: sqlite,
    config: { path: at, query: LOOKUP },
    there: { lookup: { path: ['acme'] }, fields: { token: 'xoxp-acme', team: 'T1' } },
    missing: { path: ['nobody'] },
    down: { path: join(own, 'gone.db'), query: LOOKUP },
    slow: { path: at, query: `${ENDLESS} where x = $1`, timeout: '500ms' },
    wrongCredential: undefined,
    denied: {
      config: { path: at, query: 'delete from customers where id = $1 returning team' },
      lookup: { path: ['acme'] }
    },
    rotate: undefined,
    close: () => Promise.resolve(rmSync(own, { recursive: true, force: true }))
  })
})

const opened: OpenedStore[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
})

function open(more: JsonObject = {}, dataDirectory?: string): OpenedStore {
  const store = new OpenedStore(sqlite, { path, query: LOOKUP, ...more }, dataDirectory)
  opened.push(store)
  return store
}

describe('a statement of a step', () => {
  test('gets its values as parameters, which never become part of it', async () => {
    const store = open()
    const sql = 'select $1 as a, id from customers where id = $2 or team = $1'
    expect(await store.rows(sql, "x' or 1=1 --", 'acme')).toEqual([{ a: "x' or 1=1 --", id: 'acme' }])
  })

  test('compares a whole number with text as a whole number', async () => {
    expect(await open().rows('select id from customers where id = $1', 7)).toEqual([{ id: '7' }])
  })

  test('has values of every type in its answer', async () => {
    const sql =
      "select 1 as whole, 9007199254740993 as long, 1.5 as real, 9e999 as endless, x'00ff' as blob, null as none"
    expect(await open().rows(sql)).toEqual([
      { whole: 1, long: '9007199254740993', real: 1.5, endless: 'Infinity', blob: 'AP8=', none: null }
    ])
    expect(await open().rows('select $1 as flag, $2 as json, $3 as none', true, { a: [1] }, null)).toEqual([
      { flag: 1, json: '{"a":[1]}', none: null }
    ])
  })

  test('gets so many rows at most, and is told that there were more', async () => {
    const { value } = await open().query('select id from customers order by id', [], { max_rows: 2 })
    expect(value).toEqual({ rows: [{ id: '7' }, { id: 'acme' }], columns: ['id'], row_count: 2, truncated: true })
  })

  test('protects the columns that are named, and the whole column that a binding reads', async () => {
    const { secrets } = await open().query(
      'select team, oauth_token from customers order by id limit 2',
      [],
      { secret_columns: ['team'] },
      { bound: [[0, 'oauth_token']] }
    )
    expect(secrets).toEqual([
      { name: 'team', value: ['T7', 'T1'] },
      { name: 'oauth_token', value: ['xoxp-7', 'xoxp-acme'] }
    ])
  })

  test('writes where the configuration allows it', async () => {
    const store = open({ read_only: false })
    const insert = await store.query('insert into customers values ($1, $2, $3)', ['new', 'xoxp-new', 'T9'])
    expect(insert.value).toEqual({ rows: [], columns: [], row_count: 1, truncated: false })
    expect((await store.query('delete from customers where id = $1 returning team', ['new'])).value).toMatchObject({
      rows: [{ team: 'T9' }],
      row_count: 1
    })
  })
})

describe('a statement is refused', () => {
  test.each<[string, string, string, RegExp]>([
    ['that writes', "update customers set team = 'x'", 'store_denied', /read-only.*writes/],
    ['that attaches a file', "attach '/tmp/other.db' as other", 'store_denied', /this kind of statement/],
    ['that writes another file', "vacuum into '/tmp/other.db'", 'store_denied', /this kind of statement/],
    ['that loads an extension', "select load_extension('x')", 'store_denied', /names/],
    ['that sets something', 'pragma query_only = off', 'store_denied', /this kind of statement/],
    ['that begins a transaction', 'begin', 'store_denied', /this kind of statement/],
    ['that is two', 'select 1; select 2', 'store_bad_input', /more than one statement/],
    ['with a parameter that nobody fills', 'select :a', 'store_bad_input', /not written/],
    ['with too few values', 'select $1', 'store_bad_input', /cannot be asked so: `sql` uses \$1/],
    ['with a wrong word', 'selec 1', 'store_bad_statement', /grammar is wrong at `selec`/],
    ['with a table that is not there', 'select 1 from custmers', 'store_bad_statement', /no such table: `custmers`/],
    ['with a column that is not there', 'select tokn from customers', 'store_bad_statement', /no such column: `tokn`/],
    ['with two columns of one name', 'select 1 as a, 2 as a', 'store_bad_statement', /two columns named `a`/],
    ['with an answer of many megabytes', 'select zeroblob(13000000) as a, zeroblob(9) as b', 'store_bad_answer', /MiB/]
  ])('%s', async (_, sql, code, message) => {
    const store = open()
    await expect(store.query(sql)).rejects.toThrow(message)
    await expect(store.query(sql)).rejects.toMatchObject({ code, retryable: false })
  })

  test('in a test of the store, which says nothing else of the statement', async () => {
    const { store } = open({ query: 'select tokn from customers where id = $1' })
    const checks = await store.test({ path: ['acme'] }, AbortSignal.timeout(5_000))
    expect(checks).toMatchObject([
      { what: 'address', ok: true },
      { what: 'path', ok: false, says: expect.stringContaining('no such column: `tokn`') as string }
    ])
  })

  test('with the values of a constraint unsaid', async () => {
    const store = open({ read_only: false })
    const values = ['acme', 'a-secret-token', 'T1']
    const fault = await store
      .query('insert into customers values ($1, $2, $3)', values)
      .catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'store_conflict' })
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('a-secret-token')
  })

  test('that waits too long for somebody who writes, and can be tried again', async () => {
    const store = open({ timeout: '2s' })
    await store.query('select 1')
    const writer = new DatabaseSync(path)
    writer.exec('begin exclusive')
    try {
      await expect(store.query('select 1 from customers')).rejects.toMatchObject({
        code: 'store_unavailable',
        retryable: true
      })
    } finally {
      writer.close()
    }
  })
})

describe('a file is not opened', () => {
  test('that is the server’s own, by a link neither', async () => {
    const own = join(folder, 'data')
    mkdirSync(own)
    makeShop(join(own, 'bellhop.db'))
    symlinkSync(own, join(folder, 'link'))
    for (const at of [join(own, 'bellhop.db'), join(folder, 'link', 'bellhop.db')]) {
      await expect(open({ path: at }, own).lookUp('acme')).rejects.toMatchObject({ code: 'store_denied' })
    }
  })

  test('that is no database', async () => {
    const at = join(folder, 'notes.txt')
    writeFileSync(at, 'not a database at all, but long enough to have a header'.repeat(100))
    await expect(open({ path: at }).lookUp('acme')).rejects.toMatchObject({ code: 'store_bad_answer' })
  })

  test('that is given relative to nobody knows what', () => {
    expect(() => open({ path: 'shop.db' })).toThrow(/absolute/)
  })
})

test('a statement that is given up ends, and the store goes on', async () => {
  const store = open()
  const controller = new AbortController()
  const endless = store.query(ENDLESS, [], {}, { signal: controller.signal })
  const [{ id }] = (await store.rows('select id from customers where id = $1', 'acme')) as [JsonObject]
  expect(id).toBe('acme')
  controller.abort(new Error('given up'))
  await expect(endless).rejects.toThrow('given up')
  expect((await store.lookUp('acme')).fields).toMatchObject({ token: 'xoxp-acme' })
})

test('a statement ends with the server, however that ends', async () => {
  const server = `
    import { subscribe } from 'node:diagnostics_channel'
    import { OpenedStore } from ${JSON.stringify(new URL('../testing/opened.ts', import.meta.url).href)}
    import { sqlite } from ${JSON.stringify(new URL('sqlite.ts', import.meta.url).href)}
    let helper
    subscribe('child_process', (message) => { helper = message.process })
    const store = new OpenedStore(sqlite, { path: ${JSON.stringify(path)}, timeout: '1m' })
    await store.query('select 1')
    void store.query(${JSON.stringify(ENDLESS)})
    setTimeout(() => process.stdout.write(String(helper.pid)), 200)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', server], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [pid] = (await once(child.stdout, 'data')) as [Buffer]
  expect(isRunning(Number(String(pid)))).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect.poll(() => isRunning(Number(String(pid))), { timeout: 10_000 }).toBe(false)
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
