import mysql from 'mysql2/promise'
import { expect } from 'vitest'
import { mysql as kind } from '../../../server/src/credentials/stores/database/mysql/mysql.ts'
import type { MariaDb } from '../mariadb.ts'
import { CUSTOMERS, unique, type Shop, type Words } from './shop.ts'

export const MARIADB_WORDS: Words = {
  sleep: 'select sleep(60) as x from customers where id = $1',
  numbers: 'with recursive c(x) as (select 1 union all select x + 1 from c where x < 900) select x from c',
  set: 'set session group_concat_max_len = 4321',
  read: 'select @@group_concat_max_len as setting',
  notANumber: 'insert into notes select $1, cast(id as int) from customers where id = 1'
}

export async function openMariaDbShop({ ca, ...login }: MariaDb): Promise<Shop> {
  const [database, user] = [unique('shop'), unique('reader')]
  const client = await mysql.createConnection({ ...login, multipleStatements: true })
  await client.query(`create database ${database} character set utf8mb4; use ${database}; ${CUSTOMERS}`)
  await client.query(`create user '${user}'@'%' identified by 'first-password'`)
  await client.query(`grant select on customers to '${user}'@'%'; grant select, insert on notes to '${user}'@'%'`)
  const admin = async (sql: string): Promise<mysql.RowDataPacket[]> =>
    (await client.query<mysql.RowDataPacket[]>(sql))[0]
  const list = 'information_schema.processlist'
  const count = async (condition: string): Promise<number> =>
    Number((await admin(`select count(*) as n from ${list} where ${condition}`))[0]?.['n'])
  const sessions = (): Promise<number> => count(`user = '${user}'`)
  return {
    kind,
    user,
    config: { host: login.host, port: login.port, database, user, password: 'first-password' },
    ca,
    admin,
    running: (text) => count(`user = '${user}' and command = 'Execute' and instr(info, '${text}') > 0`),
    sessions,
    async changePassword(password) {
      await client.query(`alter user '${user}'@'%' identified by '${password}'; kill user '${user}'`)
      await expect.poll(sessions).toBe(0)
    },
    async close() {
      await client.query(`drop database ${database}; drop user '${user}'@'%'`)
      await client.end()
    }
  }
}
