import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { Fault } from '@bellhop/sdk'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { VERSION } from '../migrations/migrations.ts'
import { query } from '../query.ts'
import { explain } from './explain.ts'
import { beginAlone } from './migrate.ts'
import { LEASE_MS, unfit } from './opening.ts'
import { emptyDatabase, openStorage } from './testing/fixture.ts'

const nodes = query()((db) => db.selectFrom('nodes').selectAll().orderBy('id'))

async function ask(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

function changed(url: string, change: (url: URL) => void): string {
  const at = new URL(url)
  change(at)
  return at.href
}

/** A user who may do nothing but come in; gone when the test ends. */
async function stranger(url: string): Promise<{ name: string; url: string }> {
  const name = `stranger_${randomBytes(4).toString('hex')}`
  await ask(url, `create role ${name} login password 'let-me-in'`)
  onTestFinished(() => ask(url, `drop owned by ${name}`, `drop role ${name}`))
  return { name, url: changed(url, (at) => Object.assign(at, { username: name, password: 'let-me-in' })) }
}

/** What opening is refused with. Nothing of it has the password. */
async function refusal(url: string): Promise<Fault> {
  const fault: unknown = await openStorage(url).then(
    () => undefined,
    (error: unknown) => error
  )
  if (!(fault instanceof Fault)) throw new Error('it was not refused with a Fault', { cause: fault })
  const { password } = URL.canParse(url) ? new URL(url) : { password: 'hunter2' }
  expect(JSON.stringify([fault.message, fault.hint, fault.stack, fault.cause])).not.toContain(password)
  return fault
}

test('nodes that start together on an empty database migrate it once, and each gets a row', async () => {
  const url = await emptyDatabase()
  const storages = await Promise.all([1, 2, 3, 4].map(() => openStorage(url)))
  const rows = await storages[0]?.reader.all(nodes)
  expect(rows?.map(({ id }) => id)).toEqual(storages.map(({ boot }) => boot).toSorted((a, b) => a - b))
  for (const row of rows ?? []) {
    expect(row).toMatchObject({ name: 'test', version: '0', drained_at: null, gone_at: null })
    expect(row.expires_at).toBe(row.started_at + LEASE_MS)
    expect(row.renewed_at).toBe(row.started_at)
    expect(Math.abs(row.started_at - Date.now())).toBeLessThan(60_000)
  }
})

test('a database of a newer version is refused', async () => {
  const url = await emptyDatabase()
  await (await openStorage(url)).close()
  await ask(url, `update bellhop.meta set value = '${VERSION + 1}' where key = 'version'`)
  expect(await refusal(url)).toMatchObject({
    code: 'database_newer',
    message: `This database has version ${VERSION + 1}, and this Bellhop knows versions up to ${VERSION}: start it with the newer Bellhop that wrote it.`
  })
})

test('a user without a right to make tables is told which one', async () => {
  const url = await emptyDatabase()
  const { name, url: theirs } = await stranger(url)
  expect(await refusal(theirs)).toMatchObject({
    code: 'database_forbidden',
    message: expect.stringContaining(`\`${name}\` may not make tables`) as string,
    hint: expect.stringMatching(
      /^Allow it with: grant create on database \w+ to stranger_\w+\. Where another user/
    ) as string
  })
  await ask(url, `create schema bellhop authorization ${name}`)
  await openStorage(theirs)
})

/** A database that an older Bellhop left. */
async function older(): Promise<string> {
  const url = await emptyDatabase()
  await (await openStorage(url)).close()
  await ask(
    url,
    `set search_path = bellhop; drop table nodes; drop index unfinished_by_boot;
    alter table unfinished drop column life; alter table leases drop column claimed_until;
    update meta set value = '${VERSION - 1}' where key = 'version'`
  )
  return url
}

async function hold(url: string, statements: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  onTestFinished(() => client.end())
  await client.query(statements)
  return client
}

test('a migration that meets a backup gives up before nodes that are there lose their leases, and says so', async () => {
  const url = await older()
  const backup = await hold(url, 'begin; select * from bellhop.unfinished')
  const refused = refusal(url)
  // Whatever a node asks of the table meanwhile stands behind the migration.
  await expect
    .poll(() => backup.query("select 1 from pg_locks where mode = 'AccessExclusiveLock' and not granted"))
    .toMatchObject({ rowCount: 1 })
  const began = performance.now()
  await ask(url, 'update bellhop.unfinished set crashes = 0')
  expect(performance.now() - began).toBeLessThan(LEASE_MS)
  expect(await refused).toMatchObject({
    code: 'database_unavailable',
    retryable: true,
    hint: expect.stringContaining('pg_stat_activity') as string
  })
  await backup.query('commit')
  await openStorage(url)
})

test('one that stops in the middle of its start keeps nobody else from starting', { timeout: 30_000 }, async () => {
  const url = await emptyDatabase()
  await beginAlone(await hold(url, ''))
  expect((await openStorage(url)).boot).toBeGreaterThan(0)
})

test('a wrong password, an unknown user and an unknown database are named', async () => {
  const url = await emptyDatabase()
  const { url: theirs } = await stranger(url)
  const wrong = await refusal(changed(theirs, (at) => (at.password = 'not-the-password')))
  expect(wrong).toMatchObject({ code: 'database_denied', retryable: false })
  const nobody = await refusal(changed(theirs, (at) => (at.username = 'nobody_at_all')))
  expect(nobody).toMatchObject({ code: 'database_denied' })
  expect(nobody.message).toMatch(/does not accept the password of the user `nobody_at_all`\.$/)
  expect(await refusal(changed(url, (at) => (at.pathname = '/not_there')))).toMatchObject({
    code: 'database_unknown',
    message: expect.stringMatching(/has no database `not_there`\.$/) as string
  })
})

test('a server that nobody here trusts, and one without TLS, are not talked to when the URL wants TLS', async () => {
  const url = await emptyDatabase()
  const untrusted = await refusal(changed(url, (at) => at.searchParams.set('sslmode', 'verify-full')))
  expect(untrusted).toMatchObject({ code: 'database_tls', retryable: false })
  const plain = createServer((socket) => socket.once('data', () => socket.end('N')).on('error', () => undefined))
  await once(plain.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void plain.close())
  const { port } = plain.address() as AddressInfo
  expect(await refusal(`postgres://me:hunter2@127.0.0.1:${port}/db?sslmode=verify-full`)).toMatchObject({
    code: 'database_tls',
    message: `There is no safe connection to 127.0.0.1:${port}: it does not speak TLS.`
  })
})

test('nobody who answers is told from somebody who says nothing of use', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()).on('error', () => undefined))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const url = `postgres://me:hunter2@127.0.0.1:${port}/db`
  expect(await refusal(url)).toMatchObject({
    code: 'database_unavailable',
    message: `127.0.0.1:${port} ended the connection.`
  })
  server.close()
  await once(server, 'close')
  expect(await refusal(url)).toMatchObject({
    code: 'database_unavailable',
    status: 503,
    retryable: true,
    message: `Nothing answers at 127.0.0.1:${port}.`
  })
})

