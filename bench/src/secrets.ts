/**
 * What secrets cost: handles, the search for them in large texts and small values, sealing. Prints the least and the
 * median time of several rounds, and the mean of this thread's processor time, which a busy machine disturbs less.
 *
 *   node bench/src/secrets.ts [word in the names of what to measure]
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Json } from '@bellhop/sdk'
import { Keyring, type Origin } from '../../server/src/secrets/keyring.ts'
import { MasterKey } from '../../server/src/secrets/seal.ts'

const FIVE_MB = 5_000_000
const ROUNDS = 15
const RUN = '0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000'
const ORIGIN: Origin = {
  app: 'slack',
  field: 'oauth_access_token',
  audience: { app: 'slack', hosts: [{ host: 'slack.com' }], places: { headers: true, query: [], body: [] } }
}
const PROSE = 'the quick brown fox jumps over the lazy dog and then some more text follows here '

const master = new MasterKey(randomBytes(32))
const seal = master.runSeal(RUN)
const only = process.argv[2] ?? ''

function token(): string {
  return `xoxb-2411-${randomBytes(24).toString('base64url')}`
}

function keyringOf(secrets: readonly string[]): Keyring {
  const keyring = new Keyring(seal)
  for (const secret of secrets) keyring.mint(secret, ORIGIN)
  return keyring
}

/** Prints what one call of `work` costs, in rounds of `times` calls. */
function measure(name: string, times: number, work: () => unknown): void {
  if (!name.includes(only)) return
  work()
  const before = process.threadCpuUsage()
  const rounds = Array.from({ length: ROUNDS }, () => {
    const started = performance.now()
    for (let i = 0; i < times; i++) work()
    return (performance.now() - started) / times
  }).sort((a, b) => a - b)
  const [least = 0] = rounds
  const median = rounds[ROUNDS >> 1] ?? 0
  const { user, system } = process.threadCpuUsage(before)
  console.log(name.padEnd(56), show(least), show(median), show((user + system) / 1000 / ROUNDS / times))
}

function show(ms: number): string {
  return (ms < 0.5 ? `${(ms * 1000).toFixed(2)} µs` : `${ms.toFixed(2)} ms`).padStart(12)
}

function rows(size: number): Json[] {
  const list: Json[] = []
  for (let length = 0, id = 0; length < size; id++) {
    const name = `customer ${randomBytes(6).toString('hex')}`
    const row = {
      id,
      name,
      uuid: randomUUID(),
      note: PROSE + String(id),
      amount: id / 7,
      url: `https://a.example/b?c=${id}`
    }
    length += JSON.stringify(row).length
    list.push(row)
  }
  return list
}

const table = rows(FIVE_MB)
const texts: Record<string, string> = {
  prose: PROSE.repeat(FIVE_MB / PROSE.length),
  'JSON text': JSON.stringify(table),
  'JSON in JSON': JSON.stringify(JSON.stringify(table)),
  'form fields': 'a=b%20c&d=https%3A%2F%2Fx.y%2Fz&'.repeat(FIVE_MB / 32),
  base64: randomBytes((FIVE_MB * 3) / 4).toString('base64'),
  hex: randomBytes(FIVE_MB / 2).toString('hex'),
  '%25': '%25'.repeat(FIVE_MB / 3)
}
const event: Json = {
  method: 'POST',
  path: '/in/0123456789abcdef',
  query: {},
  headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.0', host: 'localhost:4000', accept: '*/*' },
  body: { slack_token: 'xoxb-secret-token-1234567890', channel: 'C0123456', text: 'Hello, this is a message' },
  client_ip: '127.0.0.1',
  url: 'http://localhost:4000/in/0123456789abcdef'
}
const answer: Json = { ok: true, ts: '1234.5678', channel: 'C0123456', message: { text: 'Hello there' } }

console.log(''.padEnd(56), 'least'.padStart(12), 'median'.padStart(12), 'processor'.padStart(12))
for (const count of [1, 1_000]) {
  const secrets = Array.from({ length: count }, token)
  const keyring = keyringOf(secrets)
  keyring.scrubText(texts['hex'] ?? '')
  for (const [name, text] of Object.entries(texts))
    measure(`${count} secrets, 5 MB of ${name}`, 1, () => keyring.scrubText(text))
  measure(`${count} secrets, 5 MB of rows as a value`, 1, () => keyring.scrub(table))
  const times = count === 1 ? 5_000 : 10
  measure(`${count} secrets, minted and indexed`, times, () =>
    keyringOf(secrets).scrubText('a text without any secrets in it here')
  )
  measure(`${count} secrets, nested forms indexed too`, times, () => keyringOf(secrets).scrubText('0'.repeat(120)))
}
const keyring = keyringOf(['xoxb-secret-token-1234567890'])
measure('an event of 500 bytes with one secret', 5_000, () => keyring.scrub(event))
measure('an answer of 100 bytes without', 5_000, () => keyring.scrub(answer))
measure('a run: keyring, mint, scrub event and answer', 5_000, () => {
  const own = keyringOf(['xoxb-secret-token-1234567890'])
  own.scrub(event)
  own.scrub(answer)
})
measure('run seal, one secret sealed, one HMAC', 2_000, () => {
  const own = new Keyring(master.runSeal(RUN))
  own.mint('xoxb-secret-token-1234567890', ORIGIN)
  own.takeMinted()
  master.hmac('idempotency', 'endpoint', 'caller', 'key')
})
