import type { JsonObject } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { checkConfig } from '../config.ts'
import type { StoreKind } from '../store.ts'
import { mysql } from './mysql/mysql.ts'
import { postgres } from './postgres/postgres.ts'

const LOGIN = { host: 'db.example.com', database: 'shop', user: 'reader', password: 'the-password' }

const read = (kind: StoreKind, more: JsonObject): unknown => checkConfig(kind.config, { ...LOGIN, ...more })
const shown = (kind: StoreKind, more: JsonObject): JsonObject => {
  const checked = checkConfig(kind.config, { ...LOGIN, ...more })
  if ('mistakes' in checked) throw new Error(JSON.stringify(checked.mistakes))
  return kind.show(checked.config)
}

describe.each([
  ['postgres', postgres, 5432],
  ['mysql', mysql, 3306]
])('the configuration of %s', (_, kind, port) => {
  test('reads only, by TLS that is checked, at the usual port, unless it says otherwise', () => {
    const { host, database, user } = LOGIN
    expect(shown(kind, {})).toEqual({ host, port, database, user, tls: 'verify-full', read_only: true })
  })

  test.each(['localhost', '127.0.0.1', '::1'])('is plain to this machine: %s', (host) => {
    expect(shown(kind, { host })).toMatchObject({ tls: 'off' })
  })

  test.each(['localhost.example.com', '10.0.0.1', '127.example.com'])('is not plain to %s', (host) => {
    expect(shown(kind, { host, tls: 'require' })).toMatchObject({ tls: 'require' })
    expect(JSON.stringify(read(kind, { host }))).not.toContain('"tls":"off"')
  })

  test.each<[JsonObject, string]>([
    [{ query: 'select 1' }, 'query'],
    [{ query: 'select $1, $2' }, 'query'],
    [{ query: "select '$1'" }, 'query'],
    [{ query: 'select $1; select 2' }, 'query'],
    [{ tls: 'prefer' }, 'tls'],
    [{ host: 'user@host' }, 'host'],
    [{ host: '/var/run/db' }, 'host'],
    [{ port: 0 }, 'port'],
    [{ ca: 'no certificate' }, 'ca'],
    [{ timeout: 5 }, 'timeout']
  ])('refuses %j', (more, path) => {
    expect(read(kind, more)).toMatchObject({ mistakes: [{ path }] })
  })
})
