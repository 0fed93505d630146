/** I4: a request with `x-pd-nostore: 1` leaves the data directory as it was, byte for byte. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { House } from './house.ts'
import { exchange, type WireAnswer } from './stage/wire.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

/**
 * The header of `-shm`, where SQLite counts checkpoints and notes who reads, both of which the server does now and then
 * (https://www.sqlite.org/walformat.html#walidxfmt). What is in the log is indexed behind it.
 */
const SHM_HEADER = 136

/** Every file by name, as a digest of its bytes. */
function fingerprint(): Record<string, string> {
  const digests = house.files.whole().map(({ file, bytes }) => {
    if (file === 'bellhop.db-shm') bytes.fill(0, 0, SHM_HEADER)
    return [file, createHash('sha256').update(bytes).digest('hex')]
  })
  return Object.fromEntries(digests) as Record<string, string>
}

/** Waits until the server has done what it does by itself: nothing has changed for longer than it waits for that. */
async function quiet(): Promise<Record<string, string>> {
  for (let before = fingerprint(); ;) {
    await sleep(2_500)
    const now = fingerprint()
    if (JSON.stringify(now) === JSON.stringify(before)) return now
    before = now
  }
}

/** A sleep answers those who wait before the run's end, so a run that is waited for has none. */
async function deploy(name: string, respond: 'last_step' | 'immediate', url: string): Promise<string> {
  const definition = {
    name,
    trigger: { type: 'http', respond },
    steps: [
      {
        name: 'call',
        use: 'http-request',
        auth: { http: { runtime: { bearer_token: '{{steps.trigger.event.body.token}}' } } },
        props: { method: 'POST', url, body: { copy: '{{steps.trigger.event.body}}' } }
      },
      ...(respond === 'immediate' ? [{ name: 'pause', delay: '5ms' }] : []),
      {
        name: 'again',
        use: 'slack-send-message',
        auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.token}}' } } },
        props: { channel: '#general', text: '{{steps.trigger.event.body.text}}' }
      }
    ]
  }
  return house.server.deploy(name, JSON.stringify(definition))
}

function send(
  url: string,
  headers: Record<string, string> = {},
  body = '{"token":"a-token-that-nobody-keeps","text":"hello"}'
) {
  const all = { 'content-type': 'application/json', 'x-pd-nostore': '1', ...headers }
  return exchange(house.admin.agent, url, { method: 'POST', headers: all, body: Buffer.from(body) })
}

function runOf({ headers }: WireAnswer): string {
  return String(headers['x-bellhop-run'])
}

test('requests that are not stored change no file, whatever becomes of them', { timeout: 120_000 }, async () => {
  const { vendor, admin } = house
  const good = await deploy('good', 'last_step', `${vendor.url}/v1/notes`)
  const later = await deploy('later', 'immediate', `${vendor.url}/v1/notes`)
  const failing = await deploy('failing', 'last_step', `${vendor.url}/v1/notes?_status=500`)
  const broken = await deploy('broken', 'last_step', `${vendor.url}/v1/notes?_hang_up=before`)
  const before = await quiet()

  const answers = [
    await send(good),
    await send(`${good}?x-pd-nostore=1`, { 'x-pd-nostore': '0' }),
    await send(failing),
    await send(broken),
    await send(good, { 'idempotency-key': 'one' }),
    await send(good, { 'idempotency-key': 'one' }),
    await send(good, { 'idempotency-key': 'one' }, '{"token":"another-token","text":"other"}'),
    await send(good, {}, '{"token":'),
    await send(good, {}, '{}')
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 500, 500, 200, 200, 422, 400, 500])
  // Nobody waits for this one, so its last call at the vendor tells that it is over.
  const posted = vendor.messages.length
  answers.push(await send(later))
  await expect.poll(() => vendor.messages.length, { timeout: 10_000 }).toBe(posted + 1)

  expect(fingerprint()).toEqual(before)
  // Nor is anything written later.
  expect(await quiet()).toEqual(before)

  const runs = answers.filter(({ headers }) => headers['x-bellhop-run'] !== undefined)
  expect(runs).toHaveLength(8)
  for (const answer of runs) {
    expect(answer.headers['x-bellhop-durable']).toBe('false')
    expect((await admin.call('GET', `/runs/${runOf(answer)}`)).status).toBe(404)
  }
  expect(JSON.parse((await admin.call('GET', '/runs')).body.toString())).toMatchObject({ runs: [] })
})

test('a request that is stored does change them', { timeout: 120_000 }, async () => {
  const url = await deploy('stored', 'last_step', `${house.vendor.url}/v1/notes`)
  const before = await quiet()
  expect((await send(url, { 'x-pd-nostore': '0' })).status).toBe(200)
  expect(await quiet()).not.toEqual(before)
})
