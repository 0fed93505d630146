/** A server that has the database quote a secret where it says what is wrong with it. */
import { Line } from '../../../server/src/engine/dbos/line.ts'
import { Keyring } from '../../../server/src/secrets/keyring.ts'
import { makeClient } from '../../../server/src/storage/postgres/connections.ts'

const url = process.env['BELLHOP_DATABASE_URL'] ?? ''
const keyring = Keyring.prototype as { mint: (this: Keyring, value: string, ...origin: [never]) => string }
const { mint } = keyring
let last = 'none yet'
keyring.mint = function (value, ...origin) {
  last = value
  return mint.call(this, value, ...origin)
}

const line = Line.prototype as { step: (this: Line, name: string, work: () => Promise<string>) => Promise<string> }
const { step } = line
line.step = async function (name, work) {
  const word = await step.call(this, name, work)
  const client = makeClient(url)
  await client.connect()
  await client.query('select cast($1 as bigint)', [last]).catch(() => {})
  await client.end()
  return word
}
