/** The command line as its users read it: help, mistakes, and lists. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { world } from '../support/world.ts'

/** The commands that a help page lists, each as the words that call it. */
function listed(page: string, group: readonly string[]): string[][] {
  return [...page.matchAll(/^ {2}([a-z]+)(?: [ [<]|$)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help')
    .map((name) => [...group, name])
}

test('every command and subcommand has help with an example', async () => {
  const { stdout: root } = await bellhop(['--help'])
  const commands = listed(root, [])
  expect(commands.flat()).toEqual(
    expect.arrayContaining(['start', 'deploy', 'workflows', 'actions', 'run', 'runs', 'show', 'accounts', 'doctor'])
  )
  const subcommands: string[][] = []
  for (const command of commands) subcommands.push(...listed(await helpOf(command), command))
  expect(subcommands).toEqual(
    expect.arrayContaining([
      ['workflows', 'disable'],
      ['actions', 'info']
    ])
  )
  for (const subcommand of subcommands) await helpOf(subcommand)
})

async function helpOf(command: readonly string[]): Promise<string> {
  const { code, stdout } = await bellhop([...command, '--help'])
  expect(code, command.join(' ')).toBe(0)
  expect(stdout, command.join(' ')).toMatch(/Examples?:\n {2}\$ /)
  return stdout
}

test.each([
  [['strat'], 'Did you mean start?', 'bellhop --help'],
  [['show'], "missing required argument 'run'", 'bellhop show --help'],
  [['runs', '--statsu', 'failed'], 'Did you mean --status?', 'bellhop runs --help'],
  [['workflows', 'disable'], "missing required argument 'workflow'", 'bellhop workflows disable --help'],
  [['workflows', 'show'], 'too many arguments', 'bellhop workflows --help'],
  [['start', '--port', 'http'], 'not a number between 0 and 65535', '--port 4000']
])('bellhop %j is told what is wrong and what to do next', async (args, wrong, next) => {
  const { code, stderr } = await bellhop(args)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^bellhop: /)
  expect(stderr).toContain(wrong)
  expect(stderr).toContain(next)
})

test('a filter that means nothing is refused in words', async () => {
  const { server, data } = await world()
  const args = ['--status', 'broken', '--limit', 'many', '--server', server.url, '--data', data]
  const { code, stderr } = await bellhop(['runs', ...args])
  expect(code).toBe(1)
  expect(stderr).toContain('status: expected `running`')
  expect(stderr).toContain('limit: expected a number')
})

test('a file that is no YAML is told by line', async () => {
  const { server, data } = await world()
  const file = join(await temporaryFolder(), 'bad.yaml')
  await writeFile(file, 'name: bad\ntrigger: { type: http\nsteps: []\n')
  const { code, stderr } = await bellhop(['deploy', file, '--server', server.url, '--data', data])
  expect(code).toBe(1)
  expect(stderr).toMatch(/line \d: not valid YAML/)
})

test('a trigger whose address leads nowhere is said to, with the setting to check', async () => {
  const { server, data } = await world({ env: { BELLHOP_PUBLIC_URL: 'http://127.0.0.1:9' } })
  const at = ['--server', server.url, '--data', data]
  await server.deploy('plain', 'name: plain\ntrigger: { type: http }\nsteps: [{ name: pause, delay: 1ms }]\n')
  const { code, stderr } = await bellhop(['run', 'plain', ...at])
  expect(code).toBe(1)
  expect(stderr).toContain('BELLHOP_PUBLIC_URL')
})

test('the step that an action’s page begins with deploys as it is', async () => {
  const { server, data } = await world()
  const at = ['--server', server.url, '--data', data]
  const { stdout } = await bellhop(['actions', ...at])
  const keys = stdout.split('\n').flatMap((line) => /^[a-z-]+/.exec(line)?.[0] ?? [])
  expect(keys).toEqual(expect.arrayContaining(['http-request', 'slack-send-message', 'github-create-issue']))
  for (const key of keys) {
    const page = await bellhop(['actions', 'info', key, ...at])
    const [, step = ''] = page.stdout.split('a step to begin with:\n')
    await server.deploy(key, `name: ${key}\ntrigger: { type: http }\nsteps:\n${step}`)
  }
  const unknown = await bellhop(['actions', 'info', 'slack-sendmessage', ...at])
  expect(unknown.stderr).toContain('did you mean `slack-send-message`?')
})
