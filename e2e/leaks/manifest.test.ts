/**
 * Nothing is forgotten: every file of the data directory, every route of the admin API and every command of the command
 * line is one that the suite looks at.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandNames, outputOf } from './commands.ts'
import { scenario, type Scenario } from './grammar/scenario.ts'
import { openHouse, type House } from './house.ts'
import { Judge } from './judge/judge.ts'
import { COMMANDS, FILES, ROUTES } from './judge/manifest.ts'
import { Season } from './season.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('every file of the data directory is one that is known', async () => {
  await new Season(house).play(fc.sample(scenario, { numRuns: 25, seed: 1 }))
  const allowed = new Set(FILES)
  expect(house.files.names.filter((name) => !allowed.has(name))).toEqual([])
})

test('every route of the OpenAPI document is looked at', async () => {
  const document = (await house.server.api('GET', '/openapi.json')).body as { paths: Record<string, object> }
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((method) => ['get', 'put', 'post', 'patch', 'delete'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`)
  )
  expect(routes.sort()).toEqual(Object.keys(ROUTES).sort())
})

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

/** A run that history keeps and shows. */
function isShown({ mishap, request, settings }: Scenario): boolean {
  return mishap === 'none' && request.nostore === 'no' && settings.keep
}
