import { defineConfig } from 'vitest/config'

/** One project per kind of test, so that each has a script of its own and `npm test` runs them all. */
const project = (name: string, include: string[], testTimeout: number) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, environment: 'node' as const }
})

export default defineConfig({
  test: {
    projects: [
      project('unit', ['{sdk,components,server,examples}/**/*.test.ts'], 20_000),
      project('leaks', ['e2e/leaks/**/*.test.ts'], 600_000),
      project('crash', ['e2e/crash/**/*.test.ts'], 1_200_000),
      project('e2e', ['e2e/journeys/**/*.test.ts'], 60_000)
    ]
  }
})
