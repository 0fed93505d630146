/**
 * The floor and Bellhop, in turns within one run: what slows the machine down for a while slows both down. Each round
 * is compared with the one beside it, and the ratios are what counts.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { deploy, oneCall, startBellhop } from '../bellhop.ts'
import type { Way } from '../floor/commits.ts'
import type { Outcome, Target } from '../load/order.ts'
import { BODY } from '../payload.ts'
import { childrenOf, MemoryWatch, memoryOf, processorTimeOf, type Memory } from '../proc.ts'
import { Service } from '../service.ts'
import { median, ratiosOf, type Spread } from '../stats.ts'
import type { Stage } from '../stage.ts'

export const CONNECTIONS = [1, 32] as const
export const WARM_UP_REQUESTS = 4000
const TRIAL_MS = 1500

/** Medians over the rounds of one contender. */
export interface Figures {
  name: string
  connections: number
  perSecond: number
  p50: number
  p99: number
  /** Processor time of the server's process, in microseconds a request. */
  processor: number
  /** The same of the processes that it has started: those that run code. */
  children: number
}

/** Bellhop over the floor, round by round. */
export interface Ratios {
  name: string
  connections: number
  throughput: Spread
  p50: Spread
  p99: Spread
  processor: Spread
}

export interface SideBySide {
  way: Way
  /** Requests a second in the trial that chose the way. */
  trial: Record<Way, number>
  figures: Figures[]
  ratios: Ratios[]
  memory: { peak: number | undefined; after: Memory | undefined }
  /** The load generator's processor time as a share of a core, at most, and what it does with the vendor alone. */
  generator: { busy: number; alone: number }
}

interface Contender {
  name: string
  service: Service
  target: Target
}

interface Round {
  outcome: Outcome
  processor: number
  children: number
}

export async function sideBySide(stage: Stage): Promise<SideBySide> {
  const { way, trial } = await chooseFloor(stage)
  await using floor = await startFloor(stage, way, 'floor')
  const data = join(stage.directory, 'side-by-side')
  await using bellhop = await startBellhop(data)
  const target = await deploy(bellhop, data, oneCall('one-call', stage.vendor.url))
  const contenders: Contender[] = [
    { name: 'floor', service: floor, target: floorTarget(floor) },
    { name: 'Bellhop', service: bellhop, target },
    { name: 'Bellhop, `x-pd-nostore`', service: bellhop, target: { ...target, headers: { 'x-pd-nostore': '1' } } }
  ]
  for (const { target } of contenders) {
    await stage.generator.run({ ...target, connections: 32, lastsMs: 0, requests: WARM_UP_REQUESTS })
  }
  const figures: Figures[] = []
  const ratios: Ratios[] = []
  let peak: number | undefined
  let busy = 0
  for (const connections of CONNECTIONS) {
    using memory = new MemoryWatch(bellhop.pid)
    const rounds = await compare(stage, contenders, connections)
    if (connections === 32) peak = memory.peak
    busy = Math.max(busy, ...rounds.flat().map(({ outcome }) => outcome.busy))
    figures.push(...contenders.map(({ name }, i) => figuresOf(name, connections, rounds[i] ?? [])))
    ratios.push(
      ...contenders.slice(1).map(({ name }, i) => over(name, connections, rounds[i + 1] ?? [], rounds[0] ?? []))
    )
  }
  const after = memoryOf(bellhop.pid)
  return { way, trial, figures, ratios, memory: { peak, after }, generator: { busy, alone: await alone(stage) } }
}

/** Rounds by contender, one of each after the other. */
export async function compare(stage: Stage, contenders: readonly Contender[], connections: number): Promise<Round[][]> {
  const rounds: Round[][] = contenders.map(() => [])
  for (let i = 0; i < stage.rounds; i += 1) {
    stage.say(`${connections} connections, round ${i + 1} of ${stage.rounds}`)
    for (const [place, contender] of contenders.entries()) {
      rounds[place]?.push(await measure(stage, contender, connections))
    }
  }
  return rounds
}

export async function measure(
  stage: Stage,
  { service, target }: Omit<Contender, 'name'>,
  connections: number
): Promise<Round> {
  const childrenBefore = childrenTimes(service.pid)
  const before = processorTimeOf(service.pid) ?? NaN
  const outcome = await stage.generator.run({ ...target, connections, lastsMs: stage.roundMs })
  const processor = (processorTimeOf(service.pid) ?? NaN) - before
  let children = 0
  for (const [pid, time] of childrenTimes(service.pid)) children += time - (childrenBefore.get(pid) ?? 0)
  return { outcome, processor: processor / outcome.requests, children: children / outcome.requests }
}

/** Processor time of each process that the server has started, in microseconds. */
function childrenTimes(server: number): Map<number, number> {
  return new Map(childrenOf(server).map((pid) => [pid, processorTimeOf(pid) ?? 0]))
}

export function figuresOf(name: string, connections: number, rounds: readonly Round[]): Figures {
  return {
    name,
    connections,
    perSecond: median(rounds.map(({ outcome }) => outcome.perSecond)),
    p50: median(rounds.map(({ outcome }) => outcome.p50)),
    p99: median(rounds.map(({ outcome }) => outcome.p99)),
    processor: median(rounds.map(({ processor }) => processor)),
    children: median(rounds.map(({ children }) => children))
  }
}

export function over(name: string, connections: number, ours: readonly Round[], floor: readonly Round[]): Ratios {
  const ratio = (figure: (round: Round) => number): Spread => ratiosOf(ours.map(figure), floor.map(figure))
  return {
    name,
    connections,
    throughput: ratio(({ outcome }) => outcome.perSecond),
    p50: ratio(({ outcome }) => outcome.p50),
    p99: ratio(({ outcome }) => outcome.p99),
    processor: ratio(({ processor }) => processor)
  }
}

/** Both ways to commit, twice in turns under load: the faster one is the floor. */
async function chooseFloor(stage: Stage): Promise<{ way: Way; trial: Record<Way, number> }> {
  stage.say('choosing the floor’s way to commit')
  await using turn = await startFloor(stage, 'turn', 'trial-turn')
  await using thread = await startFloor(stage, 'thread', 'trial-thread')
  const trial = { turn: 0, thread: 0 }
  for (const warm of [false, true, true]) {
    for (const [way, service] of [
      ['turn', turn],
      ['thread', thread]
    ] as const) {
      const { perSecond } = await stage.generator.run({ ...floorTarget(service), connections: 32, lastsMs: TRIAL_MS })
      if (warm) trial[way] += perSecond / 2
    }
  }
  return { way: trial.turn > trial.thread ? 'turn' : 'thread', trial }
}

function startFloor(stage: Stage, way: Way, name: string): Promise<Service> {
  const folder = join(stage.directory, name)
  mkdirSync(folder)
  return Service.start(new URL('../floor/serve.ts', import.meta.url), [join(folder, 'floor.db'), stage.vendor.url, way])
}

function floorTarget(floor: Service): Target {
  return { url: `${floor.url}/`, headers: {}, body: BODY }
}

/** What the load generator and the vendor do without a server between them. */
async function alone(stage: Stage): Promise<number> {
  const headers = { authorization: 'Bearer of-the-load-generator' }
  const target = { url: `${stage.vendor.url}/v1/notes`, headers, body: BODY }
  return (await stage.generator.run({ ...target, connections: 32, lastsMs: TRIAL_MS })).perSecond
}
