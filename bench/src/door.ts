/**
 * What the door costs: a small JSON POST with one handle in a header, through the door and through undici alone, against
 * a server in a process of its own. Prints processor time of this process per request, and requests per second.
 *
 *   node bench/src/door.ts [requests per round] [rounds]
 */
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { Pool } from 'undici'
import { Door, type DoorScope } from '../../server/src/egress/door.ts'
import { Keyring } from '../../server/src/secrets/keyring.ts'
import { MasterKey } from '../../server/src/secrets/seal.ts'

const ANSWER = JSON.stringify({ ok: true, channel: 'C0123456789', ts: '1734567890.123456', message: { text: 'Hello' } })
const BODY = { channel: 'C0123456789', text: 'Hello, this is a message of the usual length for a chat.' }
const TOKEN = 'xoxb-012345678901-0123456789012-abcdefghijklmnopqrstuvwx'

interface Cost {
  /** Microseconds of processor time per request. */
  cpu: number
  perSecond: number
}

async function measure(send: () => Promise<unknown>, requests: number, lanes: number): Promise<Cost> {
  const started = performance.now()
  const cpu = process.cpuUsage()
  let left = requests
  const lane = async (): Promise<void> => {
    while (left-- > 0) await send()
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const { user, system } = process.cpuUsage(cpu)
  return { cpu: (user + system) / requests, perSecond: (requests * 1000) / (performance.now() - started) }
}

function serve(): void {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(ANSWER))
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? address?.port : undefined)
  })
}

async function compare(requests: number, rounds: number): Promise<void> {
  const child = fork(import.meta.filename, ['--serve'])
  const port = await new Promise<number>((resolve) => void child.once('message', (message) => resolve(Number(message))))
  const url = `http://127.0.0.1:${port}`
  const keyring = new Keyring(new MasterKey(randomBytes(32)).runSeal('bench'))
  const places = { headers: true, query: [], body: [] }
  const audience = { app: 'slack', hosts: [{ host: '127.0.0.1', port }], places }
  const handle = keyring.mint(TOKEN, { app: 'slack', field: 'oauth_access_token', audience })
  const scope: DoorScope = {
    keyring,
    secretAnswerFields: [],
    owned: () => true,
    warn: () => undefined,
    signal: new AbortController().signal,
    sandboxed: false
  }
  const door = new Door({ denyPrivate: false, maxAnswerBytes: 10_000_000 })
  const pool = new Pool(url, { connections: 128 })
  const text = JSON.stringify(BODY)
  const raw = async (): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }
    const { body } = await pool.request({ path: '/api/chat.postMessage', method: 'POST', headers, body: text })
    return body.json()
  }
  const through = async (): Promise<unknown> => {
    const headers = { authorization: `Bearer ${handle}` }
    const answer = await door.fetch(scope, `${url}/api/chat.postMessage`, { method: 'POST', headers, body: BODY })
    return answer.json()
  }

  console.log(`${requests} requests a round, ${rounds} rounds, Node ${process.version}`)
  for (const lanes of [1, 32]) {
    const costs: Record<'raw' | 'door', Cost[]> = { raw: [], door: [] }
    for (let round = 0; round <= rounds; round++) {
      const pair = { raw: await measure(raw, requests, lanes), door: await measure(through, requests, lanes) }
      if (round === 0) continue // to warm up
      costs.raw.push(pair.raw)
      costs.door.push(pair.door)
    }
    const [undici, ours] = [median(costs.raw), median(costs.door)]
    console.log(
      `${lanes} at a time: undici ${show(undici)}; door ${show(ours)}; more: ${(ours.cpu - undici.cpu).toFixed(1)} µs`
    )
  }
  await Promise.all([door.close(), pool.close()])
  child.kill()
}

function median(costs: readonly Cost[]): Cost {
  return { cpu: middle(costs.map(({ cpu }) => cpu)), perSecond: middle(costs.map(({ perSecond }) => perSecond)) }
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
}

function show({ cpu, perSecond }: Cost): string {
  return `${cpu.toFixed(1)} µs, ${perSecond.toFixed(0)}/s`
}

if (process.argv[2] === '--serve') serve()
else await compare(Number(process.argv[2] ?? 5000), Number(process.argv[3] ?? 5))
