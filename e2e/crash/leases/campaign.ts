/** One campaign: runs that hold something of a Vault, kills in chosen moments, and the evidence of it all. */
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from '@bellhop/examples/vendor'
import { eventually, post } from '../../support/world.ts'
import { FINAL } from '../evidence/evidence.ts'
import { inspect } from '../evidence/inspector.ts'
import { Stage, type StageSettings } from '../stage.ts'
import { Gate, type MadeSecret } from './gate.ts'
import { arm, comesAgain, shapesOf, type Moment } from './moments.ts'
import type { LivingToken, Source } from './source.ts'
import { tracesIn, tracesInText } from './traces.ts'
import { definitionOf, SHAPES, STORE, type Shape } from './workflows.ts'

export interface CampaignSettings extends StageSettings {
  moments: readonly Moment[]
  /** How long what is held may take to go back, and runs to end, once the kills are over. */
  patienceMs: number
  /** Does harm to the data directory after each kill, for suites that prove that harm is seen. */
  harm?: (data: string, made: readonly MadeSecret[]) => void
}

/** The data directory after a kill, before anything else touched it. */
export interface Killed {
  moment: Moment
  /** Each run's status, and the finished steps of those that go on, as `<run> <step>`. */
  runs: ReadonlyMap<string, string>
  finished: readonly string[]
  /** How many rows of what runs hold there were. */
  held: number
  /** How many secrets lived that Vault had made. */
  leases: number
  /** How many calls the vendor had seen begin. */
  seen: number
  /** Secrets that could be read. */
  readable: readonly string[]
}

export interface LeaseEvidence {
  /** Every run that was acknowledged, and how it stood in the end. */
  runs: ReadonlyMap<string, string>
  /** What the vendor saw; its customers are the users that Vault made. */
  calls: readonly Call[]
  kills: readonly Killed[]
  /** What lived when all runs had ended and nothing more went back. */
  leases: number
  tokens: readonly LivingToken[]
  /** And once what was never written down had had its two minutes; undefined where the clock is nobody's. */
  later: { leases: number; tokens: number } | undefined
  /** What `GET /leases` says, and how many rows are left. */
  trouble: readonly unknown[]
  rows: number
  /** Secrets that could be read in the end, in files and in what the server printed. */
  readable: readonly string[]
}

/** For so long a token lives that nobody wrote down. */
export const UNWRITTEN_MS = 120_000

export async function campaign(source: Source, settings: CampaignSettings): Promise<LeaseEvidence> {
  const gate = await Gate.open(source.url)
  try {
    const stage = await Stage.open(settings)
    try {
      return await new Play({ source, gate, stage, settings }).through()
    } finally {
      await stage.close()
    }
  } finally {
    await gate.close()
    await source.close()
  }
}

interface Parts {
  source: Source
  gate: Gate
  stage: Stage
  settings: CampaignSettings
}

class Play {
  readonly #parts: Parts
  readonly #urls = new Map<Shape, string>()
  readonly #runs: string[] = []
  readonly #kills: Killed[] = []

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async through(): Promise<LeaseEvidence> {
    const { gate, stage, settings } = this.#parts
    gate.onUser = (username, password) => stage.vendor.admit(username, password)
    await this.#setUp()
    for (let i = 0; ; i++) {
      const moment = settings.moments[this.#kills.length]
      if (moment === undefined) break
      const shapes = shapesOf(moment)
      await this.#round(moment, shapes[i % shapes.length] ?? 'binding')
    }
    return this.#evidence()
  }

  async #setUp(): Promise<void> {
    const { gate, stage, source } = this.#parts
    const config = { address: gate.url, auth: { token: source.token } }
    const added = await stage.server.api('PUT', `/stores/${STORE}`, { kind: 'vault', config })
    if (added.status !== 204) throw new Error(`adding the store: ${JSON.stringify(added.body)}`)
    for (const shape of SHAPES) {
      this.#urls.set(shape, await stage.server.deploy(shape, definitionOf(shape, stage.vendor.url)))
    }
  }

