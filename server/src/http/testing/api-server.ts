/**
 * A listening server for tests of the admin API: real storage, workflows, accounts, history and live views. Only the
 * engine is missing, so runs are rows that tests put there. Shared by the tests of a file, because storage has a thread.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Fault } from '@bellhop/sdk'
import { Accounts, type accountCommands } from '../../credentials/accounts.ts'
import { BaseUrls } from '../../credentials/base-urls.ts'
import { Credentials } from '../../credentials/credentials.ts'
import type { environmentCommands } from '../../credentials/environment-rows.ts'
import { Environment } from '../../credentials/environment.ts'
import type { leaseCommands } from '../../credentials/stores/lease-rows.ts'
import { Leases } from '../../credentials/stores/leases.ts'
import type { storeCommands } from '../../credentials/stores/rows.ts'
import { Stores } from '../../credentials/stores/stores.ts'
import { Shelf } from '../../credentials/stores/testing/shelf.ts'
import { Audit, type auditCommands } from '../../history/audit.ts'
import { DataStores } from '../../data/data-stores.ts'
import type { dataCommands } from '../../data/rows.ts'
import { History } from '../../history/history.ts'
import { LiveHub } from '../../history/live.ts'
import { DraftReader } from '../../run/drafts/drafts.ts'
import { Forms } from '../../run/drafts/forms.ts'
import { Replays } from '../../run/replay/replays.ts'
import { Scheduler } from '../../run/schedules/scheduler.ts'
import type { testEventCommands } from '../../run/test-event-rows.ts'
import { TestEvents } from '../../run/test-events.ts'
import { MasterKey } from '../../secrets/seal.ts'
import { RunIds } from '../../storage/ids.ts'
import type { RunStatus } from '../../storage/schema.ts'
import { SqliteStorage } from '../../storage/sqlite/storage.ts'
import type { workflowCommands } from '../../workflow/commands.ts'
import { NATIVE_STEPS_OFF } from '../../workflow/native-plan.ts'
import type { draftCommands } from '../../workflow/draft-commands.ts'
import { Drafts } from '../../workflow/drafts.ts'
import { catalogue } from '../../workflow/testing/catalogue.ts'
import { VersionTexts } from '../../workflow/version-texts.ts'
import { Versions } from '../../workflow/versions.ts'
import { apiRoutes } from '../api/api.ts'
import type { Route } from '../api/route.ts'
import { Problem } from '../problem.ts'
import { createServer, type ServerOptions } from '../server.ts'
import { createAuth } from '../auth/auth.ts'
import type { authCommands } from '../auth/rows.ts'
import type { HttpServices } from '../services.ts'
import { FakeIntake } from './fake-intake.ts'
import type { runRows } from './run-rows.ts'

type TestCommands = typeof workflowCommands &
  typeof draftCommands &
  typeof accountCommands &
  typeof environmentCommands &
  typeof auditCommands &
  typeof storeCommands &
  typeof leaseCommands &
  typeof dataCommands &
  typeof testEventCommands &
  typeof authCommands &
  typeof runRows

const EXAMPLE = '# Says hello.\nname: hello\ntrigger: { type: http }\nsteps: [{ name: clock, use: clock-read }]\n'
export const ADMIN_TOKEN = 'an-admin-token-for-tests'

export interface ApiServer {
  /** `http://127.0.0.1:<port>` */
  url: string
  live: LiveHub
  /** How far the clock of sessions and links is ahead, in milliseconds. */
  clock: { ahead: number }
  /** Runs that can be cancelled. */
  cancellable: Set<string>
  /** What `GET /health` finds. */
  health: { ready: boolean; version: string; reason?: string }
  /** What the server logged, a JSON text a line. */
  log: string[]
  close(): Promise<void>
  /** A call with the admin token. Fails when the answer is not as the API's description says. */
  call(method: string, path: string, body?: string, type?: string): Promise<Response>
  /** Puts a run into history; returns its id. */
  putRun(status: RunStatus, workflow: { workflowId: number; versionId: number }): Promise<string>
  /** Ends a run in history, and tells the live views. */
  endRun(run: string): Promise<void>
  /** Leaves a store with a configuration that its kind does not take, as an older version may have written it. */
  breakStore(name: string): Promise<void>
  /** A deployed workflow of this name. */
  workflow(name: string): Promise<{ workflowId: number; versionId: number }>
}

