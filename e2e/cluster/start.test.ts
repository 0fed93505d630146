/** How a node starts, and what stops a start. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { nodes, type Nodes } from '../support/nodes.ts'
import { post } from '../support/post.ts'
import { ServerProcess, type ServerSettings } from '../support/server-process.ts'
import { posting, RUNTIME } from './house.ts'

const otherKey = (): string => randomBytes(32).toString('base64')

/** What a start says that fails: a sentence and what to do, and never the database's password. */
async function refusal(cluster: Nodes, more: Partial<ServerSettings>): Promise<string> {
  const { code, output } = await ServerProcess.startAndFail(await cluster.settings(more))
  expect(code, output).toBe(1)
  expect(output.trim().split('\n').length, output).toBeLessThanOrEqual(2)
  expect(output).not.toContain(new URL(cluster.url).password)
  return output
}

/** How many nodes' places are taken, those of a moment ago included. */
async function placesIn({ url }: Nodes): Promise<number | null> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query('select from bellhop.nodes')).rowCount
  } finally {
    await client.end()
  }
}

test('a node runs a workflow, says which one it is, and is looked at by the doctor', async () => {
  const cluster = await nodes()
  const { password } = new URL(cluster.url)
  const server = await cluster.start({ env: { BELLHOP_DATABASE_URL: '' }, args: ['--database', cluster.url] })
  const url = await server.deploy('notify', posting('notify', 'hello', RUNTIME))
  expect((await post(url, { token: 'xoxb-of-a-node' })).status).toBe(200)
  expect(cluster.vendor.messages).toMatchObject([{ channel: 'C0GENERAL', text: 'hello' }])
  expect(server.output).toMatch(/^node 1 of postgres:\/\/127\.0\.0\.1:\d+\/bellhop_test_\w+$/m)
  expect(server.output).not.toContain(password)
  // The process list shows arguments to everybody.
  expect(await readFile(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(password)
  const doctor = (key: string) =>
    bellhop(['doctor', '--server', server.url, '--data', server.data], {
      env: { BELLHOP_DATABASE_URL: cluster.url, BELLHOP_KEY: key }
    })
  const well = await doctor(cluster.key)
  expect(well).toMatchObject({ code: 0, stdout: expect.not.stringContaining('PROBLEM') as string })
  expect(well.stdout).toMatch(/PostgreSQL \d[^\n]* answers in [\d.]+ ms/)
  expect(well.stdout).toMatch(/node 1 on \S+, Bellhop [\d.]+: seen [\d.]+ s ago, its lease lasts [\d.]+ s/)
  expect(well.stdout).toContain('1 nodes use up to 31')
  expect(well.stdout).toContain('BELLHOP_KEY is the key of this database’s nodes')
  expect((await doctor(otherKey())).stdout).toContain('PROBLEM  BELLHOP_KEY is not the key')
  expect(await server.stop()).toBe(0)
  expect((await doctor(cluster.key)).stdout).toContain('no node is there')
})

test('what does not fit stops a start with what to do', async () => {
  const cluster = await nodes()
  const at = (change: (url: URL) => void): Partial<ServerSettings> => {
    const url = new URL(cluster.url)
    change(url)
    return { env: { BELLHOP_DATABASE_URL: url.href } }
  }
  const { BELLHOP_KEY: _, ...keyless } = (await cluster.settings()).env ?? {}
  const without = await ServerProcess.startAndFail({ ...(await cluster.settings()), env: keyless })
  expect([without.code, without.output]).toEqual([1, expect.stringContaining('bellhop keys generate')])
  const server = await cluster.start()
  expect(await refusal(cluster, { env: { BELLHOP_KEY: otherKey() } })).toContain(
    'Set BELLHOP_KEY to the key that every other'
  )
  expect(await refusal(cluster, { data: server.data })).toContain(String(server.pid))
  expect(await refusal(cluster, { args: ['--port', new URL(server.url).port] })).toContain('is in use')
  await server.stop()
  await writeFile(join(server.data, 'admin-token'), `${otherKey()}\n`)
  expect(await refusal(cluster, { data: server.data })).toContain('Delete the file')
  expect(await refusal(cluster, { env: { BELLHOP_LOG_LEVEL: 'loud' } })).toContain('BELLHOP_LOG_LEVEL')
  // Whoever tries again and again what cannot be takes up no place.
  expect(await placesIn(cluster)).toBe(1)
  const said = await Promise.all(
    [
      at((url) => (url.password = 'wrong')),
      at((url) => (url.pathname = '/nowhere')),
      at((url) => (url.port = '1')),
      { env: { BELLHOP_DATABASE_URL: 'mysql://somewhere' } }
    ].map((more) => refusal(cluster, more))
  )
  const empty = await ServerProcess.startAndFail({ ...(await cluster.settings()), args: ['--database', ''] })
  expect([empty.code, empty.output]).toEqual([1, expect.stringContaining('--database is empty')])
  const expected = ['does not accept the password', 'createdb nowhere', 'Nothing answers at', 'postgres://']
  expect(said).toEqual(expected.map((text) => expect.stringContaining(text) as string))
})

test('of two that are the first, with keys of their own, one joins', async () => {
  const cluster = await nodes()
  const both = [0, 1].map(async () => {
    const server = ServerProcess.launch(await cluster.settings({ env: { BELLHOP_KEY: otherKey() } }))
    const listens = await server.listening.then(
      () => true,
      () => false
    )
    const { output } = server
    await server.kill()
    return { listens, output }
  })
  const ended = await Promise.all(both)
  expect(ended.filter(({ listens }) => listens)).toHaveLength(1)
  expect(ended.find(({ listens }) => !listens)?.output).toContain(
    'the key is not the one that this database was made with'
  )
})
