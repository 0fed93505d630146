/**
 * From source text to a build: what the steps import is looked up, fetched and bundled with them into one file each, and what
 * each file is gets described by running it in the sandbox.
 *
 * Who owns what: the server starts two processes for a build, which may do one thing each (`worker.ts`). `install/` asks the
 * registry and fetches archives into a folder that all builds share, by hash; `bundle/` reads archives out of that folder and
 * runs esbuild on what is in memory. Neither unpacks anything, and foreign code runs in the sandbox only. What comes of it is
 * in the database, or nowhere: a build that fails leaves nothing but archives.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Fault, type Json } from '@bellhop/sdk'
import type { Builder, BuiltStep, CodeProblem, CodeToBuild, NewBuild } from '../../workflow/building.ts'
import { canonicalJson } from '../../workflow/canonical.ts'
import { readForeignAction, type ForeignAction } from '../../workflow/foreign-action.ts'
import { Positions } from '../positions.ts'
import { hashOf } from '../programs.ts'
import { ArchiveFolder } from './archive-folder.ts'
import { LIMITS } from './limits.ts'
import { lockSchema, NOTHING, type Lock } from './lock.ts'
import {
  bundledSchema,
  installedSchema,
  scannedSchema,
  type Bundled,
  type BuildProblem,
  type BundleRequest,
  type InstallRequest,
  type Registry,
  type ScannedStep,
  type Wanted
} from './messages.ts'
import { Seats } from './seats.ts'
import { wanted as keyOf } from './specifier.ts'
import { told } from './told.ts'
import { startBundler, startInstaller, type BuildWorker } from './worker.ts'

/** Runs a file of a program that is only looked at, and answers what it is. */
export type Describe = (
  program: { owner: string; directory: string },
  entry: string,
  signal: AbortSignal
) => Promise<Json>

export interface BuilderParts {
  /** The sandbox's own folder in the data directory. */
  folder: string
  /** Asked at each build: its token is kept in no field. */
  registry: () => Registry
  /** What the process that reaches the network gets of the environment. */
  env: Readonly<Record<string, string | undefined>>
  describe: Describe
}

/** Builds at a time; others wait. */
const AT_ONCE = 2

export class CodeBuilder implements Builder {
  readonly #parts: BuilderParts
  readonly #archives: ArchiveFolder
  readonly #staging: string
  readonly #seats = new Seats(AT_ONCE)
  readonly #closing = new AbortController()

