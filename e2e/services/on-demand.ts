/**
 * One PostgreSQL for all tests of a project that want one (server/src/storage/postgres/testing): it starts when the first of
 * them asks. With `DATABASE_URL` it is that server, whose user is a superuser; this run's databases are dropped.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import '../../server/src/storage/postgres/testing/postgres.ts'
import { startPostgres } from './postgres.ts'

interface Running {
  url: string
  stop: () => Promise<void>
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `bellhop_test_${randomBytes(4).toString('hex')}_`
  let running: Promise<Running> | undefined
  const start = (): Promise<Running> => (running ??= startOrBorrow(prefix))
  // Whoever asks is told a password: only this run's processes know the path.
  const path = `/${randomBytes(16).toString('hex')}`
  const desk = await listen(path, async () => ({ url: (await start()).url, prefix }))
  const { port } = desk.address() as AddressInfo
  project.provide('postgres', `http://127.0.0.1:${port}${path}`)
  return async () => {
    desk.close()
    desk.closeAllConnections()
    // Who asked in vain was told why.
    const started = await running?.catch(() => undefined)
    await started?.stop()
  }
}

async function startOrBorrow(prefix: string): Promise<Running> {
  const borrowed = process.env['DATABASE_URL']
  if (borrowed !== undefined) return { url: borrowed, stop: () => dropAll(borrowed, prefix) }
  const { at, stop } = await startPostgres()
  return { url: `postgres://${at.user}:${at.password}@${at.host}:${at.port}/${at.database}`, stop }
}

async function dropAll(url: string, prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const ours = 'select datname from pg_database where starts_with(datname, $1)'
  const { rows } = await client.query<{ datname: string }>(ours, [prefix])
  for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`)
  await client.end()
}

async function listen(path: string, answer: () => Promise<object>): Promise<Server> {
  const desk = createServer((request, response) => {
    if (request.url !== path) return void response.writeHead(404).end()
    answer().then(
      (found) => response.end(JSON.stringify(found)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error))
    )
  })
  await once(desk.listen(0, '127.0.0.1'), 'listening')
  return desk
}
