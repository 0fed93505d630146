/** The leak suite can fail on PostgreSQL too, wherever the database keeps or says something. */
import fc from 'fast-check'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { PostgresDatabase } from './databases/postgres.ts'
import { scenario, type Scenario } from './grammar/scenario.ts'
import { House } from './house.ts'
import type { Leak } from './judge/judge.ts'
import { Season } from './season.ts'
import { eachOf } from './stage/each.ts'

/** Of those that are shown; some have items. */
const SCENARIOS = [() => true, hasItems].flatMap((kind) =>
  fc.sample(
    scenario.filter((one) => isShown(one) && kind(one)),
    { numRuns: 8, seed: 1 }
  )
)

function isShown({ mishap, settings, request }: Scenario): boolean {
  return mishap === 'none' && settings.keep && request.nostore === 'no'
}

function hasItems(one: Scenario): boolean {
  return (eachOf(one)?.items ?? 0) > 1
}

/** A value of DBOS's, with a letter for each id and number. */
function shapeOf(value: string): string {
  return value
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\d+/g, 'N')
    .replace(/^\{"json":(.*),"__dbos_serializer":"superjson"\}$/, '$1')
}

/** All that DBOS may know. A life is `ID` or `ID:N`, its first argument the run. */
const WORDS = new Set(
  [
    ['', '[]', 'null', 'true', 'false', 'N', '-N', 'N.N', 'ID', 'ID:N', '["ID",N]', 'js_superjson'],
    ['bellhop', 'life', 'lane', 'lives', 'fN', 'sN', 'all.list'],
    ['SUCCESS', 'PENDING', 'ENQUEUED', 'DELAYED'],
    ['"lived"', '"failed"', '"finished"', '"walked"', '"gone"']
  ].flat()
)
/** A lane's id, or its argument: its life's, and where in it the lane is. */
const LANE = /^(?:\["|)ID:N(?:\/i?N(?:\.N)*)+(?:"\]|)$/

async function open(sabotage?: string): Promise<House> {
  const path = fileURLToPath(new URL(`sabotage/${sabotage}.ts`, import.meta.url))
  const changed = sabotage === undefined ? {} : { nodeArgs: ['--import', path] }
  const house = await House.open({ ...changed, openDatabase: () => PostgresDatabase.open() })
  onTestFinished(() => house.close())
  return house
}

async function leaksOf(house: House): Promise<readonly Leak[]> {
  const season = new Season(house)
  const leaks = await season.play(SCENARIOS)
  // A server that runs nothing leaks nothing.
  expect(season.tally.runs).toBeGreaterThan(SCENARIOS.length / 2)
  return leaks
}

test('in DBOS’s tables stand ids, names and words, and nothing else', { timeout: 120_000 }, async () => {
  const house = await open()
  expect(await leaksOf(house)).toEqual([])
  const kept = (await house.database.rows()).filter(({ place }) => place.startsWith('dbos.'))
  const others = kept
    .map(({ place, value }) => ({ place, shape: shapeOf(String(value)) }))
    .filter(({ shape }) => !WORDS.has(shape) && !LANE.test(shape))
    .map(({ place, shape }) => `${place} ${shape}`)
  expect([...new Set(others)]).toEqual([])
  // Of every kind: lives, what they began with and came to, and steps.
  const places = new Set(kept.map(({ place }) => place.replace(/\.\w+$/, '')))
  const tables = ['workflow_status', 'workflow_input', 'workflow_output', 'operation_outputs']
  expect([...places]).toEqual(expect.arrayContaining(tables.map((table) => `dbos.${table}`)))
})

test.each<[string, readonly RegExp[]]>([
  [
    'scrub-nothing',
    [/^table bellhop\.steps\.value/, /^table bellhop\.events\.body/, /^file base\//, /^file pg_wal\//, /^file log\//]
  ],
  ['seal-nothing', [/^table bellhop\.stores\.sealed/, /^file base\//, /^file pg_wal\//, /^file log\//]],
  ['tell-dbos', [/^table dbos\.operation_outputs\.output/, /^file base\//, /^file pg_wal\//, /^file log\//]],
  ['quote-in-database', [/^file log\//]]
])('a server that leaks into the database is caught: %s', { timeout: 120_000 }, async (sabotage, places) => {
  const leaks = await leaksOf(await open(sabotage))
  for (const place of places) expect(leaks.map((leak) => leak.place)).toContainEqual(expect.stringMatching(place))
})
