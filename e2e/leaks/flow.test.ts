/**
 * What comes while a run waits, and what steps keep, answer and send: requests to `resume_url`, data stores, immediate
 * answers, `$.send.http`. None of their secrets is found anywhere (I1), in whatever form it came.
 */
import fc from 'fast-check'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/world.ts'
import { encodingChain, encode, type Encoding } from './grammar/encodings.ts'
import { randomText } from './grammar/secrets.ts'
import { House } from './house.ts'
import { DATA_STORE } from './judge/manifest.ts'
import { Judge, report } from './judge/judge.ts'
import { exchange } from './stage/wire.ts'

const ACTIONS = fileURLToPath(new URL('../support/flow-actions.ts', import.meta.url))
const RUNS = 24

let house: House
beforeAll(async () => {
  house = await House.open({ nodeArgs: ['--import', ACTIONS] })
})
afterAll(() => house.close())

/** How a run’s secrets are written in what comes with them. */
interface Plan {
  id: number
  note: readonly Encoding[]
  brought: readonly Encoding[]
  as: 'json' | 'bytes' | 'stream'
  method: 'POST' | 'PUT' | 'DELETE'
}

const plans: Plan[] = fc
  .sample(
    fc.record({
      note: encodingChain,
      brought: encodingChain,
      as: fc.constantFrom('json' as const, 'bytes' as const, 'stream' as const),
      method: fc.constantFrom('POST' as const, 'PUT' as const, 'DELETE' as const)
    }),
    { numRuns: RUNS, seed: 20_261_126 }
  )
  .map((plan, id) => ({ id, ...plan }))

/** A token that the event brings, one that comes with a resumption, and the credential of whoever sends both. */
function secretsOf({ id }: Plan): Record<'early' | 'late' | 'header', string> {
  const secret = (name: string): string => randomText(32, `flow ${name} ${id}`)
  return { early: secret('early'), late: secret('late'), header: secret('header') }
}

function definition({ id, as }: Plan): object {
  const event = '{{steps.trigger.event}}'
  const auth = (field: string): object => ({ slack: { runtime: { oauth_access_token: `{{steps.${field}}}` } } })
  const memo = '{{steps.trigger.event.body.memo}}'
  const resumed = '{{steps.approve.$resume_data}}'
  return {
    name: `flow${id}`,
    trigger: { type: 'http', respond: 'custom' },
    steps: [
      { name: 'say', use: 'flow-respond', props: { as, body: { event }, immediate: as !== 'stream' } },
      { name: 'shelve', use: 'flow-data', props: { store: `run${id}`, key: 'memo', value: memo } },
      { name: 'kept', use: 'flow-data', props: { store: DATA_STORE, key: 'kept', value: id } },
      { name: 'approve', use: 'flow-suspend' },
      {
        name: 'leave',
        use: 'flow-send',
        auth: auth('trigger.event.body.early'),
        props: { texts: ['hello', '{{steps.approve.$resume_data.body.note}}'] }
      },
      { name: 'poll', use: 'flow-poll', props: { ms: 3_600_000 } },
      {
        name: 'tell',
        use: 'slack-send-message',
        auth: auth('approve.$resume_data.body.token'),
        props: { channel: '#general', text: `it says ${event}` }
      },
      { name: 'left', use: 'flow-keep', props: { value: ['{{steps.poll.$return_value}}', resumed] } }
    ]
  }
}

interface Shown {
  status: string
  steps: { name: string; exports?: { urls?: { resume_url: string } } }[]
}

