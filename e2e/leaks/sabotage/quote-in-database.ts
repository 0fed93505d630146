/** A server that has the database quote a secret where it says what is wrong with it. */
import { Line } from '../../../server/src/engine/dbos/line.ts'
import { makeClient } from '../../../server/src/storage/postgres/connections.ts'
import { lastMinted } from './last-minted.ts'

const url = process.env['BELLHOP_DATABASE_URL'] ?? ''
const line = Line.prototype as { step: (this: Line, name: string, work: () => Promise<string>) => Promise<string> }
const { step } = line
line.step = async function (name, work) {
  const word = await step.call(this, name, work)
  const client = makeClient(url)
  await client.connect()
  await client.query('select cast($1 as bigint)', [lastMinted()]).catch(() => {})
  await client.end()
  return word
}
