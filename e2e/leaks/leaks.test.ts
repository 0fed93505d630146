import { leakSuite } from './suite.ts'

leakSuite('SQLite', 1)
