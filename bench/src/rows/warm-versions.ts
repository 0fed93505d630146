/** What warm versions hold in memory: so many workflows of one server, each with a process that has served one run. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deploy, startBellhop } from '../bellhop.ts'
import { fetchingCode } from '../code-steps.ts'
import type { Target } from '../load/order.ts'
import { childrenOf, memoryOf, type Memory } from '../proc.ts'
import type { Service } from '../service.ts'
import type { Stage } from '../stage.ts'

const COUNTS = [0, 1, 10, 50]
const SETTLE_MS = 2000

export interface WarmVersions {
  versions: number
  /** Of the sandbox, with the programs that isolate them. */
  processes: number
  server: Memory | undefined
  /** All of the sandbox's processes together. */
  sandbox: Memory | undefined
}

export async function warmVersions(stage: Stage): Promise<WarmVersions[]> {
  const data = join(stage.directory, 'warm-versions')
  const targets = await deployAll(stage, data)
  // A server that has built nothing: what that took is not what versions take.
  await using server = await startBellhop(data)
  const figures: WarmVersions[] = []
  let warm = 0
  for (const versions of COUNTS) {
    stage.say(`${versions} warm versions`)
    for (; warm < versions; warm += 1) await callOnce(stage, server, targets[warm])
    await pause(SETTLE_MS)
    figures.push(figuresOf(server, versions))
  }
  return figures
}

async function deployAll(stage: Stage, data: string): Promise<Target[]> {
  await using server = await startBellhop(data)
  const targets: Target[] = []
  for (let i = 0; i < (COUNTS.at(-1) ?? 0); i += 1) {
    targets.push(await deploy(server, data, fetchingCode(`version-${i}`, stage.vendor.url)))
  }
  return targets
}

async function callOnce(stage: Stage, server: Service, target: Target | undefined): Promise<void> {
  if (target === undefined) throw new Error('fewer versions were deployed than are to be warm')
  // The endpoint stays; the port is another.
  const url = `${server.url}${new URL(target.url).pathname}`
  await stage.generator.run({ ...target, url, connections: 1, lastsMs: 0, requests: 1 })
}

function figuresOf(server: Service, versions: number): WarmVersions {
  const children = childrenOf(server.pid)
  return { versions, processes: children.length, server: memoryOf(server.pid), sandbox: together(children) }
}

/** Undefined where one of them cannot be looked at. */
function together(pids: readonly number[]): Memory | undefined {
  const sum: Memory = { rss: 0, pss: 0, own: 0 }
  for (const pid of pids) {
    const memory = memoryOf(pid)
    if (memory === undefined) return undefined
    sum.rss += memory.rss
    sum.pss += memory.pss
    sum.own += memory.own
  }
  return sum
}
