import fc from 'fast-check'
import { test } from 'vitest'
import { scenario } from '/work/main/e2e/leaks/grammar/scenario.ts'
import { openHouse } from '/work/main/e2e/leaks/house.ts'
import { Season } from '/work/main/e2e/leaks/season.ts'
import { report } from '/work/main/e2e/leaks/judge/judge.ts'
test('timing', { timeout: 500000 }, async () => {
  const house = await openHouse()
  const season = new Season(house)
  for (const size of [1, 1, 1, 1, 25, 25, 25, 25, 25]) {
    const t = performance.now()
    const leaks = await season.play(fc.sample(scenario, { numRuns: size, seed: (Math.random() * 1e9) | 0 }))
    console.log(size, (performance.now() - t) | 0, leaks.length ? report(leaks) : '')
  }
  console.log(season.tally)
  let t = performance.now()
  console.log(report(await season.oblivion()), performance.now() - t)
  await house.server.stop()
  t = performance.now()
  console.log(report(await season.verdict()), performance.now() - t)
  await house.close()
})
