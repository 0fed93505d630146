/** What the doctor sees of a database that nodes share. */
import { Fault } from '@bellhop/sdk'
import type { Client } from 'pg'
import { givenKey, isCheckOf } from '../../secrets/keys.ts'
import { makeClient, SCHEMA } from '../../storage/postgres/connections.ts'
import { explain } from '../../storage/postgres/explain.ts'
import { refuseHalfMoved } from '../../storage/postgres/half-moved.ts'
import { look } from '../../storage/postgres/opening.ts'
import { NODE_CONNECTIONS } from '../connections.ts'
import type { Finding } from './finding.ts'

const LOOKS = 5

/** @param env BELLHOP_KEY is read from here, and compared with what the nodes keep of theirs */
export async function database(url: string, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  let client: Client
  try {
    client = makeClient(url)
  } catch (error) {
    return [problem(error)]
  }
  // An error of the connection comes with whatever is waited for.
  client.on('error', () => undefined)
  const findings: Finding[] = []
  try {
    await client.connect()
    findings.push(await server(client))
    // What a node would be refused with.
    await look(client)
    if (!(await isOurs(client)))
      return [...findings, { level: 'know', text: 'no node has started on this database yet' }]
    await refuseHalfMoved(client)
    return [...findings, ...(await nodes(client)), await connections(client), await key(client, env)]
  } catch (error) {
    return [...findings, problem(error instanceof Fault ? error : explain(error, client))]
  } finally {
    await client.end().catch(() => undefined)
  }
}

function problem(error: unknown): Finding {
  const { message, hint = '' } =
    error instanceof Fault ? error : new Fault('database', 'the database cannot be looked at')
  return { level: 'problem', text: `${message} ${hint}`.trim() }
}

async function server(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version")
  const times: number[] = []
  for (let i = 0; i < LOOKS; i++) {
    const from = performance.now()
    await client.query('select 1')
    times.push(performance.now() - from)
  }
  const ms = times.toSorted((one, other) => one - other)[LOOKS >> 1] ?? 0
  const text = `PostgreSQL ${rows[0]?.version ?? '?'} answers in ${ms.toFixed(1)} ms`
  // A step commits once or twice: a database this far away sets the pace of every run.
  return ms < 5 ? { level: 'ok', text } : { level: 'know', text: `${text}, and every step waits for it at least twice` }
}

async function isOurs(client: Client): Promise<boolean> {
  const { rowCount } = await client.query('select 1 from pg_tables where schemaname = $1 and tablename = $2', [
    SCHEMA,
    'nodes'
  ])
  return rowCount === 1
}

interface NodeRow {
  slot: number
  name: string
  version: string
  ago: number
  left: number
}

async function nodes(client: Client): Promise<Finding[]> {
  const { rows } = await client.query<NodeRow>(
    `select slot::int, name, version, ((now - renewed_at) / 1000)::float as ago, ((expires_at - now) / 1000)::float as left
      from ${SCHEMA}.nodes, (select (extract(epoch from clock_timestamp()) * 1000) as now) as clock
      where gone_at is null order by slot`
  )
  if (rows.length === 0) return [{ level: 'know', text: 'no node is there' }]
  return rows.map(({ slot, name, version, ago, left }) => {
    const node = `node ${slot + 1} on ${name}, Bellhop ${version}`
    if (left > 0)
      return { level: 'ok', text: `${node}: seen ${ago.toFixed(1)} s ago, its lease lasts ${left.toFixed(1)} s` }
    return {
      level: 'problem',
      text: `${node}: not seen for ${ago.toFixed(0)} s, and no other node takes its runs over`
    }
  })
}

async function connections(client: Client): Promise<Finding> {
  const { rows } = await client.query<{ most: number; used: number; nodes: number }>(
    `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
      (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as used,
      (select count(*) from ${SCHEMA}.nodes where gone_at is null)::int as nodes`
  )
  const { most = 0, used = 0, nodes: there = 0 } = rows[0] ?? {}
  const need = there * NODE_CONNECTIONS
  const text = `the server takes ${most} connections and has ${used}; ${there} nodes use up to ${need} (${NODE_CONNECTIONS} each)`
  return need <= most
    ? { level: 'ok', text }
    : { level: 'problem', text: `${text}: raise its max_connections, or use fewer nodes` }
}

async function key(client: Client, env: NodeJS.ProcessEnv): Promise<Finding> {
  const master = givenKey(env)
  if (master === undefined) return { level: 'know', text: 'BELLHOP_KEY is not set here, and so was not compared' }
  const { rows } = await client.query<{ value: string }>(`select value from ${SCHEMA}.meta where key = 'key_check'`)
  const kept = rows[0]?.value
  if (kept !== undefined && isCheckOf(master, Buffer.from(kept, 'base64')))
    return { level: 'ok', text: 'BELLHOP_KEY is the key of this database’s nodes' }
  return { level: 'problem', text: 'BELLHOP_KEY is not the key of this database’s nodes: take the one that they have' }
}