  /** One run, killed in its moment; and once more in the same moment, where the plan goes on with it. */
  async #round(moment: Moment, shape: Shape): Promise<void> {
    const { stage, gate } = this.#parts
    let armed = arm(moment, stage, gate)
    const answer = await post(this.#urls.get(shape) ?? '', {})
    const run = answer.headers.get('x-bellhop-run') ?? ''
    this.#runs.push(run)
    for (;;) {
      await armed.comes(run)
      await stage.server.kill()
      await this.#inspect(moment)
      const before = armed
      const again = this.#parts.settings.moments[this.#kills.length] === moment && comesAgain(moment)
      if (again) armed = arm(moment, stage, gate)
      before.release()
      await stage.launch().listening
      if (!again) break
    }
    await this.#ended(run)
  }

  async #inspect(moment: Moment): Promise<void> {
    const { stage, gate, source, settings } = this.#parts
    settings.harm?.(stage.data, gate.made)
    const { runs, steps } = await inspect(stage.data, stage.scratch)
    this.#kills.push({
      moment,
      runs,
      finished: steps.map(({ run, step }) => `${run} ${step}`),
      held: heldIn(stage.scratch),
      leases: await source.leases(),
      readable: await tracesIn(stage.data, this.#secrets()),
      // Counted last: whatever the dead process had sent has been read by now.
      seen: stage.vendor.total
    })
  }

  #secrets(): MadeSecret[] {
    return [{ name: 'token', text: this.#parts.source.token }, ...this.#parts.gate.made]
  }

  /** Waits for the run's end, at most so long as the settings say. */
  async #ended(run: string): Promise<void> {
    const { stage, settings } = this.#parts
    await within(settings.patienceMs, async () => {
      const { body } = await stage.server.api('GET', `/runs/${run}`)
      return FINAL.has((body as { status: string }).status)
    })
  }

  async #evidence(): Promise<LeaseEvidence> {
    const { source, gate, stage, settings } = this.#parts
    const tokens = gate.made.filter(({ name }) => name === 'token').map(({ text }) => text)
    // A token that lasts longer was written down, and goes back.
    const givenBack = async (): Promise<boolean> =>
      (await source.leases()) === 0 && (await source.living(tokens)).every(({ lastsMs }) => lastsMs <= UNWRITTEN_MS)
    await within(settings.patienceMs, givenBack)
    const left = { leases: await source.leases(), tokens: await source.living(tokens) }
    const { body } = await stage.server.api('GET', '/leases')
    const runs = await this.#statuses()
    source.pass?.(UNWRITTEN_MS)
    const later =
      source.pass === undefined
        ? undefined
        : { leases: await source.leases(), tokens: (await source.living(tokens)).length }
    await stage.server.stop()
    await inspect(stage.data, stage.scratch)
    return {
      runs,
      calls: stage.vendor.calls,
      kills: this.#kills,
      ...left,
      later,
      trouble: (body as { leases: unknown[] }).leases,
      rows: heldIn(stage.scratch),
      readable: [...(await tracesIn(stage.data, this.#secrets())), ...tracesInText(stage.output, this.#secrets())]
    }
  }

  async #statuses(): Promise<Map<string, string>> {
    const { server } = this.#parts.stage
    const shown = this.#runs.map(async (run): Promise<[string, string]> => {
      const { body } = await server.api('GET', `/runs/${run}`)
      return [run, (body as { status?: string }).status ?? 'unknown']
    })
    return new Map(await Promise.all(shown))
  }
}

/** Rows of what runs hold, in the inspector's copy. */
function heldIn(scratch: string): number {
  const db = new DatabaseSync(join(scratch, 'bellhop.db'))
  try {
    return Number(db.prepare('select count(*) as n from leases').get()?.['n'])
  } finally {
    db.close()
  }
}

async function within(ms: number, there: () => Promise<boolean>): Promise<void> {
  const over = pause(ms, 'over', { ref: false })
  let waiting = true
  await Promise.race([over, eventually(async () => ((await there()) || !waiting ? true : undefined))])
  waiting = false
}
