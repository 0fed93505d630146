/**
 * What the services are made of, where this machine does not have it: fetched once by the ordinary package clients, into
 * a folder outside the repository that can be deleted at any time. Nothing is installed in the system.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Guarded } from '../guard/guarded.ts'

/** Where it all is. */
export const cache = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bellhop-tests')

/** Package clients need what is configured for them: proxies, indexes, caches. */
export const clientEnvironment = (): Record<string, string> => {
  const all = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(all)
}

/**
 * The folder of that name in the cache, made by `make` if it is not there. It appears whole or not at all, also when
 * several runners make it at once.
 * @throws Unavailable when it cannot be made
 */
export async function cached(name: string, make: (maker: Guarded, into: string) => Promise<void>): Promise<string> {
  const folder = join(cache(), name)
  if (existsSync(folder)) return folder
  console.log(`services: making ${name} in ${cache()}, once`)
  const maker = Guarded.open(name, cache())
  try {
    const into = join(maker.folder, 'made')
    mkdirSync(into)
    await make(maker, into)
    publish(into, folder)
  } finally {
    await maker.stop()
  }
  return folder
}

function publish(into: string, folder: string): void {
  try {
    renameSync(into, folder)
  } catch (error) {
    // Another runner was faster, and made the same.
    if (!existsSync(folder)) throw error
  }
}
