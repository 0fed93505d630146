/** The process itself: who may read its files, what may look into it, and what stops a start. */
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { world } from '../support/world.ts'

test('every file of the data directory is this user’s alone', async () => {
  const { data } = await world()
  for (const name of await readdir(data)) {
    expect((await stat(join(data, name))).mode & 0o077, name).toBe(0)
  }
})

test('core dumps are off and SIGUSR1 starts no debugger', async () => {
  const { server } = await world()
  expect(await readFile(`/proc/${server.pid}/limits`, 'utf8')).toMatch(/Max core file size\s+0\s+0/)
  process.kill(server.pid, 'SIGUSR1')
  expect((await server.api('GET', '/workflows')).status).toBe(200)
  expect(server.output).not.toContain('Debugger')
})

test('a start with a debugger is refused', async () => {
  const { code, output } = await ServerProcess.startAndFail({
    data: await temporaryFolder(),
    nodeArgs: ['--inspect=127.0.0.1:0']
  })
  expect(code).toBe(1)
  expect(output).toContain('does not start with a debugger')
})

test('an older Node gets one sentence', async () => {
  const older = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.11.1"})'
  const { code, output } = await ServerProcess.startAndFail({
    data: await temporaryFolder(),
    nodeArgs: ['--import', older]
  })
  expect(code).toBe(1)
  expect(output).toContain('bellhop needs Node.js 26 or later')
  expect(output.trim().split('\n')).toHaveLength(1)
})

test('a second start on the same directory names the process that holds it', async () => {
  const { server, data } = await world()
  const { code, output } = await ServerProcess.startAndFail({ data })
  expect(code).toBe(1)
  expect(output).toContain(String(server.pid))
})

test('a wrong, an unreadable and an exposed key each stop the start with what to do', async () => {
  const { server, data } = await world()
  await server.stop()
  const fail = async (env: Record<string, string> = {}): Promise<string> => {
    const { code, output } = await ServerProcess.startAndFail({ data, env })
    expect(code).toBe(1)
    expect(output.trim().split('\n').length, output).toBeLessThanOrEqual(2)
    return output
  }
  expect(await fail({ BELLHOP_KEY: Buffer.alloc(32, 7).toString('base64') })).toContain('not the one')
  expect(await fail({ BELLHOP_KEY: 'short' })).toContain('BELLHOP_KEY')
  await chmod(join(data, 'key'), 0o644)
  expect(await fail()).toContain('chmod 600')
  await chmod(join(data, 'key'), 0o600)
  await writeFile(join(data, 'key'), 'not a key\n')
  expect(await fail()).toContain('key')
})

test('a key that is gone stops the start, and no other is put in its place', async () => {
  const { server, data } = await world()
  await server.stop()
  await rm(join(data, 'key'))
  const { code, output } = await ServerProcess.startAndFail({ data })
  expect([code, output]).toEqual([1, expect.stringContaining('its key is not there')])
  expect(await readdir(data)).not.toContain('key')
})

test('a file that is no database stops the start with what to do', async () => {
  const { server, data } = await world()
  await server.stop()
  await writeFile(join(data, 'bellhop.db'), 'this was a database once\n'.repeat(400))
  const { code, output } = await ServerProcess.startAndFail({ data })
  expect(code).toBe(1)
  expect(output).toContain('is no database')
  expect(output.trim().split('\n'), output).toHaveLength(2)
})

test.each([
  { args: ['--host', '192.0.2.1'], named: '192.0.2.1' },
  { args: ['--host', 'nowhere.invalid'], named: 'nowhere.invalid' },
  { env: { BELLHOP_EGRESS_DENY_PRIVATE: 'yes' }, named: 'BELLHOP_EGRESS_DENY_PRIVATE' },
  { env: { BELLHOP_LOG_LEVEL: 'loud' }, named: 'BELLHOP_LOG_LEVEL' }
])('a start that cannot be meant, $named, is two lines and exit code 1', async ({ named, ...settings }) => {
  const { code, output } = await ServerProcess.startAndFail({ data: await temporaryFolder(), ...settings })
  expect(code).toBe(1)
  expect(output).toContain(named)
  expect(output.trim().split('\n'), output).toHaveLength(2)
})

test('a data directory that cannot be made stops the start, also where Node’s own way never ends', async () => {
  const { code, output } = await ServerProcess.startAndFail({ data: '/proc/bellhop/data' })
  expect([code, output.trim().split('\n')]).toEqual([
    1,
    [
      'bellhop: cannot make the data directory /proc/bellhop/data',
      '  Name one that this user can write to with --data.'
    ]
  ])
})

test('a data directory of a newer version stops the start', async () => {
  const { server, data } = await world()
  await server.stop()
  const db = new DatabaseSync(join(data, 'bellhop.db'))
  db.exec("update meta set value = '9999' where key = 'version'")
  db.close()
  const { code, output } = await ServerProcess.startAndFail({ data })
  expect(code).toBe(1)
  expect(output).toContain('9999')
})

test('the doctor says what is in force', async () => {
  const { server, data } = await world()
  const args = ['doctor', '--server', server.url, '--data', data]
  const well = await bellhop(args)
  expect(well.stdout).not.toContain('PROBLEM')
  expect(well.stdout).toContain('answers')
  expect(well.stdout).toMatch(/swap is (?:on|off)/)
  expect(well.stdout).toContain('the key lies beside what it protects')
  expect(well.code).toBe(0)
  await chmod(join(data, 'key'), 0o644)
  const unwell = await bellhop(args)
  expect(unwell.stdout).toContain('PROBLEM')
  expect(unwell.code).toBe(1)
})
