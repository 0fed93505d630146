/** One campaign: load, kills, peace, and the evidence of it all. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { FINAL, type Evidence, type Killed } from './evidence/evidence.ts'
import { listRuns } from './evidence/history.ts'
import { anyIn, inspect } from './evidence/inspector.ts'
import { killAtEach } from './killing/killer.ts'
import { planMoments, type Moment } from './killing/moments.ts'
import { Load } from './load/clients.ts'
import { startClock, stopClock } from './load/clock.ts'
import { Ledger } from './load/ledger.ts'
import { marks } from './load/marks.ts'
import { definitionOf, recipes } from './load/recipes.ts'
import { Random } from './random.ts'
import { Stage, type StageSettings } from './stage.ts'

export interface CampaignSettings extends StageSettings {
  seed: number
  kills: number
  clients: number
  /** How long runs may take to end once the kills are over. */
  patienceMs: number
  /** Instead of the moments that the seed plans. */
  moments?: readonly Moment[]
  /** The names of the recipes that clients choose from. Default: all. */
  only?: readonly string[]
  /** Does harm to the data directory after the kill of this number, for suites that prove that harm is seen. */
  harm?: (data: string, kill: number) => void
}

/** Of so many sealed secrets that were seen after kills it is asked whether they are gone. */
const SEALED_SAMPLE = 2_000

export async function campaign(settings: CampaignSettings): Promise<Evidence> {
  const stage = await Stage.open(settings)
  try {
    return await play(stage, settings)
  } finally {
    await stage.close()
  }
}

async function play(stage: Stage, settings: CampaignSettings): Promise<Evidence> {
  const random = new Random(settings.seed)
  const ledger = new Ledger()
  await startClock(stage)
  const load = new Load({
    stage,
    ledger,
    addresses: await deploy(stage),
    recipes: recipes.filter(({ name }) => settings.only?.includes(name) ?? true),
    random: random.fork(),
    clients: settings.clients
  })
  const kills: Killed[] = []
  const moments = settings.moments ?? planMoments(random.fork(), settings.kills, stage.startMs)
  await killAtEach(moments, {
    stage,
    ledger,
    inspect: async () => {
      const at = Date.now()
      const disk = await inspect(stage.data, stage.scratch)
      // Counted last: whatever the dead process had sent has been read by now.
      kills.push({ ...disk, at, seen: stage.vendor.total })
      settings.harm?.(stage.data, kills.length)
    }
  })
  await load.stop()
  await stopClock(stage)
  const drained = await drain(stage, settings.patienceMs)
  const sealedLeft = await sealedIsLeft(stage, kills)
  await stage.server.stop()
  return {
    requests: ledger.requests,
    sights: ledger.sights,
    strange: ledger.strange,
    calls: stage.vendor.calls,
    kills,
    drained,
    end: await inspect(stage.data, stage.scratch, true),
    printed: marks.filter(({ bytes }) => Buffer.from(stage.output).includes(bytes)).map(({ name }) => name),
    sealedLeft
  }
}

async function deploy(stage: Stage): Promise<Map<string, string>> {
  const addresses = new Map<string, string>()
  for (const recipe of recipes) {
    const definition = JSON.stringify(definitionOf(recipe, stage.vendor.url))
    addresses.set(recipe.name, await stage.server.deploy(recipe.name, definition))
  }
  return addresses
}

/** Waits until every run has ended, at most so long. */
async function drain(stage: Stage, patienceMs: number): Promise<Evidence['drained']> {
  const began = performance.now()
  for (;;) {
    const statuses = await listRuns(stage.server)
    const afterMs = Math.round(performance.now() - began)
    if (afterMs > patienceMs || [...statuses.values()].every((status) => FINAL.has(status))) {
      return { afterMs, statuses }
    }
    await pause(200)
  }
}

/** Once idle, the WAL is cut to nothing within seconds (I5); then no sealed byte is anywhere. */
async function sealedIsLeft(stage: Stage, kills: readonly Killed[]): Promise<boolean> {
  const pieces = kills.flatMap(({ sealed }) => sealed).slice(0, SEALED_SAMPLE)
  for (let tries = 0; tries < 100; tries++) {
    const wal = await stat(join(stage.data, 'bellhop.db-wal'))
    if (wal.size === 0) break
    await pause(100)
  }
  return anyIn(stage.data, pieces)
}
