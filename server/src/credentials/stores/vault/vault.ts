/**
 * HashiCorp Vault and OpenBao, which has the same API: secrets of KV in both versions, and secrets that an engine makes
 * for one run. `client.ts` asks; `mounts.ts` says what serves a path; `kv.ts` and `dynamic.ts` read it; `run-token.ts` is
 * what a run holds.
 */
import { defineStore, type Check, type Held, type Lookup, type Store, type StoreEnvironment } from '../store.ts'
import { checkVault } from './checks.ts'
import { VaultClient } from './client.ts'
import { showVault, vaultConfig, vaultSecrets, type VaultConfig } from './config.ts'
import { Connection } from './connection.ts'
import { operationsOf } from './operations.ts'
import { renewRunToken, revokeRunToken } from './run-token.ts'
import { VaultSecrets } from './secrets.ts'
import { Sessions } from './sessions.ts'

export const vault = defineStore<VaultConfig>({
  kind: 'vault',
  title: 'HashiCorp Vault',
  lookup: 'path',
  options: ['version'],
  config: vaultConfig,
  show: showVault,
  secrets: vaultSecrets,
  open: openVault
})

function openVault(config: () => VaultConfig, environment: StoreEnvironment): Store {
  const now = (): number => environment.now()
  const connection = new Connection(config, now)
  const sessions = new Sessions(connection, now)
  const client = new VaultClient(connection, sessions)
  const secrets = new VaultSecrets(client, now)
  return {
    async read({ path, version }, asking) {
      const { metadata: _, ...reading } = await secrets.read(path, version, asking)
      return reading
    },
    serves: async ({ path }, signal) =>
      (await secrets.mountOf(path, signal)).engine === 'dynamic' ? 'run' : 'everybody',
    operations: operationsOf(secrets),
    test: (lookup: Lookup | undefined, signal): Promise<Check[]> =>
      checkVault({ client, secrets, now }, lookup, signal),
    renew: (text: string, signal): Promise<Held> => renewRunToken(client, text, signal, now),
    revoke: (text: string, signal) => revokeRunToken(client, text, signal),
    async close() {
      sessions.close()
      await connection.close()
    }
  }
}