test.for([
  'mysql://me:hunter2@host/db',
  'host=here password=hunter2',
  'postgres://me:hunter2@ho st:port/db',
  'postgres://me:hunter2@h/db?sslrootcert=/not/there'
])('an address that is none is refused without being repeated: %s', async (url) => {
  expect(await refusal(url)).toMatchObject({
    code: 'database_url',
    hint: expect.stringContaining('postgres://') as string
  })
})

test('a database of another encoding is refused', async () => {
  const url = await emptyDatabase()
  const name = `${new URL(url).pathname.slice(1)}_ascii`
  await ask(url, `create database ${name} encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C' template template0`)
  onTestFinished(() => ask(url, `drop database ${name}`))
  expect(await refusal(changed(url, (at) => (at.pathname = `/${name}`)))).toMatchObject({
    code: 'database_unfit',
    message: 'The database’s encoding is SQL_ASCII, and Bellhop needs UTF8.'
  })
})

test('what is too old, or only a copy, is refused', () => {
  const fit = { version: 150_000, name: '15.0', encoding: 'UTF8', standby: 0 }
  expect(unfit(fit)).toBeUndefined()
  expect(unfit({ ...fit, version: 140_011, name: '14.11' })).toMatchObject({
    code: 'database_unfit',
    message: 'The database server is PostgreSQL 14.11, and Bellhop needs version 15 or later.'
  })
  expect(unfit({ ...fit, standby: 1 })?.message).toContain('is a standby')
})

const peer = { host: 'db.example', port: 5432, user: 'me', database: 'flows' }

test.for([
  [{ code: 'ENOTFOUND' }, 'database_unavailable', 'The host db.example is not known.'],
  [{ code: 'ETIMEDOUT' }, 'database_unavailable', 'db.example:5432 does not answer in time.'],
  [{ message: 'timeout expired' }, 'database_unavailable', 'db.example:5432 does not answer in time.'],
  [
    { code: 'CERT_HAS_EXPIRED' },
    'database_tls',
    'There is no safe connection to db.example:5432: its certificate has expired.'
  ],
  [
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    'database_tls',
    'There is no safe connection to db.example:5432: its certificate is for another name.'
  ],
  [
    { message: 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string' },
    'database_denied',
    'db.example:5432 does not accept the password of the user `me`.'
  ]
] as const)('%j', ([error, code, message]) => {
  expect(explain(Object.assign(new Error(), error), peer)).toMatchObject({ code, message })
})

test.for([
  ['28000', 'database_denied', 'db.example:5432 does not let the user `me` in from here.'],
  ['53300', 'database_unavailable', 'db.example:5432 takes no more connections.'],
  ['57P01', 'database_unavailable', 'db.example:5432 is starting, stopping or recovering.'],
  ['57P03', 'database_unavailable', 'db.example:5432 is starting, stopping or recovering.'],
  ['XX000', 'database_unavailable', 'db.example:5432 does not do what is asked of it (XX000).']
] as const)('the server’s %s', ([state, code, message]) => {
  const error = Object.assign(new pg.DatabaseError('', 0, 'error'), { code: state })
  expect(explain(error, peer)).toMatchObject({ code, message })
})
