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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { found, stop } = await startServices(Object.keys(STARTS) as (keyof Services)[])
  project.provide('services', found as Found)
  listMissing(found)
  return async () => {
    await stop()
    listMissing(found)
  }
}

/** Starts those services side by side. Never throws: `found` says why one is not there. */
export async function startServices(
  names: readonly (keyof Services)[]
): Promise<{ found: Partial<Found>; stop: () => Promise<void> }> {
  const outcomes = await Promise.all(names.map((name) => attempt(name, STARTS[name])))
  return {
    found: Object.fromEntries(outcomes.map(({ name, found }) => [name, found])) as Partial<Found>,
    stop: async () => void (await Promise.all(outcomes.map(({ stop }) => stop())))
  }
}

function listMissing(found: Partial<Found>): void {
  for (const [name, finding] of Object.entries(found)) {
    if ('at' in finding) continue
    console.log(`services: no ${name}, its tests are skipped: ${finding.unavailable.replaceAll('\n', '\n    ')}`)
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
