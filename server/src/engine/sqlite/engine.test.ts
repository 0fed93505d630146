import { afterAll } from 'vitest'
import { describeEngine } from '../contract/engine-contract.ts'
import { SqliteFixture } from './testing/fixture.ts'

const fixture = new SqliteFixture()
afterAll(() => fixture.remove())

describeEngine('the embedded engine', () => fixture)
