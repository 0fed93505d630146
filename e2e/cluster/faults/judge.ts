/** What a campaign has to have shown, from what is in the database, in the Vault, and what the vendor saw. */
import type { Call } from '@bellhop/examples/vendor'
import type { World } from '../world/world.ts'
import type { Happened } from './faults.ts'
import type { Acknowledged } from './load.ts'
import { TOKEN_MARK } from './workflows.ts'

/** A step's checkpoint. */
export interface Checkpoint {
  uuid: string
  /** As the vendor knows it: `a`, or `x.user-3` of an item. */
  step: string
  /** Unix milliseconds, by PostgreSQL's own record of the commit. */
  at: number
}

export interface Evidence {
  acknowledged: readonly Acknowledged[]
  happened: readonly Happened[]
  calls: readonly Call[]
  /** Run → its status in the end. */
  statuses: ReadonlyMap<string, string>
  /** Run → what is known of an end that is no success. */
  endings: ReadonlyMap<string, string>
  checkpoints: readonly Checkpoint[]
  /** What should have become nothing: its name → how much is left. */
  left: ReadonlyMap<string, number>
  /** Tables in which a secret can be read. */
  readable: readonly string[]
  /** Answers that nobody should get. */
  strange: readonly string[]
}

const FINAL = new Set(['succeeded', 'failed', 'cancelled', 'timed_out', 'ended_early', 'crashed'])
/** A request that was on its way when its node froze arrives when it goes on. */
const ON_ITS_WAY_MS = 1_000

/** Nothing that runs and nothing that is held: what has to be so in the end. */
export async function leftovers(world: World): Promise<Map<string, number>> {
  const count = async (table: string, where = 'true'): Promise<[string, number]> => {
    const rows = await world.ask<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`)
    return [table, rows[0]?.n ?? -1]
  }
  return new Map([
    await count('bellhop.unfinished'),
    await count('bellhop.keyring'),
    await count('bellhop.leases'),
    await count('dbos.workflow_status', `status in ('PENDING', 'ENQUEUED', 'DELAYED')`),
    ['leases of the Vault', world.vault.tokens.leases().length]
  ])
}

export async function statusesOf(world: World): Promise<Map<string, string>> {
  const rows = await world.ask<{ uuid: string; status: string }>('select uuid, status from bellhop.runs')
  return new Map(rows.map(({ uuid, status }) => [uuid, status]))
}

export async function endingsOf(world: World): Promise<Map<string, string>> {
  const rows = await world.ask<{ uuid: string; ending: string }>(
    `select uuid, ending from bellhop.runs where status <> 'succeeded' and ending is not null`
  )
  return new Map(rows.map(({ uuid, ending }) => [uuid, ending]))
}

/** A row that was written again since says the later time, which proves less, and nothing that is not so. */
export async function checkpointsOf(world: World): Promise<Checkpoint[]> {
  const rows = await world.ask<{ uuid: string; name: string; lane: string; at: number }>(
    `select runs.uuid, steps.name, steps.lane,
        (extract(epoch from pg_xact_commit_timestamp(steps.xmin)) * 1000)::float8 as at
      from bellhop.steps join bellhop.runs on runs.id = steps.run`
  )
  return rows.map(({ uuid, name, lane, at }) => ({
    uuid,
    at,
    step: lane === '' ? name : `${name}.user-${itemOf(lane)}`
  }))
}

/** An item's journal is named after its place: `2.3` is the item 3 of the step 2. */
function itemOf(lane: string): string {
  return lane.split('.').at(-1) ?? ''
}

/** Tables of both schemas in which one of these texts stands. */
export async function readableIn(world: World, texts: readonly string[]): Promise<string[]> {
  const tables = await world.ask<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('bellhop', 'dbos')`
  )
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await world.ask<{ n: number }>(
      `select count(*)::int as n from ${name} as t where exists (select from unnest($1::text[]) as s where strpos(t::text, s) > 0)`,
      [[...texts]]
    )
    if (rows[0]?.n !== 0) found.push(`${name} (${rows[0]?.n ?? '?'} rows)`)
  }
  return found
}

