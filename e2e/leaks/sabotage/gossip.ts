/** A server that tells its log and a temporary file what it learns. */
import { appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring } from '../../../server/src/secrets/keyring.ts'

const keyring = Keyring.prototype as { mint: (this: Keyring, value: string, ...origin: [never]) => string }
const { mint } = keyring
keyring.mint = function (value, ...origin) {
  console.error(JSON.stringify({ msg: 'minted', value: Buffer.from(value).toString('base64') }))
  appendFileSync(join(tmpdir(), 'minted.txt'), `${value}\n`)
  return mint.call(this, value, ...origin)
}
