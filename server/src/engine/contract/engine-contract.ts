/**
 * The contract of the durable port: one suite for every engine. A durable engine's fixture can crash, and then the
 * tests of what survives run as well.
 */
import { describe } from 'vitest'
import { crashes } from './crashes.ts'
import { ends } from './ends.ts'
import type { EngineFixture } from './fixture.ts'
import { idempotency } from './idempotency.ts'
import { inheriting, inheritingCrashes } from './inheriting.ts'
import { itemCrashes, items } from './items.ts'
import { lanes } from './lanes.ts'
import { retries } from './retries.ts'
import { steps } from './steps.ts'
import { suspensions } from './suspensions.ts'
import { ticks } from './ticks.ts'
import { waits } from './waits.ts'

/** @param makeFixture a fixture of its own for each test */
export function describeEngine(name: string, makeFixture: () => EngineFixture): void {
  describe(`${name} keeps the contract of the durable port:`, () => {
    steps(makeFixture)
    retries(makeFixture)
    waits(makeFixture)
    lanes(makeFixture)
    items(makeFixture)
    ends(makeFixture)
    idempotency(makeFixture)
    inheriting(makeFixture)
    if (makeFixture().crash === undefined) return
    crashes(makeFixture)
    itemCrashes(makeFixture)
    suspensions(makeFixture)
    ticks(makeFixture)
    inheritingCrashes(makeFixture)
  })
}
