import { PostgresDatabase } from './databases/postgres.ts'
import { leakSuite } from './suite.ts'

/** Fewer, in few batches: to look at all that PostgreSQL writes takes its time. */
leakSuite('PostgreSQL', { share: 1 / 10, smallest: 20 }, () => PostgresDatabase.open())
