/**
 * Code that shows what it knows (I1): in every way of `stage/code/ways.ts`, with handles, with real values (`reveal: true`) and
 * with real values that it came by, because a vendor said them in a form that nobody knows. None is found anywhere.
 */
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { levelsHere } from '../../server/src/sandbox/native/testing/levels.ts'
import { encode, encodingChain, type Encoding } from './grammar/encodings.ts'
import { randomText } from './grammar/secrets.ts'
import { outputOf } from './commands.ts'
import { House } from './house.ts'
import { Judge, report } from './judge/judge.ts'
import { moduleOf } from './stage/code/module.ts'
import { NATIVE } from './stage/code/native.ts'
import { WAYS } from './stage/code/ways.ts'
import { LiveViews } from './stage/live.ts'
import { exchange } from './stage/wire.ts'

/** What a step’s code has: handles, its credential as it is, a secret of the environment, another interpreter. */
const KINDS = ['bound', 'revealed', 'environment', 'python', 'bash'] as const
type Kind = (typeof KINDS)[number]

/** As many runs as are under way at once. */
const AT_ONCE = 8
/** The gate plays the same runs each time; `LEAK_FIRST_SEED=$RANDOM` plays others. */
const SEED = Number(process.env['LEAK_FIRST_SEED'] ?? 20_261_126)

interface Plan {
  id: string
  kind: Kind
  way: string
  chains: readonly (readonly Encoding[])[]
}

interface Played {
  plan: Plan
  shown: Buffer[]
}

const turned = (text: string): string => text.split('').toReversed().join('')
const [native] = await levelsHere()

let house: House
const triggers = new Map<Kind, string>()
beforeAll(async () => {
  house = await House.open({ args: native === undefined ? [] : ['--allow-native-steps'] })
  const host = house.vendor.url.replace('http://', '')
  await call('PUT', '/env/CODE_KEY', { value: ENVIRONMENT, hosts: [host], headers: ['authorization'] })
  await Promise.all(KINDS.filter(isHere).map(async (kind) => triggers.set(kind, await deploy(kind))))
})
afterAll(() => house?.close())

const ENVIRONMENT = randomText(32, `${SEED} environment`)

function isHere(kind: Kind): boolean {
  return native !== undefined || (kind !== 'python' && kind !== 'bash')
}

async function call(method: string, path: string, body?: unknown): Promise<{ text: string; bytes: Buffer }> {
  const answer = await house.admin.call(method, path, body)
  expect(answer.status, answer.body.toString()).toBeLessThan(300)
  return { text: answer.body.toString(), bytes: answer.bytes }
}

async function deploy(kind: Kind): Promise<string> {
  const at = (url: string): string => url.replace('http://', '')
  const [vendor, elsewhere] = [house.vendor.url, at(house.stranger.url)]
  const event = '{{steps.trigger.event.body'
  const parcels = { runtime: { api_key: `${event}.key}}`, pem: `${event}.pem}}` }, hosts: [at(vendor)] }
  const key = kind === 'environment' ? 'process.env.CODE_KEY' : 'this.parcels.$auth.api_key'
  const source =
    kind === 'python' || kind === 'bash'
      ? { language: kind, code: NATIVE[kind](vendor) }
      : { code: moduleOf({ key, vendor, elsewhere }), props: { store: 'codes' } }
  const { text } = await call('PUT', `/workflows/${kind}`, {
    name: kind,
    trigger: { type: 'http', respond: kind === 'bound' || kind === 'revealed' ? 'custom' : 'last_step' },
    steps: [
      {
        name: 'show',
        ...source,
        auth: { parcels },
        timeout: '1m',
        ...(kind === 'revealed' ? { reveal: true } : {})
      },
      { name: 'after', code: 'export default ({ steps }) => (console.log(JSON.stringify(steps)), steps.show)' }
    ],
    settings: {
      egress: [at(vendor), elsewhere],
      env: { CODE_KEY: { secret: 'CODE_KEY' } },
      code: { memory: '96MB', cpu: '5s' }
    }
  })
  return (JSON.parse(text) as { triggers: { url: string }[] }).triggers[0]?.url ?? ''
}

