/**
 * From source text to a build: what the steps import is looked up, fetched and bundled with them into one file each, and what
 * each file is gets described by running it in the sandbox.
 *
 * Who owns what: the server starts two processes for a build, which may do one thing each (`worker.ts`). `install/` asks the
 * registry and fetches archives into a folder that all builds share, by hash; `bundle/` reads archives out of that folder and
 * runs esbuild on what is in memory. Neither unpacks anything, and foreign code runs in the sandbox only. What comes of it is
 * in the database, or nowhere: a build that fails leaves nothing but archives.
 */
import { gzipSync } from 'node:zlib'
import type { Json } from '@bellhop/sdk'
import type { Builder, BuiltStep, CodeProblem, CodeToBuild, NewBuild } from '../../workflow/building.ts'
import { canonicalJson } from '../../workflow/canonical.ts'
import type { ForeignAction } from '../../workflow/foreign-action.ts'
import { hashOf } from '../programs.ts'
import type { Lock } from './lock.ts'
import {
  scannedSchema,
  type Bundled,
  type BuildProblem,
  type BundleRequest,
  type ScannedStep,
  type Wanted
} from './messages.ts'
import { wanted as keyOf } from './specifier.ts'
import { told } from './told.ts'
import type { BuildWorker } from './worker.ts'
import type { Job, Workshop } from './workshop.ts'

export class CodeBuilder implements Builder {
  readonly #workshop: Workshop

  constructor(workshop: Workshop) {
    this.#workshop = workshop
  }

  async build(
    steps: readonly CodeToBuild[],
    progress: (line: string) => void,
    before?: Json
  ): Promise<NewBuild | { problems: CodeProblem[] }> {
    try {
      return await this.#workshop.work(progress, (job) => this.#build(steps, job, before))
    } catch (error) {
      if (!(error instanceof ProblemsFound)) throw error
      return { problems: error.problems.map((problem) => told(problem, steps)) }
    }
  }

  async #build(steps: readonly CodeToBuild[], job: Job, before: Json | undefined): Promise<NewBuild> {
    const own = steps.flatMap(textOf)
    const scanned = await job.bundler.ask({ scan: own }, scannedSchema)
    stopAt(scanned.problems)
    const imports = Object.fromEntries(Object.entries(scanned.steps).map(([step, { imports }]) => [step, imports]))
    const { wanted, pins } = wants(steps, imports)
    const installed = { wanted, lock: await this.#install(wanted, own, job, before) }
    const toBundle = steps.map((step) => bundleOf(step, pins))
    const { bundled, lock } = await this.#workshop.bundle(toBundle, installed, job)
    stopAt(bundled.problems)
    const files = Object.entries(bundled.files).map(([name, text]) => ({
      name,
      hash: hashOf(text),
      content: gzipSync(text)
    }))
    const hash = hashOf(canonicalJson({ files: Object.fromEntries(files.map((file) => [file.name, file.hash])), lock }))
    job.progress('looking at what the code needs')
    const described = [...(await this.#workshop.describe(bundled, `build:${hash}`, job, true))]
    stopAt(described.flatMap(([, said]) => ('message' in said ? [said] : [])))
    const actions = described.flatMap(([step, said]) => ('message' in said ? [] : [[step, said] as const]))
    return { hash, steps: built(bundled, new Map(actions)), lock, files }
  }

  async #install(wanted: Wanted[], own: ScannedStep[], job: Job, before: Json | undefined): Promise<Lock> {
    const installed = await this.#workshop.install(wanted, job, before)
    return 'lock' in installed ? installed.lock : placed(installed.problems, own, job.bundler)
  }
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

function bundleOf(step: CodeToBuild, pins: Wants['pins']): BundleRequest['steps'][number] {
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

function built(bundled: Bundled, actions: ReadonlyMap<string, ForeignAction>): Record<string, BuiltStep> {
  const steps = [...actions].map(([step, action]) => {
    const { entry = '', packages = [] } = bundled.steps[step] ?? {}
    return [step, { entry, action, packages }] as const
  })
  return Object.fromEntries(steps)
}
