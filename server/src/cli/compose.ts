/**
 * The composition root: wires every part to the next, over an open database. Parts are made from the bottom of
 * the layout upwards and stopped from the top downwards.
 */
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { actions, apps } from '@bellhop/components'
import { exampleWorkflows } from '@bellhop/examples/workflows'
import { Fault } from '@bellhop/sdk'
import { pino, type Logger } from 'pino'
import { Accounts } from '../credentials/accounts.ts'
import { BaseUrls } from '../credentials/base-urls.ts'
import { Credentials } from '../credentials/credentials.ts'
import { Environment } from '../credentials/environment.ts'
import { StoreAccess } from '../credentials/stores/access.ts'
import { StoreFile } from '../credentials/stores/file.ts'
import { STORE_KINDS } from '../credentials/stores/kinds.ts'
import { Leases } from '../credentials/stores/leases.ts'
import { Stores } from '../credentials/stores/stores.ts'
import { DataStores } from '../data/data-stores.ts'
import { Door } from '../egress/door.ts'
import { MemoryEngine } from '../engine/memory/engine.ts'
import { Audit } from '../history/audit.ts'
import { History } from '../history/history.ts'
import { LiveHub } from '../history/live.ts'
import { Sweeper } from '../history/sweeper.ts'
import { setupUrl } from '../http/api/setup.ts'
import { createAuth } from '../http/auth/auth.ts'
import { SharedSetupLink } from '../http/auth/setup-link.ts'
import { createServer } from '../http/server.ts'
import type { Health } from '../http/services.ts'
import { DraftReader } from '../run/drafts/drafts.ts'
import { Forms } from '../run/drafts/forms.ts'
import { Intake } from '../run/intake.ts'
import { createInterpreter } from '../run/interpreter.ts'
import { Replays } from '../run/replay/replays.ts'
import { Resumptions } from '../run/resumptions.ts'
import { Offers } from '../run/offers.ts'
import { Scheduler } from '../run/schedules/scheduler.ts'
import { TestEvents } from '../run/test-events.ts'
import { Tests } from '../run/tests/tests.ts'
import { Trying } from '../run/trying.ts'
import { CodeBuilder } from '../sandbox/build/build.ts'
import { Components } from '../sandbox/build/components.ts'
import { describeIn } from '../sandbox/build/describing.ts'
import { Workshop } from '../sandbox/build/workshop.ts'
import { DraftPrograms } from '../sandbox/draft-programs.ts'
import { Programs } from '../sandbox/programs.ts'
import { NativeSteps } from '../sandbox/native/native.ts'
import { refusalOf } from '../sandbox/native/refusal.ts'
import { createSandbox } from '../sandbox/sandbox.ts'
import { toErrorRecord } from '../secrets/error-record.ts'
import { RunIds } from '../storage/ids.ts'
import { createCatalogue } from '../workflow/catalogue.ts'
import type { RefuseNative } from '../workflow/native-plan.ts'
import { Drafts } from '../workflow/drafts.ts'
import { VersionTexts } from '../workflow/version-texts.ts'
import { Versions } from '../workflow/versions.ts'
import type { Database, DurableEngine } from './database.ts'
import { listening, refuseTakenPort } from './listening.ts'
import { readRegistry, readSettings } from './settings.ts'
import { VERSION } from './version.ts'

export interface ServerSettings {
  data: string
  port: number
  host: string
  /** `BELLHOP_*` settings are read from here. */
  env: Record<string, string | undefined>
  /** The operator's file of stores. */
  stores?: string
  /** Whether steps in Python and Bash are run, where the host keeps them apart. */
  allowNativeSteps?: boolean
}

export interface RunningServer {
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string
  /** The link that makes the first administrator, while there is none. */
  readonly setupUrl: string | undefined
  readonly versions: Versions
  /** How a node calls itself. */
  readonly title: string | undefined
  /** Resolves when other nodes have this one's runs: nothing can be done here any more but to stop, and start anew. */
  readonly lost: Promise<void>
  /** Ends ingress, gives running steps `graceMs`, and lets go of the database. */
  stop(graceMs: number): Promise<void>
}

