import { expect } from 'vitest'
import pg from 'pg'
import { postgres } from '../../../server/src/credentials/stores/database/postgres/postgres.ts'
import type { Postgres } from '../postgres.ts'
import { CUSTOMERS, unique, type Shop, type Words } from './shop.ts'

export const POSTGRES_WORDS: Words = {
  sleep: 'select pg_sleep(60)::text as x where $1::text is not null',
  numbers: 'select generate_series(1, 900) as x',
  set: "select set_config('application_name', 'left behind', false)",
  read: "select current_setting('application_name') as setting",
  notANumber: 'select $1::int as number'
}

export async function openPostgresShop({ ca, ...login }: Postgres): Promise<Shop> {
  const [database, user] = [unique('shop'), unique('reader')]
  const outside = new pg.Client(login)
  await outside.connect()
  await outside.query(`create database ${database}`)
  await outside.query(`create role ${user} login password 'first-password'`)
  const inside = new pg.Client({ ...login, database })
  await inside.connect()
  await inside.query(`${CUSTOMERS}; grant select on customers to ${user}; grant select, insert on notes to ${user}`)
  const count = async (condition: string, value: string): Promise<number> => {
    const { rows } = await outside.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where ${condition}`,
      [value]
    )
    return rows[0]?.n ?? 0
  }
  const sessions = (): Promise<number> => count('usename = $1', user)
  return {
    kind: postgres,
    user,
    config: { host: login.host, port: login.port, database, user, password: 'first-password' },
    ca,
    admin: async (sql) => (await inside.query<Record<string, unknown>>(sql)).rows,
    running: (text) => count(`state = 'active' and datname = '${database}' and strpos(query, $1) > 0`, text),
    sessions,
    async changePassword(password) {
      await outside.query(`alter role ${user} password '${password}'`)
      await outside.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [user])
      await expect.poll(sessions).toBe(0)
    },
    async close() {
      await inside.end()
      await outside.query(`drop database ${database} with (force)`)
      await outside.query(`drop role ${user}`)
      await outside.end()
    }
  }
}
