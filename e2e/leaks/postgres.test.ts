import { PostgresDatabase } from './databases/postgres.ts'
import { leakSuite } from './suite.ts'

leakSuite('PostgreSQL', 1 / 8, () => PostgresDatabase.open())
