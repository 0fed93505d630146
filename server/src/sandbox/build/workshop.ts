/**
 * What builds have in common: their processes, the folder of archives, and the looking at what was made. So many go on at a time,
 * each with a time limit, and each leaves nothing but archives.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, type Json } from '@bellhop/sdk'
import { readForeignAction, type ForeignAction } from '../../workflow/foreign-action.ts'
import { Positions } from '../positions.ts'
import { ArchiveFolder } from './archive-folder.ts'
import { readMark } from './import-mark.ts'
import { LIMITS } from './limits.ts'
import { lockSchema, NOTHING, type Lock } from './lock.ts'
import {
  bundledSchema,
  foundSchema,
  installedSchema,
  type Bundled,
  type BuildProblem,
  type BundleRequest,
  type InstallRequest,
  type Registry,
  type SearchRequest,
  type Wanted
} from './messages.ts'
import { Seats } from './seats.ts'
import { startBundler, startInstaller, type BuildWorker } from './worker.ts'

/** Runs a file of a program that is only looked at, and answers what it is. @param alone in a process that ends with it */
export type Describe = (
  program: { owner: string; directory: string },
  entry: string,
  signal: AbortSignal,
  alone: boolean
) => Promise<Json>

export interface WorkshopParts {
  /** The sandbox's own folder in the data directory. */
  folder: string
  /** Asked at each build: its token is kept in no field. */
  registry: () => Registry
  /** What the process that reaches the network gets of the environment. */
  env: Readonly<Record<string, string | undefined>>
  describe: Describe
}

/** A build while it goes on. */
export interface Job {
  bundler: BuildWorker
  progress: (line: string) => void
  signal: AbortSignal
}

/** Builds at a time; others wait. */
const AT_ONCE = 2

export class Workshop {
  readonly #parts: WorkshopParts
  readonly #archives: ArchiveFolder
  readonly #staging: string
  readonly #seats = new Seats(AT_ONCE)
  readonly #closing = new AbortController()

  /** Takes away what a build left there that a crash ended. */
  constructor(parts: WorkshopParts) {
    this.#parts = parts
    this.#archives = new ArchiveFolder(join(parts.folder, 'archives'))
    this.#staging = join(parts.folder, 'building')
    rmSync(this.#staging, { recursive: true, force: true })
    mkdirSync(this.#staging, { recursive: true, mode: 0o700 })
  }

  /** The folder of archives. */
  get archives(): string {
    return this.#archives.path
  }

  /** Does a job when it is its turn, and ends its processes. @throws Fault `build_timed_out`, `build_failed` */
  work<T>(progress: (line: string) => void, task: (job: Job) => Promise<T>): Promise<T> {
    return this.#seats.take(async () => {
      const signal = this.#limit()
      const bundler = startBundler(this.archives, progress, signal)
      try {
        return await task({ bundler, progress, signal })
      } finally {
        await bundler.end()
        this.#archives.prune()
      }
    })
  }

  /**
   * Brings packages and what they need into the folder of archives.
   * @param before a lock that may save asking
   * @throws Fault `registry_*`, `package_*`
   */
  async install(
    wanted: Wanted[],
    { progress, signal }: Pick<Job, 'progress' | 'signal'>,
    before?: Json
  ): Promise<{ lock: Lock } | { problems: BuildProblem[] }> {
    if (wanted.length === 0) return { lock: NOTHING }
    const lock = lockSchema.safeParse(before)
    const request = { cache: this.archives, wanted, ...(lock.success ? { before: lock.data } : {}) }
    return this.#asking(progress, signal, (installer, registry) =>
      installer.ask({ registry, ...request } satisfies InstallRequest, installedSchema)
    )
  }

  /**
   * Bundles steps with what was installed for them. What the packages of components import without declaring it is installed
   * too, the newest version where none is written: those who wrote them never noticed, because Pipedream does the same.
   */
  async bundle(
    steps: BundleRequest['steps'],
    installed: { wanted: Wanted[]; lock: Lock },
    job: Job,
    shared: Pick<BundleRequest, 'shared'> = {}
  ): Promise<{ bundled: Bundled; lock: Lock }> {
    const ask = (lock: Lock): Promise<Bundled> =>
      job.bundler.ask({ cache: this.archives, lock, steps, ...shared } satisfies BundleRequest, bundledSchema)
    const bundled = await ask(installed.lock)
    if (bundled.missing.length === 0) return { bundled, lock: installed.lock }
    const more = bundled.missing.map(({ name, range }) => ({ name, range: range === '' ? 'latest' : range }))
    const again = await this.install([...installed.wanted, ...more], job)
    // What cannot be had fails when it is run, if it ever is.
    return 'lock' in again ? { bundled: await ask(again.lock), lock: again.lock } : { bundled, lock: installed.lock }
  }

  /** What the registry finds for these words. */
  search(search: string): Promise<{ name: string; version: string; description: string }[]> {
    return this.#asking(
      () => undefined,
      this.#limit(),
      async (installer, registry) =>
        (await installer.ask({ registry, search } satisfies SearchRequest, foundSchema)).packages
    )
  }

  /**
   * What the files of a bundle are, by running them. The folder that they run from is gone afterwards, whatever they were.
   * @returns by step, what it is or why it is nothing
   * @throws Fault `sandbox_*` that is not the code's fault
   */
  async describe(
    { files, steps }: Bundled,
    owner: string,
    { signal }: Job,
    alone: boolean
  ): Promise<Map<string, ForeignAction | BuildProblem>> {
    const directory = mkdtempSync(join(this.#staging, 'b-'))
    const described = new Map<string, ForeignAction | BuildProblem>()
    try {
      for (const [name, text] of Object.entries(files)) {
        if (!name.endsWith('.map')) writeFileSync(join(directory, name), text, { mode: 0o600 })
      }
      for (const [step, { entry }] of Object.entries(steps)) {
        try {
          const said = await this.#parts.describe({ owner, directory }, entry, signal, alone)
          described.set(step, readForeignAction(said))
        } catch (error) {
          described.set(step, ofRunning(error, step, files[`${entry}.map`], entry))
        }
      }
      return described
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }

  /** Ends what is going on; its jobs fail. */
  close(): void {
    this.#closing.abort()
  }

  #limit(): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(LIMITS.timeMs), this.#closing.signal])
  }

  async #asking<T>(
    progress: (line: string) => void,
    signal: AbortSignal,
    ask: (installer: BuildWorker, registry: Registry) => Promise<T>
  ): Promise<T> {
    const registry = this.#parts.registry()
    const installer = startInstaller(this.archives, this.#parts.env, progress, signal)
    try {
      return await ask(installer, registry)
    } finally {
      await installer.end()
    }
  }
}

/** How running code to look at it failed. @throws what is not the code's fault */
function ofRunning(error: unknown, step: string, map: string | undefined, entry: string): BuildProblem {
  if (!(error instanceof Fault)) throw error
  if (/^sandbox_(?:busy|unavailable|closed|stopped)$/.test(error.code)) throw error
  const mark = readMark(error.message)
  if (mark !== undefined) return { step, ...mark }
  const stack = error.cause instanceof Error ? (error.cause.stack ?? '') : ''
  const position = map === undefined ? undefined : new Positions(map).firstOwn(stack, entry)
  const message =
    error.code === 'component_invalid' ? error.message : `the code fails as it is loaded: ${error.message}`
  return {
    step,
    ...(position === undefined ? {} : { line: position.line, column: position.column }),
    message,
    ...(error.hint === undefined ? {} : { expected: error.hint })
  }
}
