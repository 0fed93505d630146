/** What a new user does: starts the demo, copies the commands that it prints, and looks at what was kept. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { eventually } from '../support/world.ts'

const run = promisify(execFile)
const TOKEN = /"slack_token":"([^"]+)"/

async function demo(): Promise<ServerProcess> {
  const server = await ServerProcess.start({ data: await temporaryFolder(), args: ['--demo'] })
  onTestFinished(() => server.kill())
  await eventually(() => server.output.includes('bellhop show') || undefined)
  return server
}

/** The commands of the printed page, continued lines joined as the shell does. */
function commands(server: ServerProcess): string[] {
  return server.output.match(/^curl (?:[^\n]*\\\n)*[^\n]*/gm) ?? []
}

test('the printed curl commands work as they are, and the run is kept with a handle for the credential', async () => {
  const server = await demo()
  const printed = commands(server)
  expect(printed.length).toBeGreaterThanOrEqual(2)
  const [first = ''] = printed
  const { stdout } = await run('sh', ['-c', first])
  expect(JSON.parse(stdout)).toMatchObject({ ok: true })

  const args = ['--server', server.url, '--data', server.data]
  const listed = await bellhop(['runs', ...args])
  const id = /^([0-9a-f-]{36})/m.exec(listed.stdout)?.[1] ?? ''
  const shown = await bellhop(['show', id, ...args])
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(/bhdl\.slack\.oauth_access_token\.[0-9a-z]{26}/)
  const token = TOKEN.exec(first)?.[1] ?? 'no token'
  expect(shown.stdout).not.toContain(token)
})

test('the printed command that lists runs finds this server, wherever it listens', async () => {
  const server = await demo()
  const [list = 'false'] = server.output.match(/^npx bellhop runs.*/m) ?? []
  await run('sh', ['-c', commands(server)[0] ?? 'false'])
  expect((await run('sh', ['-c', list])).stdout).toMatch(/succeeded +notify-customer$/m)
})

test('the printed nostore command answers the same, and no run is kept', async () => {
  const server = await demo()
  const nostore = commands(server).find((command) => command.includes('x-pd-nostore')) ?? 'false'
  const { stdout } = await run('sh', ['-c', nostore])
  expect(JSON.parse(stdout)).toMatchObject({ ok: true })
  const { body } = await server.api('GET', '/runs')
  expect(body).toMatchObject({ runs: [] })
})

test('without --demo nothing is added', async () => {
  const server = await ServerProcess.start({ data: await temporaryFolder() })
  onTestFinished(() => server.kill())
  const { body } = await server.api('GET', '/workflows')
  expect(body).toMatchObject({ workflows: [] })
  expect(server.output.trim().split('\n')).toEqual([
    `listening ${server.url}`,
    expect.stringMatching(new RegExp(`^set up ${server.url}/setup#[\\w-]{43}$`))
  ])
})

test('a port in use is one sentence and exit code 1', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  onTestFinished(() => void holder.close())
  const address = holder.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { code, output } = await ServerProcess.startAndFail({
    data: await temporaryFolder(),
    args: ['--port', String(port)]
  })
  expect(code).toBe(1)
  expect(output).toContain(`port ${port} on 127.0.0.1 is in use`)
  expect(output).not.toContain('    at ')
})
