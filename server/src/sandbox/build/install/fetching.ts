/** Brings the archives of packages into the folder of archives, some at a time. */
import { createHash } from 'node:crypto'
import { Fault } from '@bellhop/sdk'
import { LIMITS } from '../limits.ts'
import { tell } from '../served.ts'
import type { Chosen } from './graph.ts'
import type { RegistryClient } from './registry.ts'
import { integrityOf, isIntegrity, type Tarballs } from './tarballs.ts'

const AT_ONCE = 8

/** @returns integrities by package. @throws Fault `registry_*`, `package_damaged`, `package_too_large`, naming the package */
export async function fetchAll(
  packages: readonly Chosen[],
  client: RegistryClient,
  tarballs: Tarballs
): Promise<ReadonlyMap<string, string>> {
  const integrities = new Map<string, string>()
  const missing: Chosen[] = []
  for (const chosen of packages) {
    const integrity = strongest(chosen)
    if (integrity !== undefined && tarballs.read(integrity) !== undefined) integrities.set(chosen.id, integrity)
    else missing.push(chosen)
  }
  let left = LIMITS.allPackedBytes
  const queue = missing.values()
  const lane = async (): Promise<void> => {
    for (const chosen of queue) {
      const bytes = await fetchOne(chosen, client, Math.min(LIMITS.packedBytes, left))
      left -= bytes.length
      integrities.set(chosen.id, tarballs.write(bytes))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  const mb = ((LIMITS.allPackedBytes - left) / 1e6).toFixed(1)
  const here = packages.length - missing.length
  const rest = here === 0 ? '' : `, ${here} ${here === 1 ? 'was' : 'were'} here already`
  tell(missing.length === 0 ? `every package is here already` : `fetched ${count(missing.length)} (${mb} MB)${rest}`)
  return integrities
}

async function fetchOne(chosen: Chosen, client: RegistryClient, mostBytes: number): Promise<Buffer> {
  try {
    const bytes = await client.tarball(chosen.dist.tarball, mostBytes)
    if (isWhatItSays(chosen, bytes)) return bytes
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const { code, message, hint, retryable } = error
    throw new Fault(code, `\`${chosen.id}\`: ${message}`, { retryable, ...(hint === undefined ? {} : { hint }) })
  }
  throw new Fault('package_damaged', `\`${chosen.id}\`: its archive is not the one that the registry lists`, {
    hint: 'Deploy again; if it stays, do not use this version of the package.'
  })
}

/** Old packages have SHA-1 only. https://docs.npmjs.com/cli/configuring-npm/package-lock-json#packages */
function isWhatItSays({ dist }: Chosen, bytes: Buffer): boolean {
  const { integrity, shasum } = dist
  if (integrity !== undefined && integrity.includes('sha512-'))
    return integrity.split(/\s+/).includes(integrityOf(bytes))
  return shasum !== undefined && createHash('sha1').update(bytes).digest('hex') === shasum
}

function strongest({ dist }: Chosen): string | undefined {
  return dist.integrity?.split(/\s+/).find(isIntegrity)
}

function count(packages: number): string {
  return packages === 1 ? 'a package' : `${packages} packages`
}
