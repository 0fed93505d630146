/**
 * A harness for tests of actions: runs one against a real server, with a real `$`. Credentials stand as handles in
 * `this.<app>.$auth`, as they do in a run, so that an action which looks into one, or puts one in the wrong place, fails
 * here and not in production.
 */
import type {
  ActionDefinition,
  Dollar,
  FetchAnswer,
  FetchInit,
  HttpResponse,
  SendRequest,
  StepContext,
  WaitUrls
} from './action.ts'
import { callAction } from './instance.ts'
import type { Json, JsonObject } from './json.ts'
import type { StoreClient } from './services.ts'
import { shapeOf } from './shape.ts'
import { TestDoor } from './testing-door.ts'

export interface ActionTest {
  /** What a definition would say under `props`, references resolved. */
  props?: JsonObject
  /** By the prop that stands for the app: its credential fields in clear. */
  auth?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** By app: where its API is in this test. Its credentials may go there too. */
  baseUrls?: Readonly<Record<string, string>>
  /** By the prop that stands for the store: what answers in its place. */
  stores?: Readonly<Record<string, StoreClient>>
  /** What earlier steps left. */
  steps?: JsonObject
  context?: Partial<StepContext>
  signal?: AbortSignal
  /** Goes in place of real HTTP. */
  fetch?: (url: string, init: FetchInit) => Promise<FetchAnswer>
}

export interface ActionResult {
  /** What `run` returned. */
  value: Json | undefined
  /** What it exported by name, `$summary` too. */
  exports: JsonObject
  /** What it said with `$.respond`. */
  response: HttpResponse | undefined
  /** The reason given to `$.flow.exit`, empty if none was; undefined when the action went on. */
  exit: string | undefined
  /** Which wait it asked for last, if any. */
  wait: { kind: 'delay' | 'suspend' | 'rerun'; ms: number; context?: Json } | undefined
  /** What it left for `$.send.http`. */
  sent: readonly SendRequest[]
  /** Its requests as the action wrote them, with handles. */
  requests: readonly { url: string; init: FetchInit }[]
  /** The door's warnings: a handle that stayed a handle in a body. */
  warnings: readonly string[]
}

/**
 * Runs an action once.
 * @throws whatever the action throws, and Fault `credential_misplaced` or `credential_wrong_host` where the door would
 */
export async function runAction(action: ActionDefinition, test: ActionTest = {}): Promise<ActionResult> {
  const door = new TestDoor()
  const apps = Object.fromEntries(
    Object.entries(shapeOf(action).apps).map(([name, app]) => [
      name,
      door.bind(app, test.auth?.[name] ?? {}, test.baseUrls?.[app.app])
    ])
  )
  const left: Left = { exports: {}, response: undefined, exit: undefined, wait: undefined, sent: [], requests: [] }
  const fetch = test.fetch ?? ((url: string, init: FetchInit) => door.fetch(url, init))
  const $ = dollar(test, left, fetch)
  const value = await callAction(action, {
    apps,
    stores: test.stores ?? {},
    props: test.props ?? {},
    steps: test.steps ?? {},
    $
  })
  return { value, ...left, warnings: door.warnings }
}

interface Left {
  exports: JsonObject
  response: HttpResponse | undefined
  exit: string | undefined
  wait: ActionResult['wait']
  sent: SendRequest[]
  requests: { url: string; init: FetchInit }[]
}

const DAY_MS = 86_400_000
const URLS: WaitUrls = { resume_url: 'https://bellhop.test/resume/1', cancel_url: 'https://bellhop.test/cancel/1' }

function dollar(test: ActionTest, left: Left, fetch: (url: string, init: FetchInit) => Promise<FetchAnswer>): Dollar {
  const waits = (wait: NonNullable<ActionResult['wait']>): WaitUrls => {
    left.wait = wait
    return URLS
  }
  const rerun = (ms: number, context?: Json): WaitUrls =>
    waits({ kind: 'rerun', ms, ...(context === undefined ? {} : { context }) })
  return {
    context: { ...CONTEXT, ...test.context },
    export(key, value) {
      if (value !== undefined) left.exports[key] = value
    },
    respond(response) {
      left.response ??= response
      return Promise.resolve()
    },
    flow: {
      exit(reason = '') {
        left.exit = reason
        return undefined
      },
      delay: (ms) => waits({ kind: 'delay', ms }),
      suspend: (ms = DAY_MS) => waits({ kind: 'suspend', ms }),
      rerun,
      retry: rerun
    },
    send: { http: (request) => void left.sent.push(request) },
    fetch(url, init = {}) {
      left.requests.push({ url, init })
      return fetch(url, init)
    },
    signal: test.signal ?? new AbortController().signal
  }
}

const CONTEXT: StepContext = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  ts: '2026-01-01T00:00:00.000Z',
  workflow_id: 'w_1',
  workflow_name: 'a-test',
  deployment_id: '0c2f7c52-3f63-4d0e-8d8d-4a0b6f6b3a11',
  trace_id: '01890a5d-ac96-774b-bcce-b302099a8057',
  replay: false,
  attempt: 1,
  idempotency_key: 'idempotency-key-of-the-test',
  run: { runs: 1 }
}
