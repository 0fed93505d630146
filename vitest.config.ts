import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './e2e/support/longest-first.ts'

/** Unit tests are busy all the time; the others wait for processes that start, are killed and sleep. */
const PROCESSORS = availableParallelism()
const AT_ONCE = { unit: PROCESSORS, others: PROCESSORS + 2 }

/**
 * One project per kind of test, so that each has a script of its own and `npm test` runs them all. Time limits end what
 * hangs: a busy machine takes many times what a quiet one does.
 */
const project = (name: string, include: string[], testTimeout: number) => ({
  test: {
    name,
    include,
    exclude,
    testTimeout,
    hookTimeout: testTimeout,
    expect: { poll: { timeout: 20_000 } },
    environment: 'node' as const,
    maxWorkers: name === 'unit' ? AT_ONCE.unit : AT_ONCE.others,
    sequence: { groupOrder: name === 'unit' ? 0 : 1 }
  }
})
/** The tests of what `bellhop init` makes are run where it makes it. */
const exclude = [...configDefaults.exclude, 'server/templates/**']

/** What of the unit project asks for a PostgreSQL: `npm run test:services` tests it on a server that it is given. */
const onPostgres = [
  '{storage/moving,storage/postgres,engine/dbos}/**/*',
  '{data,workflow}/nodes',
  'storage/schemas',
  'cli/statements'
]
const given = process.env['DATABASE_URL'] === undefined ? [] : onPostgres.map((files) => `server/src/${files}.test.ts`)
const services = project('services', ['e2e/services/**/*.test.ts', ...given], 120_000)
const web = project('web', ['e2e/web/**/*.test.ts'], 180_000)
/** Builds the page, and only when this project runs. A page answers when the browser comes to it. */
const withPage = {
  test: { ...web.test, globalSetup: 'e2e/web/support/setup.ts', expect: { poll: { timeout: 45_000 } } }
}
const unit = project('unit', ['{sdk,components,server,examples,web}/**/*.test.ts'], 60_000)
/** Starts a database when a test asks for one. */
const withDatabase = { test: { ...unit.test, globalSetup: 'e2e/services/on-demand.ts' } }
const cluster = project('cluster', ['e2e/cluster/**/*.test.ts'], 120_000)
/**
 * Nodes hear of each other's changes within a second, and count as dead when they do nothing for six: so these have the machine
 * to themselves, as far as that goes.
 */
const withNodes = {
  test: {
    ...cluster.test,
    maxWorkers: 1,
    sequence: { groupOrder: 2 },
    globalSetup: 'e2e/services/on-demand.ts'
  }
}
/** Starts the real servers, and only when this project runs. */
const withServers = {
  test: { ...services.test, globalSetup: ['e2e/services/setup.ts', 'e2e/services/on-demand.ts'] }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      withDatabase,
      project('leaks', ['e2e/leaks/**/*.test.ts'], 600_000),
      withServers,
      withNodes,
      project('crash', ['e2e/crash/**/*.test.ts'], 1_200_000),
      project('attacks', ['e2e/attacks/**/*.test.ts'], 60_000),
      project('e2e', ['e2e/journeys/**/*.test.ts'], 60_000),
      withPage,
      project('compat', ['e2e/compat/**/*.test.ts'], 180_000)
    ]
  }
})
