/** A server whose steps leave with DBOS what they learnt last. */
import { Line } from '../../../server/src/engine/dbos/line.ts'
import { Keyring } from '../../../server/src/secrets/keyring.ts'

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
  await step.call(this, `${name} told`, async () => last)
  return step.call(this, name, work)
}
