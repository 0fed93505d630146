import { test } from 'vitest'
import { openHouse } from './house.ts'
import { Season } from './season.ts'
import { report } from './judge/judge.ts'
import type { Scenario } from './grammar/scenario.ts'
test('one', { timeout: 500000 }, async () => {
  const house = await openHouse()
  const season = new Season(house)
  const s = JSON.parse(process.env['SCENARIO'] ?? '') as Scenario
  const leaks = await season.play([s])
  console.log(report(leaks))
  for (const p of season.last)
    for (const e of p.exhibits) if (e.place !== 'deploy') console.log(e.place, e.bytes.toString())
  await house.close()
})
