/**
 * Plays one scenario on a real server: deploys its workflow, calls its trigger, follows the run to its end, and returns
 * all that was shown to anybody on the way.
 */
import type { Vendor } from '../../../examples/vendor/vendor.ts'
import { randomText } from '../grammar/secrets.ts'
import type { Scenario } from '../grammar/scenario.ts'
import { callsOf } from './carriers.ts'
import { boundBy, castOf, wayOf, type Cast } from './cast.ts'
import { accountName, appOf, definitionOf, fieldsOf } from './definition.ts'
import type { LiveViews } from './live.ts'
import { spoil } from './mishaps.ts'
import { requestOf, type TriggerRequest } from './request.ts'
import type { Stranger } from './stranger.ts'
import { secretsOf, wasUsed, type Secret } from './secrets.ts'
import { storedOf } from './stores/shelf.ts'
import type { StoreHouse } from './stores/store-house.ts'
import { brief } from './vendor-rules.ts'
import { viewOf, type SeenRun } from './view.ts'
import { tryOut } from './try.ts'
import { exchange, NO_ANSWER, type AdminClient, type WireAnswer } from './wire.ts'

/** Where scenarios are played. */
export interface Stage {
  /** The server's address. */
  url: string
  admin: AdminClient
  vendor: Vendor
  stranger: Stranger
  stores: StoreHouse
  /** Whether workflows are tried as drafts, too. */
  tries?: boolean
}

/** Something that was shown to somebody. */
export interface Exhibit {
  place: 'trigger' | 'deploy' | 'account' | 'run' | 'items' | 'timeline' | 'test events' | 'test'
  bytes: Buffer
}

export interface Performance {
  cast: Cast
  /** Secrets that must not be found anywhere, ever. */
  secrets: readonly Secret[]
  /** Secrets that the run learned on the way: what it had shown before does not count, what it keeps does. */
  late: readonly Secret[]
  /** Whether nothing at all may be kept of the request. */
  traceless: boolean
  exhibits: Exhibit[]
  /** Of the first trigger request. */
  answer: WireAnswer
  /** The run's id, and its status at the end where it is kept. */
  run: string | undefined
  status: string | undefined
  /** The ways of credentials that a vendor got from a store, and the codes of errors in which steps ended. */
  fetched: readonly string[]
  codes: readonly string[]
  /** How often a vendor was sent one of its credentials. */
  calls: number
}

export async function play(stage: Stage, live: LiveViews, scenario: Scenario, attempt: number): Promise<Performance> {
  const cast = castOf(scenario, attempt)
  const exhibits: Exhibit[] = []
  const show = (place: Exhibit['place'], bytes: Buffer): void => void exhibits.push({ place, bytes })
  stage.stores.fill(cast)
  await connectAccounts(stage, cast, show)
  const { url, token, definition } = await deploy(stage, cast, show)
  const request = requestFor(stage, cast, token)
  const end = brief(stage.vendor, stage.stranger.url, cast, request)
  try {
    const answer = await trigger(stage, cast, url, request)
    show('trigger', answer.bytes)
    const run = headerOf(answer, 'x-bellhop-run')
    const nostore = isNostore(cast)
    if (run !== undefined && !nostore) await live.ended(run)
    const again = await repeat(stage, cast, url, request)
    if (again !== undefined) show('trigger', again.bytes)
    if (scenario.mishap === 'notrigger') {
      show('test events', (await stage.admin.call('GET', `/workflows/${cast.id}/test-events`)).bytes)
    }
    const view = run === undefined || nostore ? undefined : await viewOf(stage.admin, cast, run, show)
    const keep = { ...request, headers: { ...request.headers, 'x-pd-notrigger': '1' } }
    if (stage.tries === true && scenario.mishap === 'none' && !nostore && scenario.settings.keep) {
      await tryOut(stage, cast, definition, () => trigger(stage, cast, url, keep), show)
    }
    return {
      cast,
      ...secretsOf(cast, request, token, view, stage.stores.madeFor(cast)),
      traceless: run === undefined || nostore || !scenario.settings.keep,
      exhibits,
      answer,
      run,
      status: view?.status,
      fetched: fetchedOf(cast, view),
      codes: view?.steps.flatMap(({ error }) => (error === undefined ? [] : [error.code])) ?? [],
      calls: stage.vendor.calls.filter(({ customer }) => customer?.startsWith(`${cast.id} `)).length
    }
  } finally {
    end()
  }
}

