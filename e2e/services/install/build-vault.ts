/** `npm run services:vault`: makes HashiCorp's Vault for this machine's runs of `npm run test:services`. */
import { Unavailable } from '../guard/unavailable.ts'
import { buildVault } from './vault.ts'

try {
  console.log(`services: vault is in ${await buildVault()}`)
} catch (error) {
  if (!(error instanceof Unavailable)) throw error
  console.error(`services: vault could not be built: ${error.message}`)
  process.exitCode = 1
}
