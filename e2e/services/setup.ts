/** Starts, once for a run of the project, every service that can be had; says which can't and why; stops them all. */
import type { TestProject } from 'vitest/node'
import { startMariaDb } from './mariadb.ts'
import { startMoto } from './moto.ts'
import { startPostgres } from './postgres.ts'
import type { Finding, Found, Services, Started } from './services.ts'
import { startVault } from './vault.ts'

const STARTS: { [N in keyof Services]: () => Promise<Started<Services[N]>> } = {
  postgres: startPostgres,
  mariadb: startMariaDb,
  moto: startMoto,
  openbao: () => startVault('openbao'),
  vault: () => startVault('vault')
}

export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const outcomes = await Promise.all(Object.entries(STARTS).map(([name, start]) => attempt(name, start)))
  project.provide('services', Object.fromEntries(outcomes.map(({ name, found }) => [name, found])) as Found)
  const missing = outcomes.flatMap(({ name, found }) => ('unavailable' in found ? [{ name, ...found }] : []))
  const list = (): void => {
    for (const { name, unavailable } of missing) {
      console.log(`services: no ${name}, its tests are skipped: ${unavailable.replaceAll('\n', '\n    ')}`)
    }
  }
  list()
  return async () => {
    await Promise.all(outcomes.map(({ stop }) => stop()))
    list()
  }
}

type Outcome = { name: string; stop: () => Promise<void>; found: Finding<unknown> }

/** A machine where something does not work is no reason to test nothing: whatever goes wrong is told, not thrown. */
async function attempt(name: string, start: () => Promise<Started<unknown>>): Promise<Outcome> {
  const since = performance.now()
  try {
    const { at, version, stop } = await start()
    console.log(`services: ${name} ${version} is up after ${Math.round(performance.now() - since)} ms`)
    return { name, stop, found: { at, version } }
  } catch (error) {
    return {
      name,
      stop: async () => {},
      found: { unavailable: error instanceof Error ? error.message : String(error) }
    }
  }
}
