/**
 * A season of runs on one server: plays them in batches, and after each batch judges everything that was written or
 * shown meanwhile for every secret of the batch; at the end, everything there is for every secret of all batches.
 *
 * A batch is short, and judged before the server has been idle for long: what was written to the log for a moment only
 * is still in it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { runKey } from '../../server/src/storage/ids.ts'
import type { Scenario } from './grammar/scenario.ts'
import { Judge, type Leak } from './judge/judge.ts'
import { ROUTES, type Sample } from './judge/manifest.ts'
import type { House } from './house.ts'
import { LiveViews } from './stage/live.ts'
import { SHORTEST } from './search/needles.ts'
import { play, type Performance } from './stage/play.ts'
import type { Secret } from './stage/secrets.ts'
import { Tally } from './tally.ts'

/** I5 and rule 5 of handles: what is to go is gone within a minute. */
const GONE_MS = 60_000

export class Season {
  readonly tally = new Tally()
  readonly #house: House
  readonly #tries: boolean
  readonly #attempts = new Map<number, number>()
  /** Everybody's secrets; and those that may have been written before they were known. */
  readonly #all = new Judge()
  /** The short secrets of each run, by its key. */
  readonly #ofRun = new Map<number, Judge>()
  readonly #late: Secret[] = []
  #latest: readonly Performance[] = []
  #printed = 0
  #batches = 0
  #leaked = false

  /** @param tries whether each workflow is tried as a draft, too */
  constructor(house: House, tries = false) {
    this.#house = house
    this.#tries = tries
    for (const secret of house.secrets) this.#all.knows(secret)
  }

