import { afterAll } from 'vitest'
import { describeEngine } from '../contract/engine-contract.ts'
import { DbosFixture } from './testing/fixture.ts'

const fixture = await DbosFixture.make()
afterAll(() => fixture.remove())

describeEngine('the engine on DBOS', () => fixture)
