/** From the start of the process to its `listening` line, and what it holds in memory when nothing happens. */
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { deploy, oneCall, startBellhop } from '../bellhop.ts'
import { memoryOf, type Memory } from '../proc.ts'
import { spreadOf, type Spread } from '../stats.ts'
import type { Stage } from '../stage.ts'

const STARTS = 5
const IDLE_MS = 3000

export interface StartUp {
  /** Milliseconds, each with an empty data directory. */
  warm: Spread
  /** The same without Node's compile cache: as the first start after an installation, or on a read-only one. */
  cold: Spread
  idle: Memory | undefined
}

export async function startUp(stage: Stage): Promise<StartUp> {
  stage.say('starting')
  await timed(stage, 'fill-cache', {})
  const warm: number[] = []
  const cold: number[] = []
  for (let i = 0; i < STARTS; i += 1) {
    warm.push(await timed(stage, `warm-${i}`, {}))
    cold.push(await timed(stage, `cold-${i}`, { NODE_DISABLE_COMPILE_CACHE: '1' }))
  }
  return { warm: spreadOf(warm), cold: spreadOf(cold), idle: await idleMemory(stage) }
}

async function timed(stage: Stage, name: string, env: Record<string, string>): Promise<number> {
  await using server = await startBellhop(join(stage.directory, name), env)
  return server.startedInMs
}

async function idleMemory(stage: Stage): Promise<Memory | undefined> {
  const data = join(stage.directory, 'idle')
  await using server = await startBellhop(data)
  await deploy(server, data, oneCall('one-call', stage.vendor.url))
  await pause(IDLE_MS)
  return memoryOf(server.pid)
}
