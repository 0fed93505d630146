/** Nodes that drain, lose the database, or are frozen until others have taken over what they had. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { proxyTo } from '../../server/src/storage/postgres/testing/proxy.ts'
import { gate, type Shown } from '../support/flow.ts'
import { nodes } from '../support/nodes.ts'
import { post } from '../support/post.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { posting, RUNTIME } from './house.ts'

const nodeArgs = ['--import', fileURLToPath(new URL('../support/flow-actions.ts', import.meta.url))]

const holding = (url: string): string => `
name: holding
trigger: { type: http }
steps:
  - { name: held, use: flow-respond, props: { gate: "${url}" } }
  - { name: rest, delay: 3s }
`

async function run(server: ServerProcess): Promise<Shown | undefined> {
  const { body } = await server.api('GET', '/runs?limit=1')
  const id = (body as { runs: { id: string }[] }).runs[0]?.id ?? ''
  return (await server.api('GET', `/runs/${id}`)).body as Shown | undefined
}

test('a node that drains ends the step it is in, and another does the rest at once', async () => {
  const { start } = await nodes({ nodeArgs })
  const [a, b] = await Promise.all([start(), start()])
  const held = await gate()
  await post(await a.deploy('holding', holding(held.url)), {})
  await held.came
  const stopped = a.stop()
  await expect
    .poll(() =>
      fetch(a.url).then(
        ({ status }) => status,
        () => 'closed'
      )
    )
    .toBe('closed')
  held.open()
  expect(await stopped).toBe(0)
  await expect.poll(() => run(b).then((shown) => shown?.status)).toBe('succeeded')
  expect((await run(b))?.steps.find(({ name }) => name === 'held')).toMatchObject({ status: 'succeeded' })
})

test('a node whose runs others have taken over ends to be started anew', async () => {
  const { start } = await nodes({ nodeArgs })
  const [a, b] = await Promise.all([start(), start()])
  const held = await gate()
  await post(await a.deploy('holding', holding(held.url)), {})
  await held.came
  process.kill(a.pid, 'SIGSTOP')
  held.open()
  await expect.poll(() => run(b).then((shown) => shown?.status), { timeout: 60_000 }).toBe('succeeded')
  process.kill(a.pid, 'SIGCONT')
  expect(await a.ended()).toBe(75)
  expect(a.output).toContain('others have its runs')
})

test('while the database is away requests are refused at once, and afterwards all goes on', async () => {
  const { start, url } = await nodes()
  const proxy = await proxyTo(url)
  const server = await start({ env: { BELLHOP_DATABASE_URL: proxy.url } })
  const trigger = await server.deploy('notify', posting('notify', 'hello', RUNTIME))
  const health = async (): Promise<unknown[]> => {
    const answer = await fetch(`${server.url}/api/v1/health`)
    return [answer.status, await answer.json()]
  }
  expect(await health()).toMatchObject([200, { status: 'ok' }])
  proxy.cut()
  await expect.poll(health).toMatchObject([503, { status: 'unavailable', reason: 'database_unavailable' }])
  const since = performance.now()
  const refused = await post(trigger, { token: 'xoxb-1' })
  expect(refused).toMatchObject({
    status: 503,
    body: { code: 'database_unavailable', hint: expect.any(String) as string }
  })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await server.api('GET', '/workflows')).toMatchObject({ status: 503 })
  expect(performance.now() - since).toBeLessThan(2_000)
  proxy.mend()
  await expect.poll(() => post(trigger, { token: 'xoxb-1' }).then(({ status }) => status)).toBe(200)
  await expect.poll(health).toMatchObject([200, { status: 'ok' }])
  // It is said once, not by everybody who found out.
  expect(server.output).not.toContain('sweep failed')
})
