/**
 * Nothing is forgotten: every file of the data directory, every route of the admin API and every command of the command
 * line is one that the suite looks at.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandNames, outputOf } from './commands.ts'
import { scenario, type Scenario } from './grammar/scenario.ts'
import { House } from './house.ts'
import { Judge } from './judge/judge.ts'
import { COMMANDS, FILES, ROUTES, SANDBOX_FILES } from './judge/manifest.ts'
import { Season } from './season.ts'
import { waysOf } from './stage/carriers.ts'
import { eachOf } from './stage/each.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

/** Scenarios of every kind, rare ones too. */
const SCENARIOS = [() => true, isTestEvent, hasAccount, hasItems].flatMap((kind) =>
  fc.sample(scenario.filter(kind), { numRuns: 10, seed: 1 })
)

test('every file of the data directory is one that is known', async () => {
  expect(await new Season(house).play(SCENARIOS)).toEqual([])
  const allowed = new Set(FILES)
  expect(house.files.names.filter((name) => !allowed.has(name) && !SANDBOX_FILES.test(name))).toEqual([])
})

test('every route of the OpenAPI document is looked at', async () => {
  const document = (await house.server.api('GET', '/openapi.json')).body as { paths: Record<string, object> }
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((method) => ['get', 'put', 'post', 'patch', 'delete'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`)
  )
  expect(routes.sort()).toEqual(Object.keys(ROUTES).sort())
  // What the manifest says is called, was called. The log says nothing of a stream that a viewer leaves.
  const called = new Set([...routesCalled(house.server.output), 'GET /runs/events'])
  expect(routes.filter((route) => !called.has(route))).toEqual([])
})

/** The routes that the server’s log names. */
function routesCalled(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  const requests = lines.map((line) => JSON.parse(line) as { method?: string; route?: string })
  const called = requests.map(({ method, route }) => `${method} ${route?.replace('/api/v1', '')}`)
  return [...new Set(called.map((route) => route.replaceAll(/:(\w+)/g, '{$1}')))]
}

test('every command is looked at, and none prints a secret', { timeout: 120_000 }, async () => {
  expect((await commandNames()).sort()).toEqual(Object.keys(COMMANDS).sort())

  const season = new Season(house)
  await season.play(fc.sample(scenario.filter(isShown), { numRuns: 10, seed: 2 }))
  const { sample, secrets } = season.latest
  const judge = new Judge()
  for (const secret of secrets) judge.knows(secret)
  expect(judge.known).toBeGreaterThan(10)
  const env = { BELLHOP_SERVER: house.url, BELLHOP_DATA: house.data }
  for (const [name, commandOf] of Object.entries(COMMANDS)) {
    const command = commandOf(sample)
    if ('nothing' in command) continue
    const output = await outputOf(command, env)
    expect(output, name).not.toMatch(/unexpected|unreachable/)
    judge.examine(`bellhop ${command.join(' ')}`, Buffer.from(output))
  }
  expect(judge.leaks).toEqual([])
})

function isTestEvent({ mishap }: Scenario): boolean {
  return mishap === 'notrigger'
}

function hasAccount(one: Scenario): boolean {
  return waysOf(one, false).carriers.includes('account')
}

/** A run that history shows with items of an `each`. */
function hasItems(one: Scenario): boolean {
  return eachOf(one) !== undefined && isShown(one)
}

/** A run that history keeps and shows. */
function isShown({ mishap, request, settings }: Scenario): boolean {
  return mishap === 'none' && request.nostore === 'no' && settings.keep
}
