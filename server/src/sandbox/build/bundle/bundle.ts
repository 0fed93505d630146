/**
 * A process that makes one file of each step, with esbuild. It may read the folder of archives and Bellhop's own code, and
 * start esbuild; no network, no other file, no environment (I7). Nothing that it reads is run, or unpacked.
 */
import { build, type BuildFailure, type BuildResult, type Message } from 'esbuild'
import { posix } from 'node:path'
import { Fault } from '@bellhop/sdk'
import { LIMITS } from '../limits.ts'
import type { Bundled, BundleRequest, ListRequest, ScanRequest } from '../messages.ts'
import { serve } from '../served.ts'
import { HEAD } from './builtins.ts'
import { componentsOf, findComponent } from './components.ts'
import { Packages } from './packages.ts'
import { stepPlugin } from './plugin.ts'
import { problemOf } from './problems.ts'
import { BARE, scan } from './scan.ts'

type Request = ScanRequest | ListRequest | BundleRequest
/** How the last scan read each step. */
const loaders = new Map<string, 'js' | 'ts'>()

serve(async (asked) => {
  const request = asked as Request
  if ('scan' in request) {
    const scanned = await scan(request)
    for (const [step, { loader }] of Object.entries(scanned.steps)) loaders.set(step, loader)
    return scanned
  }
  return 'list' in request ? list(request) : bundle(request)
})

function list({ cache, lock, list: id }: ListRequest): Promise<object> {
  const components = componentsOf(new Packages(lock, cache).open(id)).filter(({ type }) => type === 'action')
  return Promise.resolve({
    components: components.map(({ key, name, description, version }) => ({ key, name, description, version }))
  })
}

async function bundle({ cache, lock, steps, shared }: BundleRequest): Promise<Bundled> {
  const names = steps.map(({ step }) => step)
  const packages = new Packages(lock, cache)
  const missing = new Map<string, string>()
  const unknown = steps.flatMap((step) => ('component' in step ? unknownComponent(step, packages) : []))
  if (unknown.length > 0) return { files: {}, steps: {}, missing: [], problems: unknown }
  try {
    const result = await build({
      ...BARE,
      entryPoints: names.map((name) => ({ in: name, out: name })),
      outdir: '/',
      outExtension: { '.js': '.mjs' },
      splitting: shared === true,
      sourcemap: 'external',
      sourcesContent: false,
      metafile: true,
      banner: { js: HEAD.trim() },
      define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
      plugins: [stepPlugin(steps, loaders, packages, missing)]
    })
    return { ...bundledOf(result, names), missing: [...missing].map(([name, range]) => ({ name, range })) }
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>
    if (errors === undefined) throw error
    return { files: {}, steps: {}, missing: [], problems: errors.map((message: Message) => problemOf(message, names)) }
  }
}

function bundledOf(
  result: BuildResult<{ metafile: true; write: false }>,
  names: readonly string[]
): Omit<Bundled, 'missing'> {
  const files: Record<string, string> = {}
  for (const { path, text } of result.outputFiles) {
    if (text.length > LIMITS.bundleBytes) throw tooLarge()
    files[posix.basename(path)] = text
  }
  const steps: Bundled['steps'] = {}
  const problems: Bundled['problems'] = []
  for (const name of names) {
    const output = Object.values(result.metafile.outputs).find(({ entryPoint }) =>
      entryPoint?.startsWith(`step:${name}/`)
    )
    const inputs = Object.keys(output?.inputs ?? {}).flatMap(
      (input) => /^npm:((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []
    )
    steps[name] = { entry: `${name}.mjs`, packages: [...new Set(inputs)].toSorted() }
    if (output?.exports.includes('default') !== true) problems.push(noDefault(name))
  }
  return { files, steps, problems }
}

function unknownComponent(
  { step, component }: Extract<BundleRequest['steps'][number], { component: unknown }>,
  packages: Packages
): Bundled['problems'] {
  const target = packages.wantedBy(component.package)
  if (target === undefined || findComponent(target, component.key) !== undefined) return []
  const message = `\`${target.id}\` has no action with the key \`${component.key}\``
  return [{ step, message, expected: `one that \`bellhop components info ${target.id}\` lists` }]
}

function noDefault(step: string): Bundled['problems'][number] {
  return {
    step,
    message: 'the code exports nothing as default',
    suggestion: 'export default defineComponent({ async run({ steps, $ }) { … } })'
  }
}

function tooLarge(): Fault {
  return new Fault('bundle_too_large', `a step with its packages is larger than ${LIMITS.bundleBytes >> 20} MiB`, {
    hint: 'Import a smaller package, or a part of it.'
  })
}
