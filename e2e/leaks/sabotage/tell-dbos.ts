/** A server whose steps leave with DBOS what they learnt last. */
import { Line } from '../../../server/src/engine/dbos/line.ts'
import { lastMinted } from './last-minted.ts'

const line = Line.prototype as { step: (this: Line, name: string, work: () => Promise<string>) => Promise<string> }
const { step } = line
line.step = async function (name, work) {
  await step.call(this, `${name} told`, async () => lastMinted())
  return step.call(this, name, work)
}
