/** Builds for tests: the real builder with a stand-in registry, and what comes of a build run in this process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { CodeProblem, CodeToBuild, NewBuild } from '../../../workflow/building.ts'
import { CodeBuilder, type BuilderParts, type Describe } from '../build.ts'
import { startRegistry, type StandInRegistry } from './registry.ts'

export interface BuildBench {
  registry: StandInRegistry
  /** The data directory, in which the sandbox's folder stands, and a key. */
  dir: string
  builder: CodeBuilder
  /** Sentences of the last build. */
  progress: string[]
  /** Builds steps: texts, or components as `package#key`. They are called `a`, `b`, … */
  build(...steps: (string | Partial<CodeToBuild>)[]): Promise<NewBuild | { problems: CodeProblem[] }>
  /** A build that must succeed. */
  built(...steps: (string | Partial<CodeToBuild>)[]): Promise<NewBuild>
  /** `path: message` of one that must not. */
  problems(...steps: (string | Partial<CodeToBuild>)[]): Promise<string[]>
  /** Imports a step's file of a build. */
  load(build: NewBuild, step?: string): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** What the key of the data directory holds, and nothing that is built may. */
export const KEY = 'key-that-no-build-may-ever-see-0123456789'

export async function startBench(more: Partial<BuilderParts> = {}): Promise<BuildBench> {
  const registry = await startRegistry()
  const dir = mkdtempSync(join(tmpdir(), 'bellhop-build-'))
  writeFileSync(join(dir, 'key'), KEY)
  const parts = { folder: join(dir, 'sandbox'), registry: () => ({ url: registry.url }), env: {}, describe, ...more }
  mkdirSync(parts.folder)
  const builder = new CodeBuilder(parts)
  const progress: string[] = []
  const bench: BuildBench = {
    registry,
    dir,
    builder,
    progress,
    build(...steps) {
      progress.length = 0
      return builder.build(steps.map(toBuild), (line) => progress.push(line))
    },
    async built(...steps) {
      const build = await bench.build(...steps)
      if ('problems' in build) throw new Error(JSON.stringify(build.problems, null, 2))
      return build
    },
    async problems(...steps) {
      const build = await bench.build(...steps)
      return 'problems' in build ? build.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) : []
    },
    async load(build, step = 'a') {
      const folder = mkdtempSync(join(dir, 'run-'))
      for (const { name, content } of build.files) writeFileSync(join(folder, name), gunzipSync(content))
      return (await import(pathToFileURL(join(folder, build.steps[step]?.entry ?? '')).href)) as Record<string, unknown>
    },
    async close() {
      builder.close()
      await registry.close()
      rmSync(dir, { recursive: true, force: true })
    }
  }
  return bench
}

function toBuild(step: string | Partial<CodeToBuild>, index: number): CodeToBuild {
  const name = String.fromCharCode(97 + index)
  const at = { step: name, path: ['steps', index] }
  if (typeof step !== 'string') return { ...at, ...step }
  const [, packageName = '', key = ''] = /^((?:@[^/]+\/)?[^/\s]+)#(\S+)$/.exec(step) ?? []
  return key === '' ? { ...at, code: step } : { ...at, component: { package: packageName, range: 'latest', key } }
}

/** Stands for the sandbox: the tests' own code may be run here. */
const describe: Describe = async ({ directory }, entry) => {
  const module = (await import(pathToFileURL(join(directory, entry)).href)) as { default?: unknown }
  const { key = '', version = '', name = '' } = module.default as Record<string, string>
  return { key, name, description: '', version, props: {}, additionalProps: false }
}
