/** What holds for every database server: the contract of stores, and what is promised of statements. */
import { inspect } from 'node:util'
import type { JsonObject } from '@bellhop/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { storeContract } from '../../../server/src/credentials/stores/contract/store-contract.ts'
import { OpenedStore } from '../../../server/src/credentials/stores/database/testing/opened.ts'
import { freePort } from '../guard/port.ts'
import type { Shop, Words } from './shop.ts'

const LOOKUP = 'select oauth_token as token, team from customers where id = $1'

export function databaseSuite(name: string, words: Words, openShop: () => Promise<Shop>): void {
  storeContract(name, async () => {
    const shop = await openShop()
    const config = { ...shop.config, query: LOOKUP }
    return {
      kind: shop.kind,
      config,
      there: { lookup: { path: ['acme'] }, fields: { token: 'xoxp-acme', team: 'T1' } },
      missing: { path: ["' or 1=1 -- "] },
      down: { ...config, port: await freePort() },
      slow: { ...config, query: words.sleep, timeout: '300ms' },
      wrongCredential: { ...config, password: 'wrong-password' },
      denied: { config: { ...config, query: 'select secret from hidden where id = $1' }, lookup: { path: ['acme'] } },
      rotate: async () => {
        await shop.changePassword('second-password')
        return { ...config, password: 'second-password' }
      },
      close: () => shop.close()
    }
  })

  describe(`${name}:`, () => {
    let shop: Shop
    beforeAll(async () => void (shop = await openShop()))
    afterAll(() => shop.close())
    const opened: OpenedStore[] = []
    afterEach(async () => void (await Promise.all(opened.splice(0).map((store) => store.close()))))

    const open = (more: JsonObject = {}): OpenedStore => {
      const store = new OpenedStore(shop.kind, { ...shop.config, query: LOOKUP, ...more })
      opened.push(store)
      return store
    }
    const faultOf = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => undefined,
        (error: unknown) => error
      )

    test('values never become a part of the statement', async () => {
      const value = `'; drop table customers; -- \\' " $1`
      const sql = "select id, '$1 ?' as text from customers where id = $2 or team = $1 or id = $2"
      expect(await open().rows(sql, value, 'acme')).toEqual([{ id: 'acme', text: '$1 ?' }])
    })

    test('a statement gets so many rows at most, and its session serves the next one', async () => {
      const store = open()
      const { value } = await store.query(words.numbers, [], { max_rows: 2 })
      expect(value).toEqual({ rows: [{ x: 1 }, { x: 2 }], columns: ['x'], row_count: 2, truncated: true })
      expect((await store.query(words.numbers, [], { max_rows: 900 })).value).toMatchObject({
        row_count: 900,
        truncated: false
      })
    })

    test('an answer of many megabytes is refused', async () => {
      const sql = `select repeat('x', 100000) as text from (${words.numbers}) as many`
      expect(await faultOf(open().query(sql))).toMatchObject({ code: 'store_bad_answer', retryable: false })
    })

    test('the whole column that a binding reads is protected', async () => {
      const { secrets } = await open().query(
        'select id, oauth_token from customers order by id',
        [],
        {},
        {
          bound: [[1, 'oauth_token']]
        }
      )
      expect(secrets).toEqual([{ name: 'oauth_token', value: ['xoxp-acme', 'xoxp-globex'] }])
    })

    test('nothing is written unless the configuration allows it', async () => {
      const insert = "insert into notes values ($1, 'a')"
      expect(await faultOf(open().query(insert, ['n1']))).toMatchObject({
        code: 'store_denied',
        message: expect.stringContaining('read-only') as string
      })
      const { value } = await open({ read_only: false }).query(insert, ['n1'])
      expect(value).toEqual({ rows: [], columns: [], row_count: 1, truncated: false })
      expect(await shop.admin('select id from notes')).toEqual([{ id: 'n1' }])
    })

    test('what a statement sets is gone when the next one runs', async () => {
      const store = open({ read_only: false })
      const before = await store.rows(words.read)
      await store.query(words.set)
      expect(await store.rows(words.read)).toEqual(before)
      expect(await shop.sessions()).toBe(1)
    })

    test.each([
      ['two statements', 'select 1; select 2', 'store_bad_input', 'more than one statement'],
      ['a wrong word', 'selec 1', 'store_bad_statement', 'grammar is wrong at `selec'],
      ['an unknown column', 'select tokn from customers', 'store_bad_statement', 'column: `tokn`'],
      ['two columns of one name', 'select 1 as a, 2 as a', 'store_bad_statement', 'two columns named `a`']
    ])('%s: it is said what is wrong', async (_, sql, code, message) => {
      const fault = await faultOf(open().query(sql))
      expect(fault).toMatchObject({ code, retryable: false, message: expect.stringContaining(message) as string })
    })

    test('a value that the server refuses is not said', async () => {
      const store = open({ read_only: false })
      const secret = 'xoxp-a-secret-value'
      await store.query('insert into notes values ($1, $2)', [secret, 'a'])
      for (const [sql, values] of [
        [words.notANumber, [secret]],
        ['insert into notes values ($1, $2)', [secret, 'b']]
      ] as const) {
        const fault = await faultOf(store.query(sql, [...values]))
        expect(fault).toMatchObject({ code: expect.stringMatching(/^store_(bad_value|conflict)$/) as string })
        expect(inspect(fault, { depth: 10, showHidden: true })).not.toContain(secret)
      }
    })

    test('a statement that takes too long ends at the server, too', async () => {
      const store = open({ query: words.sleep, timeout: '400ms' })
      expect(await faultOf(store.lookUp('acme'))).toMatchObject({ code: 'store_slow', retryable: true })
      await expect.poll(() => shop.running('sleep'), { timeout: 5_000 }).toBe(0)
    })

    test('a statement that is given up ends at the server, and the store goes on', async () => {
      const store = open({ timeout: '1m' })
      const controller = new AbortController()
      const given = faultOf(store.query(words.sleep, ['acme'], {}, { signal: controller.signal }))
      await expect.poll(() => shop.running('sleep'), { timeout: 5_000 }).toBe(1)
      controller.abort(new Error('given up'))
      expect(await given).toMatchObject({ message: 'given up' })
      await expect.poll(() => shop.running('sleep'), { timeout: 5_000 }).toBe(0)
      expect((await store.lookUp('acme')).fields).toMatchObject({ token: 'xoxp-acme' })
    })

    test('many ask at once by few sessions, which end with the store', async () => {
      const store = open()
      const readings = await Promise.all(Array.from({ length: 40 }, () => store.lookUp('acme')))
      expect(new Set(readings.map(({ fields }) => fields['team']))).toEqual(new Set(['T1']))
      expect(await shop.sessions()).toBeLessThanOrEqual(5)
      await store.close()
      await expect.poll(() => shop.sessions(), { timeout: 5_000 }).toBe(0)
    })

    test('TLS is checked against the authority and the name', async () => {
      const there = { host: 'localhost', tls: 'verify-full' }
      expect((await open({ ...there, ca: shop.ca }).lookUp('acme')).fields).toMatchObject({ token: 'xoxp-acme' })
      expect((await open({ host: 'localhost', tls: 'require' }).lookUp('acme')).fields).toMatchObject({ team: 'T1' })
      const fault = await faultOf(open(there).lookUp('acme'))
      expect(fault).toMatchObject({ code: 'store_tls', retryable: false })
      const checks = await open(there).store.test(undefined, AbortSignal.timeout(5_000))
      expect(checks.map(({ what, ok }) => [what, ok])).toEqual([
        ['address', true],
        ['tls', false]
      ])
    })

    test('a key that finds two rows is ambiguous', async () => {
      const store = open({ query: 'select oauth_token from customers where id <> $1' })
      expect(await faultOf(store.lookUp('nobody'))).toMatchObject({ code: 'store_ambiguous', retryable: false })
    })

    test('a database that is not there is named', async () => {
      const fault = await faultOf(open({ database: 'nowhere' }).lookUp('acme'))
      expect(fault).toMatchObject({ code: expect.stringMatching(/^store_(path_missing|denied)$/) as string })
    })
  })
}
