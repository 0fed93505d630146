/**
 * The server is killed between the moment when Vault is asked for a secret that it makes and the moment when a vendor has
 * seen it, a hundred times. No lease is left behind, and nothing that Vault gave is on the disk (I1).
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stage, type Stage } from '../../server/src/credentials/stores/vault/testing/fixture.ts'
import { bellhop } from '../support/cli.ts'
import { eventually, post, world, type World } from '../support/world.ts'

const KILLS = 100
const AT_ONCE = 3

/** What has to have happened once more before the server is killed, in turn. */
const MOMENTS: readonly ((here: World, vault: Stage) => number)[] = [
  (_, { server }) => server.asked.filter(({ path }) => path === 'auth/token/create').length,
  (_, { server }) => server.asked.filter(({ path }) => path === 'database/creds/app').length,
  (_, { server }) => server.asked.filter(({ path }) => path === 'auth/token/renew-self').length,
  ({ vendor }) => vendor.total,
  (_, { server }) => server.asked.filter(({ path }) => path === 'auth/token/revoke-self').length
]

const DEFINITION = JSON.stringify({
  name: 'dynamic',
  trigger: { type: 'http' },
  steps: [
    {
      name: 'call',
      use: 'http-request',
      auth: {
        http: {
          store: { from: 'main', path: 'database/creds/app', fields: { username: 'username', password: 'password' } }
        }
      },
      props: { method: 'POST', url: '{{steps.trigger.event.body.url}}', fail_on_error_status: false }
    }
  ]
})

async function start(): Promise<{ here: World; vault: Stage }> {
  const vault = await stage()
  const here = await world()
  const input = `{ address: "${vault.server.url}", auth: { token: "${vault.token}" } }`
  const added = await bellhop(['stores', 'add', 'main', 'vault', '--server', here.server.url, '--data', here.data], {
    input
  })
  expect(added.code).toBe(0)
  return { here, vault }
}

/** Every byte that the server keeps. */
async function bytesOf(folder: string): Promise<Buffer> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const read = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name)))
  return Buffer.concat(await Promise.all(read))
}

test(`${KILLS} kills between fetch and use leave no lease behind, and no secret on the disk`, async () => {
  const { here, vault } = await start()
  const definition = DEFINITION.replace('{{steps.trigger.event.body.url}}', `${here.vendor.url}/v1/notes`)
  await here.server.deploy('dynamic', definition)
  for (let kill = 0; kill < KILLS; kill++) {
    const moment = MOMENTS[kill % MOMENTS.length] ?? MOMENTS[0]
    const before = moment?.(here, vault) ?? 0
    const url = await here.server.deploy('dynamic', definition)
    const posts = Array.from({ length: AT_ONCE }, () => post(url, {}).catch(() => undefined))
    await eventually(() => (moment?.(here, vault) ?? 0) > before || undefined)
    await here.server.kill()
    await Promise.all(posts)
    await here.restart()
  }
  await eventually(async () => {
    const { body } = await here.server.api('GET', '/runs?status=running')
    return (body as { runs: unknown[] }).runs.length === 0 || undefined
  })
  await eventually(() => vault.server.tokens.leases().length === 0 || undefined)
  // What was made and not written down has no lease under it, and lapses.
  vault.server.pass(120_000)
  const runTokens = vault.server.tokens.tokens().filter(({ displayName }) => displayName === 'token-bellhop-run')
  expect(runTokens).toEqual([])
  expect((await here.server.api('GET', '/leases')).body).toEqual({ leases: [] })
  await here.server.stop()
  const given = new Set(vault.server.asked.flatMap(({ token }) => token ?? []))
  const bytes = await bytesOf(here.data)
  expect(given.size).toBeGreaterThan(KILLS / 2)
  for (const secret of [...given, 'made-password-']) expect(bytes.includes(secret)).toBe(false)
})
