/**
 * What a developer would write on DBOS by hand for the workflow that is measured: a workflow of one step that calls the vendor
 * with the token from the body, and an answer when it has ended. The token stands in DBOS's tables in clear.
 *
 *   node bench/src/floor/bare-dbos.ts <postgres://…> <vendor's URL>
 */
import { DBOS } from '@dbos-inc/dbos-sdk'
import fastify from 'fastify'
import { Pool } from 'undici'
import { VENDOR_PATH } from '../payload.ts'

interface Body {
  token: string
  channel: string
  text: string
}

const [systemDatabaseUrl = '', vendor = ''] = process.argv.slice(2)
const pool = new Pool(vendor, { connections: 128, pipelining: 1 })

async function call({ token, ...message }: Body): Promise<unknown> {
  const { body } = await pool.request({
    method: 'POST',
    path: VENDOR_PATH,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(message)
  })
  return body.json()
}

DBOS.setConfig({ name: 'bare', systemDatabaseUrl, applicationVersion: '1', logLevel: 'error', enableOTLP: false })
const oneCall = DBOS.registerWorkflow((message: Body) => DBOS.runStep(() => call(message), { name: 'note' }), {
  name: 'oneCall'
})
await DBOS.launch()

const server = fastify()
server.post('/', async (request, reply) => {
  const handle = await DBOS.startWorkflow(oneCall)(request.body as Body)
  return reply.code(200).send(await handle.getResult())
})
console.log(`listening ${await server.listen({ host: '127.0.0.1', port: 0 })}`)
process.once('SIGTERM', () => process.exit())
