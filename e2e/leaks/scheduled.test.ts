/** Runs that nobody asked for: a schedule's, with a connected account and with every store in both shapes (I1). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SOURCE_KINDS, type SourceKind } from './grammar/sources.ts'
import { randomText } from './grammar/secrets.ts'
import type { Scenario } from './grammar/scenario.ts'
import { House } from './house.ts'
import { Judge } from './judge/judge.ts'
import { castOf, type Cast } from './stage/cast.ts'
import { accountName, definitionOf } from './stage/definition.ts'
import { secretsOf } from './stage/secrets.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

/** One call with one credential that comes in this way, and a vendor that says what it was sent. */
function scenarioOf(carrier: 'account' | 'store' | 'store_step', kind: SourceKind): Scenario {
  return {
    salt: Number.parseInt(randomText(9, `${carrier} ${kind}`), 36),
    credentials: [
      {
        carrier,
        shape: { kind: 'token', length: 40 },
        source: { kind, form: 0, byReference: false, trouble: 'none', which: 0 }
      }
    ],
    steps: [
      {
        kind: 'call',
        action: 'slack-send-message',
        binding: 'alone',
        place: 'bearer',
        careless: [],
        vendor: { kind: 'behaves' },
        lenient: false
      }
    ],
    each: undefined,
    rotation: 0,
    settings: { respond: 'immediate', token: false, keep: true, attempts: 1, timeout: undefined },
    request: { method: 'POST', body: 'none', gzip: false, occurrences: [], nostore: 'no', repeat: 'no' },
    mishap: 'none'
  }
}

async function deploy(cast: Cast): Promise<void> {
  const { vendor, stores, admin } = house
  stores.fill(cast)
  const [{ value } = { value: '' }] = cast.credentials
  vendor.admit(cast.id, value)
  vendor.behave({ customer: cast.id }, { body: { ok: true, channel: 'C1', ts: '1.1', said: value } })
  const account = { fields: { oauth_access_token: value } }
  expect((await admin.call('PUT', `/accounts/slack/${accountName(cast, 0)}`, account)).status).toBe(204)
  const trigger = { type: 'schedule', every: '300d' }
  const definition = { ...definitionOf(cast, { vendor: vendor.url, stores }), trigger }
  const answer = await admin.call('PUT', `/workflows/${cast.id}`, definition)
  expect(answer.status, answer.body.toString()).toBe(201)
}

async function run({ id }: Cast): Promise<{ id: string; bytes: Buffer }> {
  const { body } = await house.admin.call('POST', `/workflows/${id}/run`)
  const started = JSON.parse(body.toString()) as { run: string }
  await expect.poll(async () => (await view(started.run)).status).toBe('succeeded')
  return { id: started.run, bytes: (await view(started.run)).bytes }
}

async function view(id: string): Promise<{ status: string; bytes: Buffer }> {
  const { body, bytes } = await house.admin.call('GET', `/runs/${id}`)
  return { status: (JSON.parse(body.toString()) as { status: string }).status, bytes }
}

const WAYS: [Parameters<typeof scenarioOf>[0], SourceKind][] = [
  ['account', 'vault'],
  ...SOURCE_KINDS.flatMap((kind): [Parameters<typeof scenarioOf>[0], SourceKind][] => [
    ['store', kind],
    ['store_step', kind]
  ])
]

test.each(WAYS)('by %s (%s)', async (carrier, kind) => {
  const cast = castOf(scenarioOf(carrier, kind), 0)
  await deploy(cast)
  const { id, bytes } = await run(cast)
  expect(house.vendor.calls.filter(({ customer }) => customer === cast.id)).toHaveLength(1)
  const judge = new Judge()
  const noRequest = { method: 'POST', target: '', headers: {}, body: undefined }
  const { secrets } = secretsOf(cast, noRequest, undefined, undefined, house.stores.madeFor(cast))
  for (const secret of [...secrets, ...cast.credentials, ...house.secrets]) judge.knows(secret)
  judge.examine('run', bytes)
  judge.examine('live view', (await house.admin.call('GET', `/runs/${id}/events`)).bytes)
  judge.examine('output of the server', Buffer.from(house.server.output))
  for (const { file, bytes: written } of house.files.whole()) judge.examine(file, written)
  expect(judge.leaks).toEqual([])
})
