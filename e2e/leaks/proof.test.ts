/** The leak suite can fail: servers that leak, each in its own way, are caught, and where they leak. */
import fc from 'fast-check'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { scenario, type Carrier, type Scenario } from './grammar/scenario.ts'
import type { Carelessness } from './grammar/steps.ts'
import { House } from './house.ts'
import type { Leak } from './judge/judge.ts'
import { Season } from './season.ts'
import { callsOf, cameLate, waysOf } from './stage/carriers.ts'
import { eachOf } from './stage/each.ts'

/** Enough for every kind of leak, and the same ones each time. */
const SCENARIOS = { numRuns: 40, seed: 1 }

type Kind = (scenario: Scenario) => boolean

const any: Kind = () => true

/** Whoever waits for the run is answered with what a vendor says. */
const answers: Kind = (one) => {
  const last = callsOf(one).at(-1)?.step
  return (
    isShown(one) && one.settings.respond === 'last_step' && one.each === undefined && last?.vendor.kind === 'echoes'
  )
}

/** A credential that is known late also stands in the event, in a run that is shown. */
const knownLate: Kind = (one) => {
  const late = one.credentials.flatMap((credential, index) => (cameLate(credential) ? [index] : []))
  const mentioned = one.request.occurrences.some(({ credential }) => late.includes(credential))
  return mentioned && isShown(one)
}

function isShown({ mishap, settings, request }: Scenario): boolean {
  return mishap === 'none' && settings.keep && request.nostore === 'no'
}

/** Every credential comes from a store that is well, in this way, and vendors say what they were sent. */
const fetches =
  (way: Carrier): Kind =>
  (one) =>
    isShown(one) &&
    waysOf(one, one.settings.token).carriers.every((carrier) => carrier === way) &&
    one.credentials.every(({ source }) => source.trouble === 'none') &&
    callsOf(one).some(({ step: { vendor } }) => vendor.kind === 'echoes' || vendor.kind === 'says')

/** A step asks a store that is in trouble, which tells what it was sent. */
const quotes: Kind = (one) =>
  isShown(one) &&
  waysOf(one, one.settings.token).carriers.some((carrier) => carrier.startsWith('store')) &&
  one.credentials.every(({ source }) => source.trouble === 'store' && source.kind.startsWith('vault'))

/** Each item has a credential of its own. */
const ofItems: Kind = (one) =>
  isShown(one) && waysOf(one, one.settings.token).carriers.includes('item') && eachOf(one)?.onError === 'continue'

/** Each of several items has a credential of its own from a store, and is told it by a vendor that says no more. */
const tellsItems: Kind = (one) =>
  fetches('store')(one) &&
  (eachOf(one)?.items ?? 1) > 1 &&
  one.credentials.every(({ source }) => source.byReference) &&
  callsOf(one).every(({ step: { vendor } }) => vendor.kind === 'says' || vendor.kind === 'behaves')

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
  ['scrub-nothing', any, ['run of', 'timeline of', 'live view of', 'file bellhop.db']],
  ['scrub-nothing', answers, ['trigger of']],
  ['scrub-nothing', posts, ['messages that were posted']],
  ['seal-nothing', any, ['file bellhop.db']],
  ['gossip', any, ['output of the server', 'file minted.txt']],
  ['never-amend', knownLate, ['run of', 'timeline of']],
  ['store-all', any, ['file bellhop.db', 'live view of']],
  ['scrub-nothing', fetches('store'), ['run of', 'file bellhop.db']],
  ['fetch-openly', fetches('store_step'), ['run of', 'timeline of', 'live view of', 'file bellhop.db']],
  ['fetch-openly', fetches('store'), ['run of', 'timeline of', 'live view of', 'file bellhop.db']],
  ['quote-stores', quotes, ['run of', 'timeline of', 'file bellhop.db']],
  ['scrub-nothing', ofItems, ['items of', 'live view of', 'file bellhop.db']],
  ['scrub-first-item', tellsItems, ['items of', 'file bellhop.db']]
])('a server that leaks is caught: %s', { timeout: 120_000 }, async (sabotage, kind, places) => {
  const leaks = await leaksOf(kind, sabotage)
  for (const place of places) expect(leaks.map((leak) => leak.place)).toContainEqual(expect.stringMatching(place))
})

test('the same runs leak nothing from a server as it is', { timeout: 120_000 }, async () => {
  expect(await leaksOf(any)).toEqual([])
})
