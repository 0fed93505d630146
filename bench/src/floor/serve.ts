/**
 * The floor: what a developer would write by hand for the one workflow that is measured. It parses the request, commits
 * that it came, calls the vendor with the token from the body, commits what the vendor said, and answers it.
 *
 *   node bench/src/floor/serve.ts <database file> <vendor's URL> turn|thread
 */
import fastify from 'fastify'
import { Pool } from 'undici'
import { VENDOR_PATH } from '../payload.ts'
import { commitsIn } from './commits.ts'

interface Body {
  token: string
  channel: string
  text: string
}

const [path = '', vendor = '', way = 'turn'] = process.argv.slice(2)
const commits = commitsIn(way === 'thread' ? 'thread' : 'turn', path)
const pool = new Pool(vendor, { connections: 128, pipelining: 1 })
const server = fastify()
let lastId = 0

server.post('/', async (request, reply) => {
  const { token, ...message } = request.body as Body
  const id = ++lastId
  await commits.insert({ into: 'calls', id, at: Date.now(), event: JSON.stringify(message) })
  const { statusCode: status, body } = await pool.request({
    method: 'POST',
    path: VENDOR_PATH,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(message)
  })
  const answer = await body.json()
  await commits.insert({ into: 'answers', id, at: Date.now(), status, body: JSON.stringify(answer) })
  return reply.code(200).send(answer)
})

console.log(`listening ${await server.listen({ host: '127.0.0.1', port: 0 })}`)
process.once('SIGTERM', () => process.exit())
