/** Builds for tests: the real builder and the real sandbox, with a stand-in for the registry. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Json } from '@bellhop/sdk'
import type { CodeProblem, CodeToBuild, NewBuild } from '../../../workflow/building.ts'
import type { SandboxCall } from '../../sandbox.ts'
import { SandboxFixture } from '../../testing/sandbox.ts'
import { CodeBuilder } from '../build.ts'
import { describeIn } from '../describing.ts'
import { Workshop, type WorkshopParts } from '../workshop.ts'
import { startRegistry, type StandInRegistry } from './registry.ts'

/** A step to build: its text, a component as `package#key`, or whatever else it is. They are called `a`, `b`, … */
type Step = string | Partial<CodeToBuild>

export interface BuildBench {
  registry: StandInRegistry
  /** The data directory, in which the sandbox's folder stands, and a key. */
  dir: string
  workshop: Workshop
  /** Sentences of the last build. */
  progress: string[]
  build(steps: readonly Step[], before?: Json): Promise<NewBuild | { problems: CodeProblem[] }>
  /** A build that must succeed. */
  built(...steps: Step[]): Promise<NewBuild>
  /** `path: message` of one that must not. */
  problems(...steps: Step[]): Promise<string[]>
  /** What a step of a build returns, run in the sandbox. */
  run(build: NewBuild, step?: string, call?: Partial<SandboxCall>): Promise<Json>
  close(): Promise<void>
}

/** What the key of the data directory holds, and nothing that is built may. */
export const KEY = 'key-that-no-build-may-ever-see-0123456789'

export async function startBench(more: Partial<WorkshopParts> = {}): Promise<BuildBench> {
  const registry = await startRegistry()
  const fixture = new SandboxFixture()
  const dir = join(fixture.directory, 'data')
  mkdirSync(join(dir, 'sandbox'), { recursive: true })
  writeFileSync(join(dir, 'key'), KEY)
  const workshop = new Workshop({
    folder: join(dir, 'sandbox'),
    registry: () => ({ url: registry.url }),
    env: {},
    describe: describeIn(fixture.sandbox),
    ...more
  })
  const builder = new CodeBuilder(workshop)
  const progress: string[] = []
  const bench: BuildBench = {
    registry,
    dir,
    workshop,
    progress,
    build(steps, before) {
      progress.length = 0
      return builder.build(steps.map(toBuild), (line) => progress.push(line), before)
    },
    async built(...steps) {
      const build = await bench.build(steps)
      if ('problems' in build) throw new Error(JSON.stringify(build.problems, null, 2))
      return build
    },
    async problems(...steps) {
      const build = await bench.build(steps)
      return 'problems' in build ? build.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) : []
    },
    run(build, step = 'a', call = {}) {
      const program = { owner: `version:${build.hash}`, directory: mkdtempSync(join(fixture.directory, 'run-')) }
      for (const { name, content } of build.files) writeFileSync(join(program.directory, name), gunzipSync(content))
      return fixture.run(program, {}, { entry: build.steps[step]?.entry ?? '', ...call })
    },
    async close() {
      workshop.close()
      await registry.close()
      await fixture[Symbol.asyncDispose]()
    }
  }
  return bench
}

function toBuild(step: Step, index: number): CodeToBuild {
  const name = String.fromCharCode(97 + index)
  const at = { step: name, path: ['steps', index] }
  if (typeof step !== 'string') return { ...at, ...step }
  const [, packageName = '', key = ''] = /^((?:@[^/]+\/)?[^/\s]+)#(\S+)$/.exec(step) ?? []
  return key === '' ? { ...at, code: step } : { ...at, component: { package: packageName, range: 'latest', key } }
}