  constructor(parts: BuilderParts) {
    this.#parts = parts
    this.#archives = new ArchiveFolder(join(parts.folder, 'archives'))
    this.#staging = join(parts.folder, 'building')
    rmSync(this.#staging, { recursive: true, force: true })
    mkdirSync(this.#staging, { recursive: true, mode: 0o700 })
  }

  async build(
    steps: readonly CodeToBuild[],
    progress: (line: string) => void,
    before?: Json
  ): Promise<NewBuild | { problems: CodeProblem[] }> {
    return this.#seats.take(async () => {
      const signal = AbortSignal.any([AbortSignal.timeout(LIMITS.timeMs), this.#closing.signal])
      const bundler = startBundler(this.#archives.path, progress, signal)
      try {
        return await this.#build(steps, { bundler, progress, signal, before })
      } catch (error) {
        if (!(error instanceof ProblemsFound)) throw error
        return { problems: error.problems.map((problem) => told(problem, steps)) }
      } finally {
        await bundler.end()
        this.#archives.prune()
      }
    })
  }

  /** Ends what is going on; its builds fail. */
  close(): void {
    this.#closing.abort()
  }

  async #build(steps: readonly CodeToBuild[], job: Job): Promise<NewBuild> {
    const own = steps.flatMap(textOf)
    const scanned = await job.bundler.ask({ scan: own }, scannedSchema)
    stopAt(scanned.problems)
    const imports = Object.fromEntries(Object.entries(scanned.steps).map(([step, { imports }]) => [step, imports]))
    const { wanted, pins } = wants(steps, imports)
    const lock = await this.#install(wanted, own, job)
    const bundled = await job.bundler.ask(
      { cache: this.#archives.path, lock, steps: steps.map((step) => toBundle(step, pins)) } satisfies BundleRequest,
      bundledSchema
    )
    stopAt(bundled.problems)
    const files = Object.entries(bundled.files).map(([name, text]) => ({
      name,
      hash: hashOf(text),
      content: gzipSync(text)
    }))
    const hash = hashOf(canonicalJson({ files: Object.fromEntries(files.map((file) => [file.name, file.hash])), lock }))
    const actions = await this.#describe(steps, hash, bundled, job)
    return { hash, steps: built(bundled, actions), lock, files }
  }

  async #install(wanted: Wanted[], own: ScannedStep[], { bundler, progress, signal, before }: Job): Promise<Lock> {
    if (wanted.length === 0) return NOTHING
    const installer = startInstaller(this.#archives.path, this.#parts.env, progress, signal)
    try {
      const lock = lockSchema.safeParse(before)
      const request: InstallRequest = {
        registry: this.#parts.registry(),
        cache: this.#archives.path,
        wanted,
        ...(lock.success ? { before: lock.data } : {})
      }
      const installed = await installer.ask(request, installedSchema)
      if ('lock' in installed) return installed.lock
      return await placed(installed.problems, own, bundler)
    } finally {
      await installer.end()
    }
  }

  /** What each file is, by running it. The folder that it runs from is gone afterwards, whatever it was. */
  async #describe(
    steps: readonly CodeToBuild[],
    hash: string,
    bundled: Bundled,
    { progress, signal }: Job
  ): Promise<ReadonlyMap<string, ForeignAction>> {
    progress('looking at what the code needs')
    const directory = mkdtempSync(join(this.#staging, 'b-'))
    try {
      for (const [name, text] of Object.entries(bundled.files)) {
        if (!name.endsWith('.map')) writeFileSync(join(directory, name), text, { mode: 0o600 })
      }
      const actions = new Map<string, ForeignAction>()
      const problems: BuildProblem[] = []
      for (const step of steps) {
        const entry = bundled.steps[step.step]?.entry ?? ''
        try {
          const said = await this.#parts.describe({ owner: `build:${hash}`, directory }, entry, signal)
          const action = readForeignAction(said)
          actions.set(step.step, action)
        } catch (error) {
          problems.push(ofRunning(error, step.step, entry, bundled))
        }
      }
      stopAt(problems)
      return actions
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }
}

/** One build, while it goes on. */
interface Job {
  bundler: BuildWorker
  progress: (line: string) => void
  signal: AbortSignal
  before: Json | undefined
}

/** Thrown inside this module only: the build ends here, and this is why. */
class ProblemsFound extends Error {
  readonly problems: readonly BuildProblem[]
  constructor(problems: readonly BuildProblem[]) {
    super('the code has problems')
    this.problems = problems
  }
}

function stopAt(problems: readonly BuildProblem[]): void {
  if (problems.length > 0) throw new ProblemsFound(problems)
}

function textOf({ step, code, file, language = 'javascript' }: CodeToBuild): ScannedStep[] {
  if (code === undefined) return []
  const name = file?.split(/[\\/]/).at(-1) ?? ''
  const label = /^[\w.-]{1,100}$/.test(name) ? name : `${step}.${language === 'typescript' ? 'ts' : 'js'}`
  return [{ step, label, code, language }]
}

interface Wants {
  wanted: Wanted[]
  /** By step, and by the name that it writes without a version: the key of what it gets. */
  pins: Record<string, Record<string, string>>
}

/** A package without a version is the one that the step pins elsewhere, or that another pins, or the newest. */
function wants(steps: readonly CodeToBuild[], imports: Readonly<Record<string, Wanted[]>>): Wants {
  const pinned = new Map<string, string>()
  for (const { name, range } of Object.values(imports).flat()) {
    if (range !== '' && !pinned.has(name)) pinned.set(name, range)
  }
  const all = new Map<string, Wanted>()
  const want = (name: string, range: string): string => {
    const key = keyOf(name, range)
    all.set(key, { name, range })
    return key
  }
  const pins: Wants['pins'] = {}
  for (const [step, its] of Object.entries(imports)) {
    const own: Record<string, string> = (pins[step] = {})
    for (const { name, range } of its) {
      if (range !== '') want(name, range)
      const mine = its.find((each) => each.name === name && each.range !== '')?.range
      own[name] = want(name, mine ?? pinned.get(name) ?? 'latest')
    }
  }
  for (const { component } of steps) if (component !== undefined) want(component.package, component.range)
  return { wanted: [...all.values()], pins }
}

function toBundle(step: CodeToBuild, pins: Wants['pins']): BundleRequest['steps'][number] {
  const [text] = textOf(step)
  if (text !== undefined) return { ...text, pins: pins[step.step] ?? {} }
  const { package: name = '', range = '', key = '' } = step.component ?? {}
  return { step: step.step, component: { package: keyOf(name, range), key } }
}

/** What could not be installed is told where it is imported, which the bundler knows. */
async function placed(problems: BuildProblem[], own: ScannedStep[], bundler: BuildWorker): Promise<never> {
  const wrong = Object.fromEntries(
    problems.map(({ wanted = '', message, expected, suggestion }) => [wanted, { message, expected, suggestion }])
  )
  const scanned = await bundler.ask({ scan: own, wrong }, scannedSchema)
  const seen = new Set(scanned.problems.map(({ wanted }) => wanted))
  throw new ProblemsFound([...scanned.problems, ...problems.filter(({ wanted }) => !seen.has(wanted))])
}

/** How running the code to look at it failed. @throws what is not the code's fault */
function ofRunning(error: unknown, step: string, entry: string, bundled: Bundled): BuildProblem {
  if (!(error instanceof Fault)) throw error
  if (/^sandbox_(?:busy|unavailable|closed|stopped)$/.test(error.code)) throw error
  const stack = error.cause instanceof Error ? (error.cause.stack ?? '') : ''
  const map = bundled.files[`${entry}.map`]
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

function built(bundled: Bundled, actions: ReadonlyMap<string, ForeignAction>): Record<string, BuiltStep> {
  const steps = [...actions].map(([step, action]) => {
    const { entry = '', packages = [] } = bundled.steps[step] ?? {}
    return [step, { entry, action, packages }] as const
  })
  return Object.fromEntries(steps)
}