function fetchedOf(cast: Cast, view: SeenRun | undefined): string[] {
  return storedOf(cast)
    .filter(({ index }) => wasUsed(cast, index, view))
    .map(({ carrier, source }) => wayOf(carrier, source))
}

/** Every call that is bound to an account gets one of its own. */
async function connectAccounts(
  { admin }: Stage,
  cast: Cast,
  show: (place: 'account', bytes: Buffer) => void
): Promise<void> {
  for (const { step, at } of callsOf(cast.scenario)) {
    const credential = boundBy(cast, at)
    if (credential.carrier !== 'account') continue
    const fields = fieldsOf(step, credential.value)
    const answer = await admin.call('PUT', `/accounts/${appOf(step)}/${accountName(cast, at)}`, { fields })
    if (answer.status !== 204) throw new Error(`the account of s${at}: ${answer.body.toString()}`)
    show('account', answer.bytes)
  }
}

/** The trigger's token is shown this once; everything else of the answer is looked at. */
async function deploy(
  { admin, vendor, stores }: Stage,
  cast: Cast,
  show: (place: 'deploy', bytes: Buffer) => void
): Promise<{ url: string; token: string | undefined; definition: Readonly<Record<string, unknown>> }> {
  const definition = definitionOf(cast, { vendor: vendor.url, stores })
  const answer = await admin.call('PUT', `/workflows/${cast.id}`, definition)
  const { triggers, token } = JSON.parse(answer.body.toString()) as { triggers?: { url: string }[]; token?: string }
  const url = triggers?.[0]?.url
  if (url === undefined) throw new Error(`deploying ${JSON.stringify(definition)}: ${answer.body.toString()}`)
  show('deploy', Buffer.from(token === undefined ? answer.bytes : answer.bytes.toString().replace(token, '')))
  if (cast.scenario.mishap === 'disabled') await admin.call('PATCH', `/workflows/${cast.id}`, { enabled: false })
  return { url, token, definition }
}

function requestFor({ stranger }: Stage, cast: Cast, token: string | undefined): TriggerRequest {
  const request = requestOf(cast, stranger.url)
  const headers = token === undefined ? request.headers : { ...request.headers, authorization: `Bearer ${token}` }
  return spoil(cast, cast.scenario.mishap, { ...request, headers })
}

function isNostore({ scenario }: Cast): boolean {
  return scenario.request.nostore !== 'no' && scenario.mishap !== 'notrigger'
}

async function trigger(
  { admin }: Stage,
  cast: Cast,
  url: string,
  { target, ...request }: TriggerRequest
): Promise<WireAnswer> {
  const { mishap, request: plan } = cast.scenario
  const endpoint = mishap === 'unknown_endpoint' ? url.replace(/[^/]+$/, randomText(26, `${cast.id}/endpoint`)) : url
  try {
    return await exchange(admin.agent, endpoint + target, { ...request, gzip: plan.gzip && mishap === 'none' })
  } catch (error) {
    if (isOverlong(target, request.headers)) return NO_ANSWER
    throw error
  }
}

/** Node's limit for headers and URL together. */
const MAX_HEAD = 16 * 1024

/** Whether the server may hang up before it has read everything, so that its answer (431) can be lost. */
function isOverlong(target: string, headers: Record<string, string>): boolean {
  return target.length + Object.values(headers).join('').length > MAX_HEAD
}

/** A second request under the same key: the same one gets the first answer, another one is refused. */
async function repeat(stage: Stage, cast: Cast, url: string, request: TriggerRequest): Promise<WireAnswer | undefined> {
  const { repeat: how } = cast.scenario.request
  if (how === 'no') return undefined
  return trigger(stage, cast, url, how === 'same' ? request : { ...request, method: 'DELETE' })
}

function headerOf({ headers }: WireAnswer, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
