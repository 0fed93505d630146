/** What is done to nodes, to the network and to the database: planned ahead from a seed, and carried out one after the other. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../../crash/random.ts'
import type { Shutdown } from '../../services/postgres.ts'
import type { Node } from '../world/node.ts'
import type { World } from '../world/world.ts'
import { recipes } from './workflows.ts'

/** `ms` is how long it lasts: of a kill, until the process is started again. */
export type Fault =
  | { kind: 'kill' | 'freeze' | 'reset'; node: number; ms: number }
  | { kind: 'cut'; node: number; ms: number; after: 'reset' | 'dead' }
  | { kind: 'slow'; node: number; ms: number; delayMs: number }
  | { kind: 'restart'; how: Shutdown; ms: number }

export interface Planned {
  fault: Fault
  /** After the one before it began, in milliseconds. */
  afterMs: number
}

/** A fault as it was. */
export interface Happened {
  fault: Fault
  /** Unix milliseconds. */
  from: number
  to: number
  /** Runs that the node had when it was killed. */
  held: readonly string[]
}

const KINDS: readonly { kind: Fault['kind']; weight: number }[] = [
  { kind: 'kill', weight: 5 },
  { kind: 'freeze', weight: 5 },
  { kind: 'cut', weight: 4 },
  { kind: 'slow', weight: 2 },
  { kind: 'reset', weight: 2 },
  { kind: 'restart', weight: 2 }
]

const AWAKE = recipes.filter(({ naps }) => !naps)

export function planFaults(random: Random, count: number, nodes: number): Planned[] {
  return Array.from({ length: count }, () => ({
    fault: planFault(random, random.between(0, nodes - 1)),
    afterMs: random.between(300, 1_700)
  }))
}

function planFault(random: Random, node: number): Fault {
  const { kind } = random.pick(KINDS)
  // A lease lasts six seconds: half of what lasts is over before, half after it.
  const ms = random.chance(0.5) ? random.between(200, 5_000) : random.between(5_000, 11_000)
  switch (kind) {
    case 'kill':
      return { kind, node, ms: random.between(0, 3_000) }
    case 'reset':
      return { kind, node, ms: 0 }
    case 'cut':
      return { kind, node, ms, after: random.chance(0.5) ? 'reset' : 'dead' }
    case 'slow':
      return { kind, node, ms, delayMs: random.between(50, 900) }
    case 'restart':
      return { kind, how: random.chance(0.5) ? 'fast' : 'immediate', ms: random.between(0, 2_000) }
    default:
      return { kind, node, ms }
  }
}

/** Carries a plan out. A node is in one trouble at a time, and the database too: what finds it in another waits for its end. */
export class Misfortune {
  readonly happened: Happened[] = []
  readonly #world: World
  readonly #busy = new Map<string, Promise<void>>()

  constructor(world: World) {
    this.#world = world
  }

  /** Resolves when all is over, and every node listens. */
  async strike(plan: readonly Planned[]): Promise<void> {
    for (const { fault, afterMs } of plan) {
      await pause(afterMs)
      const place = fault.kind === 'restart' ? 'database' : `node ${fault.node}`
      await this.#busy.get(place)
      const over = this.#carryOut(fault)
      this.#busy.set(place, over)
      over.catch(() => {})
    }
    await Promise.all(this.#busy.values())
  }

  async #carryOut(fault: Fault): Promise<void> {
    const happening = { fault, from: Date.now(), to: Infinity, held: [] as readonly string[] }
    this.happened.push(happening)
    if (fault.kind === 'restart') await this.#world.postgres.restart(fault.how, fault.ms)
    else happening.held = await this.#trouble(fault, this.#nodeOf(fault.node))
    happening.to = Date.now()
  }

  /** The runs that a killed node had. */
  async #trouble(fault: Exclude<Fault, { kind: 'restart' }>, node: Node): Promise<readonly string[]> {
    switch (fault.kind) {
      case 'kill': {
        const held = await this.kill(node, fault.ms)
        await this.#back(node)
        return held
      }
      case 'freeze':
        node.freeze()
        await pause(fault.ms)
        node.thaw()
        return []
      case 'cut':
        node.proxy.turn({ kind: 'silent' })
        await pause(fault.ms)
        node.proxy.turn({ kind: 'pass' }, fault.after)
        return []
      case 'slow':
        node.proxy.turn({ kind: 'slow', ms: fault.delayMs })
        await pause(fault.ms)
        node.proxy.turn({ kind: 'pass' })
        return []
      case 'reset':
        node.proxy.reset()
        return []
    }
  }

  /** Kills a node. The runs that it had in memory. */
  async kill(node: Node, downMs: number): Promise<readonly string[]> {
    const slot = slotOf(node)
    await node.kill(downMs)
    return this.#heldBy(slot)
  }

  /** The same, once it has at least so many that wait for nothing. */
  async killBusy(node: Node, downMs: number, least: number): Promise<readonly string[]> {
    while ((await this.#heldBy(slotOf(node), AWAKE)).length < least) await pause(20)
    return this.kill(node, downMs)
  }

  async #heldBy(slot: number, workflows = recipes): Promise<readonly string[]> {
    const rows = await this.#world.ask<{ uuid: string }>(
      `select runs.uuid from bellhop.unfinished join bellhop.runs on runs.id = unfinished.run
        join bellhop.workflows on workflows.id = runs.workflow_id
        where boot = (select id from bellhop.nodes where slot = $1 and gone_at is null) and workflows.name = any($2)`,
      [slot, workflows.map(({ name }) => name)]
    )
    return rows.map(({ uuid }) => uuid)
  }

  /** Until it listens, or its present life has come to an end by itself: others find it then. */
  async #back(node: Node): Promise<void> {
    const before = node.codes.length
    for (let waited = 0; waited < 20_000; waited += 50) {
      await pause(50)
      if (/^listening /m.test(node.server.output) || node.codes.length > before) return
    }
  }

  #nodeOf(index: number): Node {
    const node = this.#world.nodes[index]
    if (node === undefined) throw new Error(`there is no node ${index}`)
    return node
  }
}

/** Its place among the nodes, as it says itself; none where it has not joined. */
function slotOf({ server }: Node): number {
  return Number(/^node (\d+) of/m.exec(server.output)?.[1] ?? 0) - 1
}
