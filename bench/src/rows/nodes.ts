/**
 * Bellhop on PostgreSQL: one node against a bare DBOS workflow of the same number of steps, in turns, with Bellhop embedded beside
 * them; then one, two and three nodes over one database. Everything, the database too, is on this machine, so that more nodes
 * share its processors.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../../e2e/services/postgres.ts'
import { deploy, oneCall, startBellhop } from '../bellhop.ts'
import { Generator } from '../load/generator.ts'
import type { Target } from '../load/order.ts'
import { BODY } from '../payload.ts'
import { childrenOf, processorTimeOf } from '../proc.ts'
import { Service } from '../service.ts'
import { median } from '../stats.ts'
import type { Stage } from '../stage.ts'
import { compare, CONNECTIONS, figuresOf, over, WARM_UP_REQUESTS, type Figures, type Ratios } from './side-by-side.ts'

const NODES = 3

export interface NodesFigures {
  figures: Figures[]
  /** Bellhop on DBOS over bare DBOS, and embedded, round by round. */
  ratios: Ratios[]
  /** So many nodes, 32 connections in all. */
  together: { nodes: number; perSecond: number; processor: number }[]
  /** Bytes that stay of a run, and that it writes to the log; its commits; and µs of the database server's processor. */
  cost: { stay: number; wal: number; commits: number; processor: number }
}

export async function nodes(stage: Stage): Promise<NodesFigures> {
  const { at, stop } = await startPostgres(['fsync=on'])
  const urlOf = (database: string): string => `postgres://${at.user}:${at.password}@${at.host}:${at.port}/${database}`
  const admin = new pg.Client({ connectionString: urlOf(at.database) })
  await admin.connect()
  try {
    await admin.query('create database bare')
    await admin.query('create database nodes')
    await admin.end()
    const server = Number(readFileSync(join(at.data, 'postmaster.pid'), 'utf8').split('\n')[0])
    return await measured(stage, { bare: urlOf('bare'), nodes: urlOf('nodes'), server })
  } finally {
    await stop()
  }
}

interface Databases {
  bare: string
  nodes: string
  /** The process that all of the server's are children of. */
  server: number
}

async function measured(stage: Stage, databases: Databases): Promise<NodesFigures> {
  const env = { BELLHOP_KEY: randomBytes(32).toString('base64'), BELLHOP_DATABASE_URL: databases.nodes }
  await using stack = new AsyncDisposableStack()
  const started: { service: Service; target: Target }[] = []
  for (let n = 0; n < NODES; n += 1) {
    const data = join(stage.directory, `node-${n}`)
    const service = stack.use(await startBellhop(data, env))
    started.push({ service, target: await deploy(service, data, oneCall('one-call', stage.vendor.url)) })
  }
  const data = join(stage.directory, 'beside-nodes')
  const embedded = stack.use(await startBellhop(data))
  const bare = stack.use(
    await Service.start(new URL('../floor/bare-dbos.ts', import.meta.url), [databases.bare, stage.vendor.url])
  )
  const [node] = started
  if (node === undefined) throw new Error('there is no node')
  const contenders = [
    { name: 'bare DBOS', service: bare, target: { url: `${bare.url}/`, headers: {}, body: BODY } },
    { name: 'Bellhop on DBOS', ...node },
    {
      name: 'Bellhop, embedded',
      service: embedded,
      target: await deploy(embedded, data, oneCall('one-call', stage.vendor.url))
    }
  ]
  for (const { target } of [...contenders, ...started]) {
    await stage.generator.run({ ...target, connections: 32, lastsMs: 0, requests: WARM_UP_REQUESTS / 4 })
  }
  const figures: Figures[] = []
  const ratios: Ratios[] = []
  for (const connections of CONNECTIONS) {
    const [floor = [], ...ours] = await compare(stage, contenders, connections)
    for (const [i, { name }] of contenders.entries()) {
      figures.push(figuresOf(name, connections, [floor, ...ours][i] ?? []))
      if (i > 0) ratios.push(over(name, connections, ours[i - 1] ?? [], floor))
    }
  }
  const together = []
  for (let n = 1; n <= NODES; n += 1) together.push(await beside(stage, started.slice(0, n)))
  return { figures, ratios, together, cost: await costOfRun(stage, databases, node.target) }
}

/** So many nodes at once, each with its share of 32 connections and a load generator of its own. */
async function beside(
  stage: Stage,
  some: readonly { service: Service; target: Target }[]
): Promise<NodesFigures['together'][number]> {
  await using stack = new AsyncDisposableStack()
  const loads = some.map(({ target }) => ({ target, generator: stack.use(new Generator()) }))
  const rates: number[] = []
  const costs: number[] = []
  for (let round = 0; round < stage.rounds; round += 1) {
    stage.say(`${some.length} nodes, round ${round + 1} of ${stage.rounds}`)
    const before = spent(some)
    const outcomes = await Promise.all(
      loads.map(({ target, generator }) =>
        generator.run({ ...target, connections: Math.round(32 / some.length), lastsMs: stage.roundMs })
      )
    )
    const requests = outcomes.reduce((sum, outcome) => sum + outcome.requests, 0)
    rates.push(outcomes.reduce((sum, outcome) => sum + outcome.perSecond, 0))
    costs.push((spent(some) - before) / requests)
  }
  return { nodes: some.length, perSecond: median(rates), processor: median(costs) }
}

function spent(some: readonly { service: Service }[]): number {
  return some.reduce((sum, { service }) => sum + (processorTimeOf(service.pid) ?? NaN), 0)
}

const MEASURED_RUNS = 1000

/** What stays of a run: DBOS's rows go a minute after its end, and others with it. */
const HISTORY = ['runs', 'events', 'steps'].map((table) => `pg_total_relation_size('bellhop.${table}')`).join(' + ')

/** What runs leave and take: by what their tables, the log and the processor's time grow. */
async function costOfRun(stage: Stage, { nodes, server }: Databases, target: Target): Promise<NodesFigures['cost']> {
  const client = new pg.Client({ connectionString: nodes })
  await client.connect()
  try {
    const before = await look(client, server)
    await stage.generator.run({ ...target, connections: 32, lastsMs: 0, requests: MEASURED_RUNS })
    const after = await look(client, server)
    const each = (figure: keyof NodesFigures['cost']): number => (after[figure] - before[figure]) / MEASURED_RUNS
    return { stay: each('stay'), wal: each('wal'), commits: each('commits'), processor: each('processor') }
  } finally {
    await client.end()
  }
}

async function look(client: pg.Client, server: number): Promise<NodesFigures['cost']> {
  await client.query('select pg_stat_clear_snapshot()')
  const { rows } = await client.query<Record<'stay' | 'wal' | 'commits', string>>(
    `select ${HISTORY} as stay, pg_current_wal_lsn() - '0/0' as wal,
      (select xact_commit from pg_stat_database where datname = current_database()) as commits`
  )
  const [row] = rows
  const processor = childrenOf(server).reduce((sum, pid) => sum + (processorTimeOf(pid) ?? 0), 0)
  return { stay: Number(row?.stay), wal: Number(row?.wal), commits: Number(row?.commits), processor }
}
