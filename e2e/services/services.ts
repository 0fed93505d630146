/**
 * The real servers that the stores are tested against. `setup.ts` starts each once for a run of this project; a test file
 * says which ones it needs by `against`.
 */
import { describe, expect, inject, it } from 'vitest'
import type { MariaDb } from './mariadb.ts'
import type { Moto } from './moto.ts'
import type { Postgres } from './postgres.ts'
import type { Vault } from './vault.ts'

export interface Services {
  postgres: Postgres
  mariadb: MariaDb
  moto: Moto
  openbao: Vault
  vault: Vault
}

export interface Started<A> {
  at: A
  version: string
  /** Resolves when its processes and files are gone. */
  stop: () => Promise<void>
}

/** Where a service is, or why there is none. */
export type Finding<A> = { at: A; version: string } | { unavailable: string }

export type Found = { [N in keyof Services]: Finding<Services[N]> }

declare module 'vitest' {
  interface ProvidedContext {
    services: Found
  }
}

/** `describe` once for each service named. Of one that is not there, one skipped test says why. */
export function against<N extends keyof Services>(names: readonly N[], tests: (at: Services[N]) => void): void {
  const found = names.map((name): { name: N; finding: Finding<Services[N]> } => ({
    name,
    finding: inject('services')[name]
  }))
  const there = found.flatMap(({ name, finding }) => ('at' in finding ? [{ name, ...finding }] : []))
  const missing = found.flatMap(({ name, finding }) => ('at' in finding ? [] : [{ name, ...finding }]))
  describe.each(there)('against $name $version', ({ at }) => {
    tests(at)
  })
  it.for(missing)('against $name', ({ unavailable }, { skip }) => {
    skip(unavailable)
    expect.unreachable()
  })
}
