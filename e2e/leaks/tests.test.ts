/**
 * Tests of drafts: the same random workflows, tried as an editor does. What they show holds no secret, and of what they know
 * nothing is written (I1, I4).
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scenario } from './grammar/scenario.ts'
import { House } from './house.ts'
import { report } from './judge/judge.ts'
import { Season } from './season.ts'

const RUNS = Number(process.env['LEAK_RUNS'] ?? 1_000) / 10
/** Sessions at a time: as many as a server has are pushed out by others. */
const BATCH = 15
const SEED = Number(process.env['LEAK_FIRST_SEED'] ?? 20_261_126)

let house: House
let season: Season
beforeAll(async () => {
  house = await House.open()
  season = new Season(house, true)
})
afterAll(() => house?.close())

test('no secret is found in what tests of drafts write or show', { timeout: 120_000 + RUNS * 2_000 }, async () => {
  const scenarios = fc.sample(scenario, { numRuns: RUNS, seed: SEED })
  for (let at = 0; at < scenarios.length; at += BATCH) {
    expect(report(await season.play(scenarios.slice(at, at + BATCH)))).toBe(report([]))
  }
  const { tried, asked } = season.tally
  expect(tried).toBeGreaterThan(RUNS / 4)
  // A vendor was sent a credential, and the page saw a handle in its place.
  expect(asked).toBeGreaterThan(RUNS / 10)
})

test('nor in what the server leaves behind', async () => {
  expect(await house.server.stop()).toBe(0)
  expect(report(await season.verdict())).toBe(report([]))
})
