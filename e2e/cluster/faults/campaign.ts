/** One campaign: load, faults, one death in peace, and the evidence of it all. */
import { setTimeout as pause } from 'node:timers/promises'
import { Random } from '../../crash/random.ts'
import type { Node } from '../world/node.ts'
import { openWorld, type World } from '../world/world.ts'
import { Misfortune, planFaults, type Happened } from './faults.ts'
import { checkpointsOf, endingsOf, leftovers, readableIn, secretsOf, statusesOf, type Evidence } from './judge.ts'
import { Load } from './load.ts'
import { definitionOf, recipes, STORE } from './workflows.ts'

export interface CampaignSettings {
  seed: number
  faults: number
  /** How long everything may take to settle once the faults are over, in milliseconds. */
  patienceMs: number
}

export interface Played {
  evidence: Evidence
  /** The last death, with which nothing else interfered. */
  peaceful: Happened
  settledMs: number
  refused: ReadonlyMap<number, number>
  /** With what lives of nodes ended. */
  codes: readonly (number | null)[]
  outputs: string
  /** Of runs that have not ended: their rows, for whoever has to find out why. */
  remains: readonly object[]
}

const NODES = 3
const CLIENTS = 8
/** Until the death in peace, in milliseconds. */
const CALM_MS = 8_000
/** So long after it the load ends. */
const TAKEN_OVER_MS = 10_000
/** Runs that the node has when it dies, at least, besides those that wait. */
const BUSY = 3
const FOREVER_MS = 3_600_000

export async function campaign(settings: CampaignSettings): Promise<Played> {
  const world = await openWorld(NODES)
  try {
    return await play(world, settings)
  } finally {
    for (const node of world.nodes) node.thaw()
    await world.close()
  }
}

async function play(world: World, { seed, faults, patienceMs }: CampaignSettings): Promise<Played> {
  const random = new Random(seed)
  const paths = await setUp(world)
  const load = new Load({ world, paths, random: random.fork(), clients: CLIENTS })
  const misfortune = new Misfortune(world)
  await misfortune.strike(planFaults(random.fork(), faults, NODES))
  await everyNodeListens(world)
  await pause(CALM_MS)
  const peaceful = await dieInPeace(world, misfortune)
  await load.stop()
  const settledMs = await settle(world, patienceMs)
  const evidence: Evidence = {
    acknowledged: load.acknowledged,
    happened: misfortune.happened,
    calls: world.vendor.calls,
    statuses: await statusesOf(world),
    endings: await endingsOf(world),
    checkpoints: await checkpointsOf(world),
    left: await leftovers(world),
    readable: await readableIn(world, secretsOf(world)),
    strange: load.strange
  }
  const codes = world.nodes.flatMap((node) => node.codes)
  const outputs = world.nodes.map(({ name, output }) => `${name}\n${output}`).join('\n')
  return { evidence, peaceful, settledMs, refused: load.refused, codes, outputs, remains: await remainsIn(world) }
}

async function setUp(world: World): Promise<Map<string, string>> {
  const { server } = firstOf(world)
  const config = { address: world.vault.url, auth: { token: world.vaultToken } }
  await persistently(async () => {
    const added = await server.api('PUT', `/stores/${STORE}`, { kind: 'vault', config })
    if (added.status !== 204) throw new Error(`adding the store: ${JSON.stringify(added.body)}`)
  })
  const paths = new Map<string, string>()
  for (const recipe of recipes) {
    const definition = JSON.stringify(definitionOf(recipe, world.vendor.url))
    const url = await persistently(() => server.deploy(recipe.name, definition))
    paths.set(recipe.name, new URL(url).pathname)
  }
  return paths
}

/** On a machine that is busy a database may not answer in time, and says so. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === 10) throw error
      await pause(1_000)
    }
  }
}

/** A node that does not come back: the others do all that is left to be done. */
async function dieInPeace(world: World, misfortune: Misfortune): Promise<Happened> {
  const held = await misfortune.killBusy(firstOf(world), FOREVER_MS, BUSY)
  const from = Date.now()
  await pause(TAKEN_OVER_MS)
  return { fault: { kind: 'kill', node: 0, ms: FOREVER_MS }, from, to: Date.now(), held }
}

function firstOf({ nodes }: World): Node {
  const [node] = nodes
  if (node === undefined) throw new Error('there are no nodes')
  return node
}

/** Each of them, at the same look. */
async function everyNodeListens({ nodes }: World): Promise<void> {
  for (let looks = 0; looks < 600; looks++) {
    const answers = await Promise.all(
      nodes.map(({ url }) =>
        fetch(`${url}/api/v1/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
      )
    )
    if (answers.every((answer) => answer?.status === 200)) return
    await pause(100)
  }
  throw new Error(`nodes do not come back:\n${nodes.map(({ output }) => output.slice(-2_000)).join('\n---\n')}`)
}

/** Milliseconds until nothing is left, at most so many. */
async function settle(world: World, patienceMs: number): Promise<number> {
  const began = performance.now()
  for (;;) {
    const left = await leftovers(world)
    const ms = Math.round(performance.now() - began)
    if (ms > patienceMs || [...left.values()].every((n) => n === 0)) return ms
    await pause(200)
  }
}

async function remainsIn(world: World): Promise<object[]> {
  const runs = await world.ask(
    'select unfinished.*, uuid, status from bellhop.unfinished join bellhop.runs on id = run'
  )
  const lives = await world.ask(
    `select workflow_uuid, status, executor_id, queue_name, created_at, updated_at from dbos.workflow_status
      where status in ('PENDING', 'ENQUEUED', 'DELAYED')
        or exists (select from bellhop.runs join bellhop.unfinished on run = id where starts_with(workflow_uuid, uuid))`
  )
  return [
    ...runs,
    ...lives,
    ...(await world.ask('select * from bellhop.nodes')),
    ...(await world.ask('select * from bellhop.waits'))
  ].slice(0, 60)
}
