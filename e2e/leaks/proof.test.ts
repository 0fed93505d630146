/** The leak suite can fail: servers that leak, each in its own way, are caught, and where they leak. */
import fc from 'fast-check'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { scenario, type Carrier, type Scenario } from './grammar/scenario.ts'
import type { Carelessness } from './grammar/steps.ts'
import { House } from './house.ts'
import type { Leak } from './judge/judge.ts'
import { Season } from './season.ts'
import { callsOf } from './stage/carriers.ts'

/** Enough for every kind of leak, and the same ones each time. */
const SCENARIOS = { numRuns: 40, seed: 1 }

type Kind = (scenario: Scenario) => boolean

const any: Kind = () => true

/** A credential from an account or an answer also stands in the event, in a run that is shown. */
const knownLate: Kind = (one) => {
  const late = one.credentials.flatMap(({ carrier }, index) => (isLate(carrier) ? [index] : []))
  const mentioned = one.request.occurrences.some(({ credential }) => late.includes(credential))
  return mentioned && one.mishap === 'none' && one.settings.keep && one.request.nostore === 'no'
}

function isLate(carrier: Carrier): boolean {
  return carrier === 'account' || carrier === 'answer'
}

/** The credential, or the event that holds it, goes into a message. */
const posts: Kind = (one) => {
  const said: readonly Carelessness[] = ['credential_in_body', 'credential_in_text', 'event_in_body']
  const step = callsOf(one).find(({ step: { action } }) => action === 'slack-send-message')?.step
  return step?.binding === 'alone' && step.careless.some((careless) => said.includes(careless))
}

/** What leaks of some runs from a server, as it is or with a sabotage loaded into it. */
async function leaksOf(kind: Kind, sabotage?: string): Promise<readonly Leak[]> {
  const path = fileURLToPath(new URL(`sabotage/${sabotage}.ts`, import.meta.url))
  const house = await House.open(sabotage === undefined ? {} : { nodeArgs: ['--import', path] })
  onTestFinished(() => house.close())
  const season = new Season(house)
  const leaks = await season.play(fc.sample(scenario.filter(kind), SCENARIOS))
  // A server that runs nothing leaks nothing.
  expect(season.tally.runs).toBeGreaterThan(SCENARIOS.numRuns / 2)
  return leaks
}

test.each<[string, Kind, readonly string[]]>([
  ['scrub-nothing', any, ['run of', 'timeline of', 'trigger of', 'live view of', 'file bellhop.db']],
  ['scrub-nothing', posts, ['messages that were posted']],
  ['seal-nothing', any, ['file bellhop.db']],
  ['gossip', any, ['output of the server', 'file minted.txt']],
  ['never-amend', knownLate, ['run of', 'timeline of']],
  ['store-all', any, ['file bellhop.db', 'live view of']]
])('a server that leaks is caught: %s', { timeout: 120_000 }, async (sabotage, kind, places) => {
  const leaks = await leaksOf(kind, sabotage)
  for (const place of places) expect(leaks.map((leak) => leak.place)).toContainEqual(expect.stringMatching(place))
})

test('the same runs leak nothing from a server as it is', { timeout: 120_000 }, async () => {
  expect(await leaksOf(any)).toEqual([])
})
