/** A start with 100,000 runs that wait, each with a credential at hand: how long it takes, and what it holds in memory. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deploy, oneWait, startBellhop } from '../bellhop.ts'
import { multiplyRun } from '../history.ts'
import { memoryOf, type Memory } from '../proc.ts'
import { spreadOf, type Spread } from '../stats.ts'
import type { Stage } from '../stage.ts'

export const WAITING = 100_000
const STARTS = 3
const SETTLE_MS = 2000

export interface RecoveryFigures {
  /** Milliseconds to the `listening` line. */
  startUp: Spread
  memory: Memory | undefined
}

export async function recovery(stage: Stage): Promise<RecoveryFigures> {
  stage.say(`filling a data directory with ${WAITING.toLocaleString('en')} waiting runs`)
  const data = join(stage.directory, 'waiting')
  {
    await using server = await startBellhop(data)
    const target = await deploy(server, data, oneWait('one-wait', stage.vendor.url))
    await stage.generator.run({ ...target, connections: 1, lastsMs: 0, requests: 1 })
  }
  multiplyRun(data, WAITING)
  const times: number[] = []
  let memory: Memory | undefined
  for (let i = 0; i < STARTS; i += 1) {
    await using server = await startBellhop(data)
    times.push(server.startedInMs)
    await pause(SETTLE_MS)
    memory = memoryOf(server.pid)
  }
  return { startUp: spreadOf(times), memory }
}
