import { leakSuite } from './suite.ts'

leakSuite('SQLite', { share: 1, smallest: 1 })