/** Plays a run to its end. Returns everything that it showed; what was answered before `late` was known stands apart. */
async function playOne(plan: Plan): Promise<{ shown: Buffer[]; answered: Buffer[]; run: string }> {
  const { admin } = house
  const { early, late, header } = secretsOf(plan)
  const shown: Buffer[] = []
  const send = async (url: string, method: string, body: object): Promise<{ bytes: Buffer; run: string }> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${header}` }
    const answer = await exchange(admin.agent, url, { method, headers, body: Buffer.from(JSON.stringify(body)) })
    expect(answer.status, answer.body.toString()).toBe(200)
    return { bytes: answer.bytes, run: String(answer.headers['x-bellhop-run']) }
  }
  const deployed = await admin.call('PUT', `/workflows/flow${plan.id}`, definition(plan))
  const { triggers } = JSON.parse(deployed.body.toString()) as { triggers: { url: string }[] }
  const both = `${late} ${early}`
  const event = { early, memo: encode(late, plan.note), note: encode(both, plan.note) }
  const answer = await send(triggers[0]?.url ?? '', 'POST', event)
  const view = async (): Promise<Shown> => {
    const { body, bytes } = await admin.call('GET', `/runs/${answer.run}`)
    const run = JSON.parse(body.toString()) as Shown
    if (run.status === 'succeeded' || run.status === 'failed') shown.push(bytes)
    return run
  }
  const urlOf = (step: string): Promise<string> =>
    eventually(async () => {
      const run = await view()
      if (run.status !== 'waiting') return undefined
      return run.steps.find(({ name, exports }) => name === step && exports?.urls)?.exports?.urls?.resume_url
    })
  const note = encode(both, plan.brought)
  shown.push((await send(await urlOf('approve'), plan.method, { token: late, note })).bytes)
  shown.push((await send(await urlOf('poll'), 'POST', { note, early })).bytes)
  const status = await eventually(async () => {
    const run = await view()
    return run.status === 'waiting' || run.status === 'running' ? undefined : run.status
  })
  expect(status, shown.at(-1)?.toString()).toBe('succeeded')
  return { shown, answered: [answer.bytes], run: answer.run }
}

test(`${RUNS} runs wait, keep, answer and send, and show none of their secrets`, { timeout: 300_000 }, async () => {
  const played: Awaited<ReturnType<typeof playOne>>[] = []
  for (let from = 0; from < RUNS; from += 6) {
    played.push(...(await Promise.all(plans.slice(from, from + 6).map(playOne))))
  }
  const [before, all] = [new Judge(), new Judge()]
  for (const plan of plans) {
    for (const [name, value] of Object.entries(secretsOf(plan))) {
      all.knows({ name: `${name} of run ${plan.id}`, value })
      if (name !== 'late') before.knows({ name: `${name} of run ${plan.id}`, value })
    }
  }
  expect(all.known).toBe(3 * RUNS)
  for (const { shown, answered, run } of played) {
    for (const bytes of answered) before.examine(`answer of ${run}`, bytes)
    for (const bytes of shown) all.examine(`what ${run} showed`, bytes)
    all.examine(`live view of ${run}`, (await house.admin.call('GET', `/runs/${run}/events`)).bytes)
  }
  const stores = [DATA_STORE, ...plans.map(({ id }) => `run${id}`)].map((name) => `/data-stores/${name}/entries`)
  for (const path of ['/runs?limit=100', '/data-stores', ...stores]) {
    all.examine(path, (await house.admin.call('GET', path)).bytes)
  }
  all.examine('messages that were posted', Buffer.from(JSON.stringify(house.vendor.messages)))
  all.examine('output of the server', Buffer.from(house.server.output))
  expect(report([...before.leaks, ...all.leaks])).toBe(report([]))
})

test('what was written before it was known to be a secret is gone within a minute', { timeout: 90_000 }, async () => {
  await expect
    .poll(
      () => {
        const judge = new Judge()
        for (const plan of plans) {
          for (const [name, value] of Object.entries(secretsOf(plan)))
            judge.knows({ name: `${name} of run ${plan.id}`, value })
        }
        for (const { file, bytes } of house.files.whole()) judge.examine(`file ${file}`, bytes)
        return report(judge.leaks)
      },
      { timeout: 60_000, interval: 2_000 }
    )
    .toBe(report([]))
})