/** What each run carries: in its body, over several lines, in its header; and what its vendor hands out. */
function secretsOf({ id, kind }: Plan): Record<'key' | 'pem' | 'header' | 'granted', string> {
  // Hosts and methods are written in one case by whoever reads them.
  const secret = (name: string): string => `k${randomText(31, `${SEED} ${name} ${id}`).toLowerCase()}`
  const pem = [1, 2, 3].map((line) => randomText(40, `${SEED} pem ${line} ${id}`)).join('\n')
  const key = kind === 'environment' ? ENVIRONMENT : secret('key')
  return { key, pem, header: secret('header'), granted: secret('granted') }
}

/** Each secret in clear, encoded once, and encoded twice, backwards. */
function backwards(secrets: readonly string[], { chains }: Plan): string[] {
  const forms = chains.flatMap((chain) => secrets.map((secret) => encode(secret, chain)))
  return [...secrets, ...forms].map(turned)
}

async function play(plan: Plan): Promise<Played> {
  const { admin, vendor } = house
  const { key, pem, header, granted } = secretsOf(plan)
  const forms = plan.chains.map((chain) => encode(`${key} ${granted}`, chain))
  const said = { access_token: granted, forms, [`is ${key}`]: [key], backwards: backwards([key, granted], plan) }
  const forget = vendor.behave({ path: `/v1/echo/${plan.id}` }, { status: 200, body: said })
  const body = { id: plan.id, key, pem, way: plan.way, backwards: backwards([pem, header], plan) }
  const answer = await exchange(admin.agent, triggers.get(plan.kind) ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': header },
    body: Buffer.from(JSON.stringify(body))
  })
  const run = String(answer.headers['x-bellhop-run'])
  const bytes = await endOf(run)
  forget()
  return { plan, shown: [answer.bytes, ...bytes] }
}