/** Where `npm run build` puts the builder's page. */
const UI = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/** How often what is watched is looked at for what other nodes do, in milliseconds. */
const LOOK_MS = 1_000

/** Longest body of a vendor's answer, unpacked, in bytes. */
const MAX_ANSWER_BYTES = 20 << 20

/**
 * Starts a server on an open database, which it closes when it stops or cannot start. Resolves when it listens.
 * @throws Fault `bad_setting`, `bad_base_url`, `admin_token_unusable`, `port_in_use`, `cannot_listen`
 */
export async function startServer(settings: ServerSettings, database: Database): Promise<RunningServer> {
  try {
    return await assemble(settings, database)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function assemble(settings: ServerSettings, database: Database): Promise<RunningServer> {
  const { storage, master, node } = database
  await refuseTakenPort(settings)
  const onNode = node === undefined ? {} : { node }
  const { env } = settings
  const { denyPrivate, logLevel, publicUrl, registry, trustedProxies } = readSettings(env, apps)
  // Read once: the file is made by the first start, and a changed one counts from the next start on.
  const adminToken = database.adminToken()
  const now = Date.now
  const log = pino({ level: logLevel }, pino.destination(2))
  const catalogue = createCatalogue(apps, actions)
  const sandboxFolder = resolve(settings.data, 'sandbox')
  const sandbox = createSandbox({ directory: sandboxFolder })
  const workshop = new Workshop({
    folder: sandboxFolder,
    registry: () => readRegistry(registry),
    env,
    describe: describeIn(sandbox)
  })
  const native = settings.allowNativeSteps === true ? nativeSteps(settings.data, sandboxFolder) : undefined
  const builder = new CodeBuilder(workshop)
  const refuseNative = (): Promise<RefuseNative> => refusalOf(native)
  const versions = await Versions.open({ storage, catalogue, master, builder, refuseNative })
  const drafts = new Drafts(storage, master, now)
  const baseUrls = new BaseUrls(env)
  const accounts = new Accounts(storage, master, now)
  const environment = new Environment(storage, master, now)
  const credentials = new Credentials(accounts, baseUrls, environment)
  const door = new Door({ denyPrivate, maxAnswerBytes: MAX_ANSWER_BYTES, operatorHosts: baseUrls.hosts() })
  const stores = new Stores({
    storage,
    master,
    kinds: STORE_KINDS,
    now,
    dataDirectory: settings.data,
    ...storeFile(settings, log)
  })
  const leases = new Leases({ storage, master, open: (name) => stores.open(name), now, ...onNode })
  const access = new StoreAccess(stores, leases, now)
  // Known for good once the server listens: port 0 means any.
  let origin = publicUrl ?? `http://${urlHost(settings.host)}:${settings.port}`
  const resumptions = new Resumptions({ master, versions, engine: () => engine, origin: () => origin })
  const programs = await Programs.open(sandboxFolder, () => storage.reader)
  const draftPrograms = new DraftPrograms(sandboxFolder, builder)
  const reader = new DraftReader({ catalogue, builds: draftPrograms, refuseNative })
  const audit = new Audit(storage, now)
  const data = new DataStores(storage, now)
  const perform = { credentials, stores: access, door, now, resumptions, data, sandbox, native, audit }
  const execute = createInterpreter({ versions, programs, ...perform })
  const lost = Promise.withResolvers<void>()
  const engine: DurableEngine = await database.openEngine({
    execute,
    say: (message) => log.error(message),
    onLost: lost.resolve
  })
  const memory = new MemoryEngine({ execute, nostore: true })
  const history = new History(storage.reader, now)
  const live = new LiveHub(history, node === undefined ? undefined : LOOK_MS)
  engine.onEvent((event) => live.publish(event))
  engine.onEvent((event) => {
    if (event.type === 'ended') leases.ended(event.run)
  })
  const sweeper = new Sweeper({
    storage,
    versions,
    now,
    ...onNode,
    onError: (error) => {
      if (!isAway(error)) log.error(toErrorRecord(error), 'sweep failed')
    }
  })
  const ids = new RunIds(await engine.lastKey(), database.slot)
  const intake = new Intake({ master, ids, credentials, engine, memory, now })
  const scheduler = new Scheduler({
    storage,
    versions,
    intake,
    now,
    onError: (error, workflowId) => {
      const workflow = workflowId === undefined ? undefined : versions.workflowById(workflowId)?.name
      log.error({ ...toErrorRecord(error), workflow }, 'a schedule could not start its run')
    }
  })
  versions.onChange(() => scheduler.poke())
  const auth = createAuth(storage, master, now, node === undefined ? undefined : new SharedSetupLink(master, now))
  const testEvents = new TestEvents({
    storage,
    credentials,
    master,
    drafts,
    catalogue,
    current: async (id) => versions.byName(versions.workflowById(id)?.name ?? ''),
    now
  })
  const tests = new Tests({
    perform: { ...perform, programs: draftPrograms },
    master,
    ids,
    drafts: reader,
    versions,
    testEvents,
    history
  })
  const trying = new Trying({ master, ids, credentials, accounts, stores: access, catalogue, door, now })
  const offers = new Offers({ master, credentials, sandbox, programs, door })
  const server = createServer(
    {
      ...auth,
      versions,
      versionTexts: new VersionTexts(storage.reader, master),
      drafts,
      examples: exampleWorkflows,
      catalogue,
      components: new Components(workshop),
      accounts,
      offers,
      forms: new Forms({ drafts: reader, offers, programs: draftPrograms }),
      environment,
      audit,
      nativeSteps: native,
      stores,
      leases,
      history,
      live,
      engine,
      intake,
      scheduler,
      resumptions,
      replays: new Replays({ reader: () => storage.reader, versions, intake }),
      data,
      testEvents,
      tests,
      trying,
      adminToken: () => adminToken,
      health: () => healthOf(database.trouble())
    },
    {
      log,
      ui: UI,
      trustProxy: trustedProxies,
      away: () => node?.away(),
      ...(publicUrl === undefined ? {} : { publicUrl })
    }
  )
  const stop = async (graceMs: number): Promise<void> => {
    workshop.close()
    await server.close()
    await scheduler.stop()
    await sweeper.stop()
    await tests.close()
    await Promise.all([engine.stop(graceMs), memory.stop(graceMs)])
    await leases.stop()
    await Promise.all([door.close(), stores.close(), sandbox.close(), native?.close()])
    draftPrograms.close()
    await database.close()
  }
  try {
    await leases.start()
    await engine.start()
    scheduler.start(node !== undefined && !(await node.leads()))
    sweeper.start()
    await listening(settings, () => server.listen({ port: settings.port, host: settings.host }))
    origin = publicUrl ?? urlOf(server, settings.host)
    const { signIn } = auth
    const setup = (await signIn.setupNeeded()) ? setupUrl(origin, await signIn.newSetupLink()) : undefined
    const url = urlOf(server, settings.host)
    return { url, setupUrl: setup, versions, title: node?.title, lost: lost.promise, stop }
  } catch (error) {
    await stop(0)
    throw error
  }
}

function nativeSteps(data: string, sandboxFolder: string): NativeSteps {
  return new NativeSteps(join(sandboxFolder, 'native'), resolve(data))
}

/** The operator's file, read now; what goes wrong with it later is logged, and what it said before stays. */
function storeFile({ stores: path, env }: ServerSettings, log: Logger): { file?: StoreFile } {
  if (path === undefined) return {}
  const onError = (error: Fault): void => log.error({ code: error.code }, error.message)
  return { file: new StoreFile({ path, env, kinds: STORE_KINDS, onError }) }
}

/** The address as it was bound: port 0 means any. */
function urlOf(server: ReturnType<typeof createServer>, host: string): string {
  const { port } = server.server.address() as AddressInfo
  return `http://${urlHost(host)}:${port}`
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** Which a node has said by then, once. */
function isAway(error: unknown): boolean {
  return error instanceof Fault && error.code === 'database_unavailable'
}

function healthOf(reason: string | undefined): Health {
  return { ready: reason === undefined, version: VERSION, ...(reason === undefined ? {} : { reason }) }
}
