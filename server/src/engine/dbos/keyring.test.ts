import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { gate, House, leave, never, step } from '../contract/fixture.ts'
import type { NewRun } from '../port.ts'
import { DbosFixture } from './testing/fixture.ts'

const fixture = await DbosFixture.make()
afterAll(() => fixture.remove())

const ORIGIN = { app: 'slack', field: 'token', audience: null }
const ONCE = { kind: 'use', retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: fixture.url })
  await client.connect()
  await client.query('set search_path = bellhop')
  onTestFinished(() => client.end())
  return client
}

async function count(client: pg.Client, from: string): Promise<number | null> {
  return (await client.query(`select from ${from}`)).rowCount
}

/** A run that brings secrets along, enough for several places. */
function secretRun(house: House, over: Partial<NewRun> = {}): NewRun {
  const run = house.newRun(over)
  for (let i = 0; i < 5; i++) run.keyring.mint(randomBytes(100 + i * 400).toString('hex'), ORIGIN)
  return run
}

test.for(['end', 'end after more', 'time-out', 'cancel'] as const)('I5: after %s no place is left', async (how) => {
  const client = await connect()
  const [begun, go] = [gate(), gate()]
  const house = await new House(fixture).open(async (d, run) => {
    const fetch = async () => {
      if (how === 'end after more') run.keyring.mint(randomBytes(300).toString('hex'), ORIGIN)
      return leave(1, { minted: run.keyring.takeMinted() })
    }
    await d.step('fetch', fetch, ONCE)
    await step(d, 'a', () => (begun.open(), how.startsWith('end') ? go.opened.then(() => 1) : never()), { last: true })
  })
  const run = secretRun(house, how === 'time-out' ? { timeoutMs: 500 } : {})
  await house.engine.accept(run)
  await begun.opened
  expect(await count(client, 'keyring')).toBeGreaterThan(5)
  if (how === 'cancel') await house.engine.cancel(run.id.uuid)
  go.open()
  await house.ended(run.id.uuid)
  expect([await count(client, 'keyring'), await count(client, 'unfinished')]).toEqual([0, 0])
})

test('I5: an end waits for who is putting secrets into the keyring, and takes them too', async () => {
  const client = await connect()
  const [begun, go] = [gate(), gate()]
  const house = await new House(fixture).open((d) =>
    step(d, 'a', () => (begun.open(), go.opened.then(() => 1)), { last: true })
  )
  const run = secretRun(house)
  await house.engine.accept(run)
  await begun.opened
  // As a resumption that has come to another node.
  await client.query('begin; select from unfinished for no key update')
  await client.query("insert into keyring values (1, 'late')")
  go.open()
  const waiting = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  await expect.poll(() => count(client, waiting)).toBe(1)
  await client.query("update unfinished set places = (places::jsonb || '[1]')::text; commit")
  expect(await house.ended(run.id.uuid)).toMatchObject({ status: 'succeeded' })
  expect([await count(client, 'keyring'), await count(client, 'unfinished')]).toEqual([0, 0])
})
