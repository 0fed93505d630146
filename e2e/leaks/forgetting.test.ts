/** What is to go is gone within a minute: keyrings at the end of their run (I5), and runs that are not kept. */
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FRAGMENT, Needles } from './search/needles.ts'
import { randomText } from './grammar/secrets.ts'
import { House } from './house.ts'
import { exchange, type WireAnswer } from './stage/wire.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

const WITHIN_A_MINUTE = { timeout: 60_000, interval: 250 }

/** Two calls of a vendor, with what the request brings. */
async function deploy({ keep, timeout }: { keep: boolean; timeout: string }): Promise<string> {
  const name = keep ? 'kept' : 'not-kept'
  const call = (step: string) => ({
    name: step,
    use: 'http-request',
    auth: { http: { runtime: { bearer_token: '{{steps.trigger.event.body.token}}' } } },
    props: { method: 'POST', url: `${house.vendor.url}/v1/notes`, body: { copy: '{{steps.trigger.event.body.note}}' } }
  })
  const definition = {
    name,
    trigger: { type: 'http', respond: 'last_step' },
    steps: [call('first'), call('second')],
    settings: { retention: { keep }, timeout }
  }
  return house.server.deploy(name, JSON.stringify(definition))
}

interface Held {
  token: string
  note: string
  /** What its caller gets in the end. */
  answer: Promise<WireAnswer>
  /** Lets the run go on to its end. */
  release(): Promise<WireAnswer>
}

/** A run whose second call is held at the vendor: its event, its keyring and a step are written. */
async function holdRun(name: string, url: string): Promise<Held> {
  const { vendor, admin } = house
  const [token, note] = [randomText(40, `${name} token`), randomText(40, `${name} note`)]
  vendor.admit(name, token)
  const first = vendor.hold({ customer: name })
  const body = Buffer.from(JSON.stringify({ token, note }))
  const headers = { 'content-type': 'application/json' }
  const answer = exchange(admin.agent, url, { method: 'POST', headers, body })
  await first.arrived
  const second = vendor.hold({ customer: name })
  first.release()
  await second.arrived
  return {
    token,
    note,
    answer,
    release() {
      second.release()
      return answer
    }
  }
}

/** What a table holds of some rows: texts and blobs that are long enough to be known again. */
function longValuesOf(...queries: [sql: string, ...parameters: string[]][]): Uint8Array[] {
  const database = new DatabaseSync(`${house.data}/bellhop.db`, { readOnly: true })
  try {
    const rows = queries.flatMap(([sql, ...parameters]) => database.prepare(sql).all(...parameters))
    return rows.flatMap((row) =>
      Object.values(row)
        .filter(isLong)
        .map((value) => Buffer.from(value as Uint8Array))
    )
  } finally {
    database.close()
  }
}

function isLong(value: unknown): value is string | Uint8Array {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length >= FRAGMENT
}

/** What is sealed in the keyring of the only run that lives; the handles beside it stay in history. */
function keyring(): Uint8Array[] {
  const places = longValuesOf(['select data from keyring order by id']).map(String).join('')
  return (places.match(/[A-Za-z0-9+/=]{60,}/g) ?? []).map((sealed) => Buffer.from(sealed))
}

/** Everything else of it. */
function rows(run: string): Uint8Array[] {
  const mine = 'where run = (select id from runs where uuid = ?)'
  return longValuesOf(
    ['select uuid from runs where uuid = ?', run],
    [`select body from events ${mine}`, run],
    [`select value, logs from steps ${mine}`, run]
  )
}

/** How many of some pieces of data are still in a file, be it in part. */
function left(pieces: readonly Uint8Array[]): number {
  const needles = new Needles()
  for (const [index, piece] of pieces.entries()) needles.add(String(index), piece)
  const found = house.files.whole().flatMap(({ bytes }) => needles.find(bytes).map(({ name }) => name))
  return new Set(found).size
}

async function onlyRun(): Promise<string> {
  const { body } = await house.admin.call('GET', '/runs?status=running')
  const { runs } = JSON.parse(body.toString()) as { runs: { id: string }[] }
  const [run] = runs
  if (run === undefined || runs.length > 1) throw new Error(`${runs.length} runs are under way`)
  return run.id
}

/** How a run comes to its end, and what its caller is told. */
const ENDS: Readonly<Record<string, [end: (held: Held, run: string) => Promise<WireAnswer>, status: number]>> = {
  'it goes through': [(held) => held.release(), 200],
  'it is cancelled': [cancel, 409],
  'it outlives its timeout': [(held) => held.answer, 504]
}

async function cancel({ answer }: Held, run: string): Promise<WireAnswer> {
  expect((await house.admin.call('POST', `/runs/${run}/cancel`)).status).toBe(200)
  return answer
}

describe.each(Object.entries(ENDS))('within a minute after a run’s end, where %s', (how, [end, status]) => {
  const timeout = status === 504 ? '2s' : '1m'

  test('I5: the sealed rows of its keyring are gone from every file', { timeout: 90_000 }, async () => {
    const held = await holdRun(`kept ${how}`, await deploy({ keep: true, timeout }))
    const sealed = keyring()
    expect(sealed.length).toBeGreaterThan(0)
    expect(left(sealed)).toBe(sealed.length)
    expect((await end(held, await onlyRun())).status).toBe(status)
    await expect.poll(() => left(sealed), WITHIN_A_MINUTE).toBe(0)
  })

  test('nothing of it is left, if it is not kept; until then it is sealed', { timeout: 90_000 }, async () => {
    const held = await holdRun(`not kept ${how}`, await deploy({ keep: false, timeout }))
    const run = await onlyRun()
    const written = [...rows(run), ...keyring()]
    // The run's id, its event, its first step and its keyring.
    expect(written.length).toBeGreaterThanOrEqual(4)
    expect(left(written)).toBe(written.length)
    expect(left([Buffer.from(held.note), Buffer.from(held.token)])).toBe(0)
    expect((await end(held, run)).status).toBe(status)
    await expect.poll(() => left(written), WITHIN_A_MINUTE).toBe(0)
    expect((await house.admin.call('GET', `/runs/${run}`)).status).toBe(404)
  })
})