/** What is shown of a run at its end; one that waits is looked at, and cancelled. */
async function endOf(run: string): Promise<Buffer[]> {
  const bytes: Buffer[] = []
  for (;;) {
    const view = await call('GET', `/runs/${run}`)
    const { status } = JSON.parse(view.text) as { status: string }
    if (status === 'waiting') {
      bytes.push(view.bytes, (await house.admin.call('POST', `/runs/${run}/cancel`)).bytes)
    } else if (status !== 'running') return [...bytes, view.bytes]
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function plansOf(kinds: readonly Kind[], ways: readonly string[]): Plan[] {
  const all = kinds.filter(isHere).flatMap((kind) => ways.map((way) => ({ kind, way })))
  const chains = fc.sample(
    fc.tuple(
      encodingChain.map((chain) => chain.slice(0, 1)),
      encodingChain
    ),
    { numRuns: all.length, seed: SEED }
  )
  return all.map((one, index) => ({
    ...one,
    id: ways.length === 1 ? one.kind : `${one.kind}-${index}`,
    chains: chains[index] ?? []
  }))
}

/** Plays some at a time. */
async function playAll(plans: readonly Plan[]): Promise<Played[]> {
  const left = [...plans]
  const played: Played[] = []
  const lane = async (): Promise<void> => {
    for (let plan = left.shift(); plan !== undefined; plan = left.shift()) played.push(await play(plan))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return played
}

function judgeOf(plans: readonly Plan[], written = (secret: string) => secret): Judge {
  const judge = new Judge()
  judge.knows({ name: 'the secret of the environment', value: written(ENVIRONMENT) })
  for (const plan of plans) {
    for (const [name, value] of Object.entries(secretsOf(plan)))
      if (value !== ENVIRONMENT) judge.knows({ name: `${name} of ${plan.id}: ${plan.way}`, value: written(value) })
  }
  return judge
}

const plans = [
  ...plansOf(['bound', 'revealed', 'environment'], ['control', ...Object.keys(WAYS)]),
  ...plansOf(['python', 'bash'], ['control'])
]

test('code shows what it knows in every way, and none of its secrets is found', { timeout: 180_000 }, async () => {
  const live = await LiveViews.open(house.url, house.server.adminToken, house.admin.agent)
  const played = await playAll(plans)
  const views = await live.close()
  const judge = judgeOf(plans)
  for (const { plan, shown } of played) judge.examine(`what ${plan.id} showed`, Buffer.concat(shown))
  for (const { run, bytes } of views) judge.examine(`live view of ${run}`, bytes)
  for (const { file, bytes } of house.files.changes()) judge.examine(`file ${file}`, bytes)
  for (const path of ['/runs?limit=100', '/data-stores', '/data-stores/codes/entries', '/env', '/audit']) {
    judge.examine(path, (await call('GET', path)).bytes)
  }
  judge.examine('what a stranger was sent', house.stranger.take())
  judge.examine('output of the server', Buffer.from(house.server.output))
  expect(report(judge.leaks)).toBe(report([]))
  expect(judge.known).toBeGreaterThan(3 * plans.length)
  expect(played.filter(isMistaken).map(({ plan }) => plan.way)).toEqual([])
  // Each of them had its vendor’s answer.
  for (const { id } of plans) expect(house.vendor.calls.map(({ path }) => path)).toContain(`/v1/echo/${id}`)
  for (const { plan, shown } of played.filter(({ plan: { way } }) => way === 'control')) {
    expect(String(Buffer.concat(shown)), plan.id).toContain(
      plan.kind === 'bash' ? turned(secretsOf(plan).key) : digestOf(plan)
    )
  }
})

test('the command line shows none of them', async () => {
  const judge = judgeOf(plans)
  const { text } = await call('GET', '/runs?limit=100')
  const { runs } = JSON.parse(text) as { runs: { id: string }[] }
  const env = { BELLHOP_SERVER: house.url, BELLHOP_DATA: house.data }
  const some = runs.filter((_, index) => index % 20 === 0).map(({ id }) => ['show', id])
  for (const args of [...some, ['runs'], ['env', 'list'], ['audit'], ['data', 'show', 'codes']]) {
    judge.examine(args.join(' '), Buffer.from(await outputOf(args, env)))
  }
  expect(report(judge.leaks)).toBe(report([]))
})

test('nor does anything that the server leaves behind, where what is not promised is found', async () => {
  expect(await house.server.stop()).toBe(0)
  const [judge, control] = [judgeOf(plans), judgeOf(plans, turned)]
  for (const { file, bytes } of house.files.whole()) {
    judge.examine(`file ${file}`, bytes)
    control.examine(`file ${file}`, bytes)
  }
  judge.examine('output of the server', Buffer.from(house.server.output))
  expect(report(judge.leaks)).toBe(report([]))
  // What each request brought backwards is kept, since that is no form that anybody knows.
  expect(new Set(control.leaks.map(({ secret }) => secret)).size).toBeGreaterThanOrEqual(2 * plans.length)
})

/** Code that failed because it was written wrongly showed nothing. What a parser says is what one way is about. */
function isMistaken({ plan, shown }: Played): boolean {
  return (
    plan.way !== 'throw: what a parser says' &&
    /(?:Syntax|Reference)Error|is not a function/.test(String(Buffer.concat(shown)))
  )
}

/** What only those know who have every secret of the run in clear. */
function digestOf(plan: Plan): string {
  const { key, granted, pem, header } = secretsOf(plan)
  const texts = [...backwards([key, granted], plan), ...backwards([pem, header], plan)]
  return createHash('sha256').update(texts.map(turned).join(' ')).digest('hex')
}
