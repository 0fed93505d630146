/**
 * Vault as a development server: HashiCorp's `vault` (the only one with the AWS secrets engine) and OpenBao's `bao` (the
 * only one with namespaces that is free). Data is in memory, KV version 2 is at `secret/`, version 1 at `kv1/`.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Guarded } from './guard/guarded.ts'
import { freePort } from './guard/port.ts'
import { openBaoProgram, vaultProgram } from './install/vault.ts'
import type { Started } from './services.ts'
import { vaultClient } from './vault-client.ts'

export interface Vault {
  flavour: 'vault' | 'openbao'
  url: string
  /** The root token. */
  token: string
  /** With `tls`: the private CA's certificate, PEM. */
  ca?: string
}

/**
 * A server of one's own is up in less than a second: use one to seal it, stop it, or talk TLS to it.
 * @throws Unavailable where there is no such program, or it does not start
 */
export async function startVault(flavour: Vault['flavour'], options: { tls?: boolean } = {}): Promise<Started<Vault>> {
  const program = flavour === 'vault' ? vaultProgram() : await openBaoProgram()
  const guarded = Guarded.open(flavour)
  try {
    const served = await serve(guarded, program, flavour, options.tls === true)
    return { ...served, stop: () => guarded.stop() }
  } catch (error) {
    await guarded.stop()
    throw error
  }
}

async function serve(
  guarded: Guarded,
  program: string,
  flavour: Vault['flavour'],
  tls: boolean
): Promise<Omit<Started<Vault>, 'stop'>> {
  const address = `127.0.0.1:${await freePort()}`
  const token = `root-${randomBytes(12).toString('hex')}`
  const at: Vault = { flavour, url: `${tls ? 'https' : 'http'}://${address}`, token }
  let version = ''
  const dev = tls ? ['-dev-tls', `-dev-tls-cert-dir=${guarded.folder}`] : ['-dev']
  const settings = ['-dev-no-store-token', `-dev-root-token-id=${token}`, `-dev-listen-address=${address}`]
  await guarded.serve({ command: [program, 'server', ...dev, ...settings] }, async () => {
    if (tls) at.ca = readFileSync(join(guarded.folder, 'vault-ca.pem'), 'utf8')
    const { status, body } = await vaultClient(at).call('GET', '/sys/health')
    if (status !== 200) throw new Error(`status ${status}`)
    version = String((body as { version?: string }).version)
    await mountVersion1(at)
  })
  return { at, version }
}

/** The development server is healthy a moment before `secret/` is there: waits for that, too. */
async function mountVersion1(at: Vault): Promise<void> {
  const client = vaultClient(at)
  const { status } = await client.call('GET', '/sys/mounts/secret/tune')
  if (status !== 200) throw new Error(`secret/ is not there yet: status ${status}`)
  const mounted = await client.call('POST', '/sys/mounts/kv1', { type: 'kv', options: { version: '1' } })
  if (mounted.status !== 204) throw new Error(`mounting kv1/: ${JSON.stringify(mounted.body)}`)
}
