/**
 * The leak suite: random runs with planted secrets, and not one of them found anywhere (I1), on any database.
 *
 * `LEAK_RUNS=5000 npm run test:leaks` plays more of them. A failure prints the seed, the path and the scenario that it
 * shrank to; `LEAK_SEED=… LEAK_PATH=… npm run test:leaks` plays exactly that again.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scenario, type Scenario } from './grammar/scenario.ts'
import { SOURCE_KINDS } from './grammar/sources.ts'
import { House, type HouseSettings } from './house.ts'
import { report } from './judge/judge.ts'
import { Season } from './season.ts'
import { familyOf } from './stage/cast.ts'

/** Fewer runs than this may be without what is rare. */
const MANY = 500
/** As many as may be under way at once. */
const BATCH = 25
/** Making a failing batch smaller plays it again and again; after this long it is small enough. */
const SHRINKING_MS = 60_000

/**
 * Fails with what leaked. From then on only those scenarios are played whose secrets leaked, so that a failing batch is
 * made smaller quickly, and for a limited time.
 */
function property(season: Season, smallest: number): fc.IAsyncPropertyWithHooks<[readonly Scenario[]]> {
  let failure: { at: number; families: readonly string[] } | undefined
  const batch = fc.array(scenario, { minLength: smallest, maxLength: BATCH, size: 'max' })
  return fc.asyncProperty(batch, async (scenarios) => {
    if (failure !== undefined && Date.now() > failure.at + SHRINKING_MS) fc.pre(false)
    const families = failure?.families
    const leaks = await season.play(scenarios.filter((one) => families?.includes(familyOf(one)) !== false))
    if (leaks.length === 0) return
    const leaked = scenarios.map(familyOf).filter((family) => leaks.some(({ secret }) => secret.startsWith(family)))
    failure ??= { at: Date.now(), families: leaked }
    throw new Error(report(leaks))
  })
}

/** The gate plays the same scenarios each time; `LEAK_FIRST_SEED=$RANDOM` plays others. */
const FIRST_SEED = Number(process.env['LEAK_FIRST_SEED'] ?? 20_261_126)

/** What the environment asks to be played again. */
const REPLAY = replay(process.env['LEAK_SEED'], process.env['LEAK_PATH'])

function replay(seed: string | undefined, path: string | undefined): { seed?: number; path?: string } {
  return { ...(seed === undefined ? {} : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) }
}

export interface Size {
  /** Of the runs that are played by default, or that `LEAK_RUNS` says. */
  share: number
  /** Scenarios of a batch, at least. */
  smallest: number
}

export function leakSuite(on: string, { share, smallest }: Size, openDatabase?: HouseSettings['openDatabase']): void {
  const RUNS = Math.ceil(Number(process.env['LEAK_RUNS'] ?? 1_000) * share)
  describe(`${RUNS} random runs on ${on}`, () => {
    let house: House
    let season: Season
    beforeAll(async () => {
      house = await House.open(openDatabase === undefined ? {} : { openDatabase })
      season = new Season(house)
    })
    afterAll(() => house.close())

    test('no secret is found in what they wrote or showed', { timeout: 120_000 + RUNS * 500 }, async () => {
      let seed = FIRST_SEED
      do
        await fc.assert(property(season, smallest), {
          numRuns: Math.min(10, Math.ceil(RUNS / BATCH)),
          seed: seed++,
          ...REPLAY
        })
      while (season.tally.runs < RUNS && REPLAY.seed === undefined)
      expect(season.leaked).toBe(false)
    })

    test.skipIf(REPLAY.seed !== undefined)('they were of every kind', ({ skip }) => {
      skip(season.leaked, 'they ended early')
      const { statuses, answers, runs, handled, called, items } = season.tally
      expect(runs).toBeGreaterThanOrEqual(RUNS)
      expect([...statuses.keys()].sort()).toEqual(['ended_early', 'failed', 'succeeded', 'timed_out'])
      expect([...answers.keys()]).toEqual(expect.arrayContaining([200, 202, 400, 404, 500]))
      expect(handled).toBeGreaterThan(runs / 2)
      expect(called).toBeGreaterThan(runs / 2)
      expect(items).toBeGreaterThan(runs / 50)
    })

    test.skipIf(REPLAY.seed !== undefined || RUNS < MANY)('rare ones, too', ({ skip }) => {
      skip(season.leaked, 'they ended early')
      const { answers, runs, carried, fetched, codes } = season.tally
      expect([...answers.keys()]).toEqual(expect.arrayContaining([401, 413, 431, 504]))
      expect(carried.get('item')).toBeGreaterThan(0)
      const fetchedAs = (part: RegExp): number =>
        [...fetched].reduce((sum, [way, count]) => (part.test(way) ? sum + count : sum), 0)
      for (const shape of [/^store /, /^store_step /]) expect(fetchedAs(shape)).toBeGreaterThan(runs / 100)
      expect(SOURCE_KINDS.filter((kind) => fetchedAs(new RegExp(` ${kind}$`)) < runs / 500)).toEqual([])
      // Expressions threw the credentials that they saw.
      expect(codes.get('expression_failed')).toBeGreaterThan(0)
      // Stores were down, denied, were slow, or had no such secret.
      expect([...codes.keys()].filter((code) => code.startsWith('store_')).length).toBeGreaterThan(3)
    })

    test('whatever was made for a run was given back', async () => {
      await expect.poll(() => house.stores.left(), { timeout: 60_000 }).toEqual([])
    })

    test('what was written before it was known to be a secret is gone within a minute', async () => {
      expect(report(await season.oblivion())).toBe(report([]))
    })

    test('no secret of any run is found in what the server leaves behind', async ({ skip }) => {
      skip(season.leaked, 'something has leaked before')
      expect(await house.server.stop()).toBe(0)
      expect(report(await season.verdict())).toBe(report([]))
    })
  })
}