  /** The secrets of the last batch, and a run of it that is shown. @throws Error where none is */
  get latest(): { sample: Sample; secrets: readonly Secret[] } {
    const sample = sampleOf(this.#latest)
    if (sample === undefined) throw new Error('no run of the last batch is shown')
    return { sample, secrets: this.#latest.flatMap(({ secrets }) => secrets) }
  }

  /** Plays some scenarios at once. Returns what leaked of them. */
  async play(scenarios: readonly Scenario[]): Promise<readonly Leak[]> {
    if (scenarios.length === 0) return []
    const { url, admin, server, vendor, stranger, stores } = this.#house
    const live = await LiveViews.open(url, server.adminToken, admin.agent)
    const stage = { url, admin, vendor, stranger, stores, tries: this.#tries }
    const plays = scenarios.map((scenario) => play(stage, live, scenario, this.#attemptOf(scenario)))
    // One that fails leaves none behind that goes on.
    await Promise.allSettled(plays)
    const shown = await live.close()
    const played = await Promise.all(plays)
    const batch = new Batch(played, this.#house.secrets)
    for (const { run, bytes } of shown) batch.inside(`live view of ${run}`, bytes)
    await this.#lookAround(batch, played)
    await this.#house.database.settle()
    for (const { place, value } of await this.#house.database.fresh()) batch.row(place, value)
    for (const { file, bytes } of this.#house.files.changes()) batch.inside(`file ${file}`, bytes)
    this.#remember(played)
    this.#latest = played
    this.#leaked ||= batch.leaks.length > 0
    return batch.leaks
  }

  /** Whether anything has leaked so far. */
  get leaked(): boolean {
    return this.#leaked
  }

  /** Looks once more at everything, for everybody's secrets. The server has been stopped. */
  async verdict(): Promise<readonly Leak[]> {
    const { server, files, database } = this.#house
    await database.settle()
    this.#all.examine('output of the server', Buffer.from(server.output))
    for (const { file, bytes } of files.whole()) this.#all.examine(`file ${file}`, bytes)
    const inFiles = this.#all.leaks.length > 0
    for (const { place, run, value } of await database.rows()) {
      // A report names the row, where it is one.
      if (inFiles) this.#all.examine(`table ${place} of run ${run ?? 'none'}`, Buffer.from(value))
      const judge = run === undefined ? this.#all : this.#ofRun.get(run)
      judge?.examineValues(`table ${place}`, String(value))
    }
    return [this.#all, ...this.#ofRun.values()].flatMap(({ leaks }) => leaks)
  }

  /** Waits until nothing is left of what was written before it was known to be a secret. Returns what stays. */
  async oblivion(): Promise<readonly Leak[]> {
    const { files, database } = this.#house
    const deadline = Date.now() + GONE_MS
    for (;;) {
      const judge = new Judge()
      for (const secret of this.#late) judge.knows(secret)
      await database.settle()
      for (const { file, bytes } of database.lasting(files.whole())) judge.examine(`file ${file}`, bytes)
      if (judge.leaks.length === 0 || Date.now() > deadline) return judge.leaks
      await sleep(500)
    }
  }

  /** The first time a scenario is played it has the secrets of its seed; again, others. */
  #attemptOf({ salt }: Scenario): number {
    const attempt = this.#attempts.get(salt) ?? 0
    this.#attempts.set(salt, attempt + 1)
    return attempt
  }

  /** What vendors and strangers got, what the server printed, and every route of the manifest. */
  async #lookAround(batch: Batch, played: readonly Performance[]): Promise<void> {
    const { vendor, stranger, registry, server, admin } = this.#house
    batch.outside('messages that were posted', Buffer.from(JSON.stringify(vendor.messages)))
    batch.outside('what a stranger was sent', stranger.take())
    batch.outside('what the registry was asked', Buffer.from(registry.asked.splice(0).join('\n')))
    const sample = sampleOf(played)
    for (const look of Object.values(ROUTES)) {
      if (look === 'played' || sample === undefined) continue
      const { method, path, body, hides, seldom } = look(sample)
      if (seldom === true && this.#batches % 10 !== 0) continue
      const answer = await admin.call(method, path, body)
      const token = hides === undefined ? undefined : tokenIn(answer.body)
      const bytes = token === undefined ? answer.bytes : Buffer.from(answer.bytes.toString().replace(token, ''))
      batch.inside(`${method} ${path}`, bytes)
    }
    const output = Buffer.from(server.output)
    batch.inside('output of the server', output.subarray(this.#printed))
    this.#printed = output.length
    this.#batches++
  }

  #remember(played: readonly Performance[]): void {
    for (const performance of played) {
      this.tally.add(performance)
      for (const secret of performance.secrets) this.#all.knows(secret)
      this.#knowShort(performance)
      this.#late.push(...performance.late)
    }
  }

  /** Of a thousand runs some have five digits in common: short secrets are looked for in the rows of their own run. */
  #knowShort({ run, secrets }: Performance): void {
    const key = run === undefined ? undefined : runKey(run)
    const short = secrets.filter(({ value }) => value.length < SHORTEST)
    if (key === undefined || short.length === 0) return
    const judge = new Judge()
    for (const secret of short) judge.knows(secret)
    this.#ofRun.set(key, judge)
  }
}

/** The judges of one batch. */
class Batch {
  /** For what Bellhop writes and shows: of a run that is not kept, nothing at all may be found there. */
  readonly #inside = new Judge()
  /** For what it sends to others. */
  readonly #outside = new Judge()
  readonly #late = new Judge()
  readonly #own: Leak[] = []

  /** @param own secrets of no run */
  constructor(played: readonly Performance[], own: readonly Secret[]) {
    for (const secret of [...own, ...played.flatMap(({ secrets }) => secrets)]) {
      for (const judge of [this.#inside, this.#outside]) judge.knows(secret)
    }
    for (const secret of played.flatMap(({ late }) => late)) this.#late.knows(secret)
    for (const { traceless, cast } of played) {
      if (traceless) this.#inside.knows({ name: `${cast.id} marker of a run that is not kept`, value: cast.marker })
    }
    for (const performance of played) this.#judgeOwn(performance, own)
  }

  get leaks(): readonly Leak[] {
    return [...this.#own, ...this.#inside.leaks, ...this.#outside.leaks, ...this.#late.leaks]
  }

  inside(place: string, bytes: Buffer): void {
    this.#inside.examine(place, bytes)
    for (const text of jsonTextsIn(bytes.toString())) this.#inside.examineValues(place, text)
  }

  /** No row of a run that has ended holds what the run learned late, either. */
  row(place: string, value: string | Buffer): void {
    const bytes = Buffer.from(value)
    this.inside(`table ${place}`, bytes)
    this.#late.examine(`table ${place}`, bytes)
  }

  outside(place: string, bytes: Buffer): void {
    this.#outside.examine(place, bytes)
  }

  /**
   * What one run showed to those who asked. Its own caller may be answered with what they sent, so long as it is no
   * secret, and a test event is there to be shown; what the run kept is free of what it learned late, too.
   */
  #judgeOwn({ cast, secrets, late, exhibits, run }: Performance, own: readonly Secret[]): void {
    const marker = { name: `${cast.id} marker of a request that started no run`, value: cast.marker }
    const shown = new Judge()
    const refused = new Judge()
    // What a test tells while it goes on is told before more is known.
    const tried = new Judge()
    for (const secret of [...own, ...secrets, ...late]) for (const judge of [shown, refused]) judge.knows(secret)
    for (const secret of [...own, ...secrets]) tried.knows(secret)
    refused.knows(marker)
    for (const { place, bytes } of exhibits) {
      const judge = place === 'test' ? tried : run === undefined && place !== 'test events' ? refused : shown
      judge.examine(`${place} of ${cast.id}`, bytes)
      for (const text of jsonTextsIn(bytes.toString())) judge.examineValues(`${place} of ${cast.id}`, text)
    }
    this.#own.push(...shown.leaks, ...refused.leaks, ...tried.leaks)
  }
}

/** The body of an answer, or the messages of an event stream. */
function jsonTextsIn(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/^data: ?/, ''))
}

/** A run of the batch whose workflow and account may be used up. */
function sampleOf(played: readonly Performance[]): Sample | undefined {
  const last = played.findLast(({ status }) => status !== undefined)
  return last?.run === undefined ? undefined : { workflow: last.cast.id, run: last.run }
}

function tokenIn(body: Buffer): string | undefined {
  const { token } = JSON.parse(body.toString()) as { token?: string }
  return token
}