export async function startApi(options: Partial<ServerOptions> = {}): Promise<ApiServer> {
  const dir = mkdtempSync(join(tmpdir(), 'bellhop-http-'))
  const writer = new URL('./writer-entry.ts', import.meta.url)
  const storage = await SqliteStorage.open<TestCommands>({ dir, writer, ballastBytes: 0 })
  const master = new MasterKey(new Uint8Array(32).fill(7))
  const versions = await Versions.open({ storage, catalogue, master })
  const drafts = new Drafts(storage, master, Date.now)
  const history = new History(storage.reader, Date.now)
  const accounts = new Accounts(storage, master, Date.now)
  const environment = new Environment(storage, master, Date.now)
  const audit = new Audit(storage, Date.now)
  const kinds = new Map([['shelf', new Shelf().kind()]])
  const stores = new Stores({ storage, master, kinds, now: Date.now })
  const leases = new Leases({ storage, master, open: (name) => stores.open(name), now: Date.now })
  const live = new LiveHub(history)
  const cancellable = new Set<string>()
  const clock = { ahead: 0 }
  const health = { ready: true, version: '0.1.0' }
  const log: string[] = []
  const logLine = (fields: object, text: string): void => void log.push(JSON.stringify({ ...fields, text }))
  const intake = new FakeIntake()
  const offers = { options: noCode, props: noCode }
  const reader = new DraftReader({ catalogue, builds: { take: noCode }, refuseNative: async () => NATIVE_STEPS_OFF })
  const services: HttpServices = {
    adminToken: () => ADMIN_TOKEN,
    ...createAuth(storage, master, () => Date.now() + clock.ahead),
    resumptions: { find: () => undefined, deliver: () => Promise.resolve('gone') },
    versions,
    versionTexts: new VersionTexts(storage.reader, master),
    drafts,
    examples: () => [{ name: 'hello', title: 'Hello', description: 'Says hello.', text: EXAMPLE }],
    intake,
    scheduler: new Scheduler({ storage, versions, intake, now: Date.now }),
    history,
    replays: new Replays({ reader: () => storage.reader, versions, intake }),
    live,
    catalogue,
    components: {
      search: () => Promise.resolve([]),
      offer: (name) => Promise.resolve({ package: name, version: '1.0.0', actions: [] })
    },
    testEvents: new TestEvents({
      current: async (id) => versions.byName(versions.workflowById(id)?.name ?? ''),
      storage,
      credentials: new Credentials(accounts, new BaseUrls({}), environment),
      master,
      drafts,
      catalogue,
      now: Date.now
    }),
    engine: { cancel: (run) => Promise.resolve(cancellable.delete(run)) },
    accounts,
    offers,
    forms: new Forms({
      drafts: reader,
      offers: { optionsOf: noCode, propsOf: noCode },
      programs: { directory: noCode }
    }),
    tests: { begin: noCode, check: noCode, runStep: noCode, runAll: noCode, end: async () => false },
    trying: { account: noCode, binding: noCode },
    environment,
    audit,
    stores,
    leases,
    data: new DataStores(storage, Date.now),
    health: () => health
  }
  const server = createServer(services, {
    log: { isLevelEnabled: () => true, info: logLine, error: logLine },
    ...options
  })
  const routes = apiRoutes({ services, publicUrl: undefined, closing: new AbortController().signal })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  const ids = new RunIds()
  const keys = new Map<string, number>()
  return {
    url,
    live,
    clock,
    cancellable,
    health,
    log,
    async close() {
      await server.close()
      await storage.close()
      rmSync(dir, { recursive: true, force: true })
    },
    async call(method, path, body, type = 'application/json') {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(body === undefined ? {} : { 'content-type': type }) },
        ...(body === undefined ? {} : { body })
      })
      await asDocumented(routes, method, path, answer)
      return answer
    },
    async putRun(status, { workflowId, versionId }) {
      const now = Date.now()
      const { key, uuid } = ids.next(now)
      keys.set(uuid, key)
      const endedAt = status === 'running' || status === 'waiting' ? null : now
      const event = JSON.stringify({ method: 'POST', body: { n: key } })
      const row = { id: key, uuid, workflow: workflowId, version: versionId, status, at: now, endedAt, event }
      await storage.write('putRun', row)
      return uuid
    },
    async endRun(run) {
      const at = Date.now()
      await storage.write('markRun', { id: keys.get(run) ?? 0, status: 'succeeded', at })
      live.publish({ type: 'ended', run, status: 'succeeded', at })
    },
    async breakStore(name) {
      const sealed = master.sealer('store').seal(name, '{}')
      await storage.write('saveStore', { name, kind: 'shelf', sealed, now: Date.now() })
    },
    async workflow(name) {
      const steps = [{ name: 'clock', use: 'clock-read' }]
      const deployment = await versions.deploy({ name, trigger: { type: 'http' }, steps })
      if ('mistakes' in deployment) throw new Error(JSON.stringify(deployment.mistakes))
      return deployment.deployed
    }
  }
}

function noCode(): never {
  throw new Fault('step_missing', 'there is no step of this name that runs code', { status: 404 })
}

/** Fails when an answer is not what the API's description says, down to its keys. */
async function asDocumented(routes: readonly Route[], method: string, path: string, answer: Response): Promise<void> {
  const type = answer.headers.get('content-type') ?? ''
  if (method === 'HEAD' || !type.startsWith('application/')) return
  const json: unknown = await answer.clone().json()
  const problem = type.startsWith('application/problem+json')
  const asked = path.replace(/\?.*/, '').split('/')
  const route = routes.find((each) => {
    const parts = each.path.split('/')
    return (
      each.method === method &&
      parts.length === asked.length &&
      parts.every((p, i) => p.startsWith('{') || p === asked[i])
    )
  })
  const schema = problem ? Problem : route?.answers[answer.status]?.schema
  if (schema === undefined) throw new Error(`${method} ${path}: nothing is documented for ${answer.status}`)
  if (!isDeepStrictEqual(schema.parse(json), json)) throw new Error(`${method} ${path} answers more than is documented`)
}
