/** The contract of storage: one suite for both databases. */
import { describe } from 'vitest'
import { commands } from './commands.ts'
import { ends } from './ends.ts'
import type { MakeHome } from './fixture.ts'
import { meetings } from './meetings.ts'
import { values } from './values.ts'

export function describeStorage(name: string, makeHome: MakeHome): void {
  describe(`${name} keeps the contract of storage:`, () => {
    commands(makeHome)
    meetings(makeHome)
    values(makeHome)
    ends(makeHome)
  })
}