/** The secrets that were about, as far as they are alike. */
export function secretsOf(world: World): string[] {
  return [TOKEN_MARK, 'made-password-', world.vaultToken]
}

/** Each violation in a line. */
export function judge(evidence: Evidence): string[] {
  const { left, readable, strange } = evidence
  return [
    ...unended(evidence),
    ...unserved(evidence),
    ...repeats(evidence).map(({ said }) => said),
    ...[...left].filter(([, n]) => n > 0).map(([what, n]) => `left behind: ${n} of ${what}`),
    ...readable.map((table) => `a secret can be read in ${table}`),
    ...strange.map((answer) => `strange answer: ${answer}`)
  ]
}

/** I2: every run that somebody was promised has ended, and as its workflow does. */
function unended({ acknowledged, statuses, endings }: Evidence): string[] {
  return acknowledged.flatMap(({ run, recipe }) => {
    const status = statuses.get(run) ?? 'unknown'
    if (!FINAL.has(status)) return [`run ${run} (${recipe.name}) was acknowledged and is ${status}`]
    return status === 'succeeded' ? [] : [`run ${run} (${recipe.name}) ended as ${status}: ${endings.get(run) ?? ''}`]
  })
}

/** A run that ended well has made each of its calls, and each under one key. */
function unserved({ acknowledged, statuses, calls }: Evidence): string[] {
  const served = Map.groupBy(calls, ({ run, step }) => `${run} ${step}`)
  return acknowledged.flatMap(({ run, recipe }) => {
    if (statuses.get(run) !== 'succeeded') return []
    return recipe.calls.flatMap((step) => {
      const keys = new Set(served.get(`${run} ${step}`)?.map(({ key }) => key))
      return keys.size === 1 ? [] : [`run ${run} (${recipe.name}): ${step} was called under ${keys.size} keys`]
    })
  })
}

/** I3: calls that began after their step's checkpoint was committed, but for those that a thaw let go on. */
export function repeats(evidence: Evidence): { call: Call; said: string }[] {
  return late(evidence).filter(({ excused }) => !excused)
}

/** Late calls that were on their way when their node froze. */
export function excused(evidence: Evidence): number {
  return late(evidence).filter((each) => each.excused).length
}

function late({ checkpoints, calls, happened }: Evidence): { call: Call; said: string; excused: boolean }[] {
  const committed = new Map(checkpoints.map(({ uuid, step, at }) => [`${uuid} ${step}`, at]))
  const thaws = happened.filter(({ fault }) => fault.kind === 'freeze').map(({ to }) => to)
  return calls.flatMap((call) => {
    const at = committed.get(`${call.run} ${call.step}`)
    const { at: began } = call.started
    if (at === undefined || began <= at) return []
    const wasOnItsWay = thaws.some((thaw) => began >= thaw - 50 && began < thaw + ON_ITS_WAY_MS)
    const said = `run ${call.run}: ${call.step} was called ${Math.round(began - at)} ms after its checkpoint`
    return [{ call, said, excused: wasOnItsWay }]
  })
}

/** Milliseconds from a node's death to the next thing that each of its runs did that was awake, sorted. */
export function takeOvers({ acknowledged, happened, calls, checkpoints }: Evidence): number[] {
  const napping = new Set(acknowledged.filter(({ recipe }) => recipe.naps).map(({ run }) => run))
  const signs = new Map<string, number[]>()
  const sign = (run: string | null, at: number): void => {
    if (run !== null) signs.set(run, [...(signs.get(run) ?? []), at])
  }
  for (const { run, started } of calls) sign(run, started.at)
  for (const { uuid, at } of checkpoints) sign(uuid, at)
  return happened
    .flatMap(({ fault, from, held }) => {
      if (fault.kind !== 'kill') return []
      const awake = held.filter((run) => !napping.has(run))
      return awake.map((run) => Math.min(...(signs.get(run) ?? []).filter((at) => at > from)) - from)
    })
    .filter((ms) => Number.isFinite(ms))
    .toSorted((a, b) => a - b)
}
