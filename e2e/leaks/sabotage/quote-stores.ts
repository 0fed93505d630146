/** A server that passes on what Vault says when it refuses, as it is. */
import { Fault } from '@bellhop/sdk'
import { Connection, type VaultAnswer } from '../../../server/src/credentials/stores/vault/connection.ts'
import { Stores } from '../../../server/src/credentials/stores/stores.ts'

const connection = Connection.prototype as {
  send: (this: Connection, ...asked: [never, never]) => Promise<VaultAnswer>
}
const { send } = connection
connection.send = async function (...asked) {
  const answer = await send.apply(this, asked)
  if (answer.body?.['errors'] !== undefined) throw new Fault('store_denied', JSON.stringify(answer.body))
  return answer
}

const stores = Stores.prototype as { open: (this: Stores, name: string) => ReturnType<Stores['open']> }
const { open } = stores
stores.open = async function (name) {
  return { ...(await open.call(this, name)), named: (error) => error }
}
