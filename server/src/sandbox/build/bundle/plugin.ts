/**
 * The one thing that esbuild reads through. Every import of every file is resolved here, and every file is loaded here, out of
 * archives and texts in memory, under names that are no paths of this machine. esbuild resolves nothing and opens no file by
 * itself: it is given no folder to do so in, and no `sourceMappingURL`, which it would open.
 */
import type { OnLoadArgs, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild'
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '@bellhop/sdk'
import { ALLOWED, REFUSING } from '../../protocol/builtins.ts'
import type { BundleRequest } from '../messages.ts'
import { readSpecifier, wanted, type Specifier } from '../specifier.ts'
import { builtinOf, importedBuiltin, requiredBuiltin, standIn } from './builtins.ts'
import { findComponent } from './components.ts'
import { withoutComputed } from './computed/choices.ts'
import { missingModule } from './missing.ts'
import { checkOf, isCommonJs, namedImports } from './named-imports.ts'
import { nearestJson, type Package, type PackageFile, type Packages } from './packages.ts'
import { resolveIn, resolvePackage, type Resolved } from './resolving.ts'

type Step = BundleRequest['steps'][number]
type OwnStep = Extract<Step, { code: string }>

/** Where a module comes from; travels with it through esbuild. */
type Origin =
  | { kind: 'step'; step: Step }
  | { kind: 'package'; file: PackageFile }
  | { kind: 'sdk'; path: string }
  | { kind: 'made'; contents: string | Promise<string>; mayReach?: string }

/** Says to esbuild, by its ending, that a file is an ES module of Node's kind, whatever it is called. */
const ES_MODULE = '#.mjs'
const SDK = new URL('../../../../../sdk/src/', import.meta.url)

/** @param missing gets what packages of components import and is not there, by name */
export function stepPlugin(
  steps: readonly Step[],
  loaders: ReadonlyMap<string, 'js' | 'ts'>,
  packages: Packages,
  missing: Map<string, string>
): Plugin {
  const resolver = new Resolver(steps, packages, missing)
  return {
    name: 'bellhop',
    setup(build) {
      build.onResolve({ filter: /.*/s }, (args) => told(() => resolver.resolve(args)))
      build.onLoad({ filter: /.*/s, namespace: 'sdk' }, ({ path }) => loadSdk(path))
      build.onLoad({ filter: /.*/s }, (args) => load(args, loaders, resolver))
    }
  }
}

class Resolver {
  readonly #steps: ReadonlyMap<string, Step>
  readonly #packages: Packages
  readonly #missing: Map<string, string>

  constructor(steps: readonly Step[], packages: Packages, missing: Map<string, string>) {
    this.#steps = new Map(steps.map((step) => [step.step, step]))
    this.#packages = packages
    this.#missing = missing
  }

  resolve({ path, importer, kind, pluginData, with: attributes }: OnResolveArgs): OnResolveResult {
    if (kind === 'entry-point') return this.#start(path)
    const origin = pluginData as Origin | undefined
    if (origin === undefined) return wrong(`cannot be imported by ${importer}`)
    if (origin.kind === 'made')
      return origin.mayReach === path ? { path, external: true, sideEffects: false } : wrong('cannot be imported')
    const odd = Object.entries(attributes).find(([key, value]) => key !== 'type' || value !== 'json')
    if (odd !== undefined)
      return wrong(`has the attribute \`${odd[0]}: ${odd[1]}\`: only JavaScript, TypeScript and JSON are bundled`)
    const required = kind === 'require-call' || kind === 'require-resolve'
    const builtin = builtinOf(path)
    if (builtin !== undefined) return builtinModule(builtin, required, origin)
    if (path === '@bellhop/sdk')
      return { path: 'index.ts', namespace: 'sdk', pluginData: { kind: 'sdk', path: 'index.ts' } }
    if (origin.kind === 'sdk') return sdkModule(origin.path, path)
    if (origin.kind === 'step') return this.#fromStep(path, required, origin.step)
    return this.#told(resolveIn(this.#packages, origin.file, path, required), path, origin.file)
  }

  #start(name: string): OnResolveResult {
    const step = this.#steps.get(name)
    if (step === undefined) return wrong('is no step')
    const label = 'component' in step ? `${step.step}.mjs` : step.label
    return {
      path: `${name}/${label}${ES_MODULE}`,
      namespace: 'step',
      pluginData: { kind: 'step', step } satisfies Origin
    }
  }

  #fromStep(path: string, required: boolean, step: Step): OnResolveResult {
    if ('component' in step) return this.#component(step)
    if (/^\.{0,2}\/|^\.{1,2}$|^[a-z]:[\\/]/i.test(path)) {
      return wrong('is a file, and a step has one file: put the code into it, or into a package')
    }
    const specifier = readSpecifier(path)
    if (specifier === undefined) return wrong('is neither a package nor one of Node’s modules')
    const target = this.#wanted(specifier, step)
    if (target === undefined) return wrong('is not installed')
    const { subpath } = specifier
    const resolved = resolvePackage(target, subpath, required)
    if (!('missing' in resolved)) return this.#told(resolved, path)
    return wrong(
      subpath === ''
        ? `has nothing that can be imported in \`${target.id}\``
        : `is not a file that \`${target.id}\` offers`
    )
  }

  /** Whether an import of a step leads to a CommonJS module. */
  isCommonJs(path: string, step: OwnStep): boolean {
    const specifier = builtinOf(path) === undefined ? readSpecifier(path) : undefined
    const target = specifier && this.#wanted(specifier, step)
    if (specifier === undefined || target === undefined) return false
    const resolved = resolvePackage(target, specifier.subpath, false)
    return 'file' in resolved && isCommonJs(resolved.file)
  }

  #wanted({ name, range }: Specifier, { pins }: OwnStep): Package | undefined {
    const pinned = Object.hasOwn(pins, name) ? pins[name] : undefined
    return this.#packages.wantedBy(range === '' ? (pinned ?? '') : wanted(name, range))
  }

  /** A component of a package stands for its step. */
  #component({ component }: Extract<Step, { component: unknown }>): OnResolveResult {
    const target = this.#packages.wantedBy(component.package)
    const file = target && findComponent(target, component.key)
    return file === undefined ? wrong('has no such component') : packageModule(file)
  }

  #told(resolved: Resolved, path: string, from?: PackageFile): OnResolveResult {
    if ('file' in resolved) return packageModule(resolved.file)
    if ('refused' in resolved) return wrong(resolved.refused)
    if (from !== undefined) this.#note(path, from)
    const where = from === undefined ? 'the step' : `${from.in.id}/${from.path}`
    return made(`${path} (${where})`, missingModule(path, where))
  }

  #note(path: string, { in: { id } }: PackageFile): void {
    const specifier = readSpecifier(path)
    const ofComponent = [...this.#steps.values()].some(
      (step) => 'component' in step && this.#packages.wantedBy(step.component.package)?.id === id
    )
    if (specifier !== undefined && ofComponent) this.#missing.set(specifier.name, specifier.range)
  }
}

function packageModule(file: PackageFile): OnResolveResult {
  const module = /\.[jt]s$/.test(file.path) && nearestJson(file)['type'] === 'module'
  const path = `${file.in.id}/${file.path}${module ? ES_MODULE : ''}`
  const { sideEffects } = file.in.json
  return {
    path,
    namespace: 'npm',
    ...(sideEffects === false ? { sideEffects } : {}),
    pluginData: { kind: 'package', file } satisfies Origin
  }
}

function builtinModule(name: string, required: boolean, { kind }: Origin): OnResolveResult {
  if (!ALLOWED.has(name) && kind === 'step') return wrong('is one of Node’s modules that code in a workflow cannot use')
  if (!ALLOWED.has(name) && !REFUSING.has(name)) return made(`node:${name}`, standIn(name))
  const contents = required ? requiredBuiltin(name) : importedBuiltin(name)
  return made(`node:${name}${required ? ' (required)' : ''}`, contents, `node:${name}`)
}

function made(path: string, contents: string | Promise<string>, mayReach?: string): OnResolveResult {
  const origin: Origin = { kind: 'made', contents, ...(mayReach === undefined ? {} : { mayReach }) }
  return { path, namespace: 'made', sideEffects: mayReach === undefined, pluginData: origin }
}

function sdkModule(from: string, specifier: string): OnResolveResult {
  const path = posix.normalize(posix.join(posix.dirname(from), specifier))
  return { path, namespace: 'sdk', pluginData: { kind: 'sdk', path } satisfies Origin }
}

/** A package that cannot be read is told where it is imported. */
function told(resolve: () => OnResolveResult): OnResolveResult {
  try {
    return resolve()
  } catch (error) {
    if (error instanceof Fault) return wrong(error.message)
    throw error
  }
}

function wrong(text: string): OnResolveResult {
  return { errors: [{ text }] }
}

/** The SDK of this server: part of it, so its files are this machine's. */
function loadSdk(path: string): OnLoadResult {
  const contents = readFileSync(fileURLToPath(new URL(path, SDK)), 'utf8')
  return { contents, loader: 'ts', pluginData: { kind: 'sdk', path } satisfies Origin }
}

async function load(
  { pluginData }: OnLoadArgs,
  loaders: ReadonlyMap<string, 'js' | 'ts'>,
  resolver: Resolver
): Promise<OnLoadResult> {
  const origin = pluginData as Origin | undefined
  // Found by esbuild itself, which is to find nothing.
  if (origin === undefined) return { errors: [{ text: 'cannot be loaded' }] }
  if (origin.kind === 'made') return { contents: await origin.contents, loader: 'js', pluginData: origin }
  if (origin.kind === 'step') return loadStep(origin, loaders, resolver)
  if (origin.kind === 'package') return loadPackaged(origin)
  return { errors: [{ text: 'cannot be loaded' }] }
}

async function loadStep(
  origin: Origin & { kind: 'step' },
  loaders: ReadonlyMap<string, 'js' | 'ts'>,
  resolver: Resolver
): Promise<OnLoadResult> {
  const { step } = origin
  if ('component' in step) {
    return { contents: `export { default } from 'component'`, loader: 'js', pluginData: origin }
  }
  const loader = loaders.get(step.step) ?? 'ts'
  const names = await namedImports(step.code, loader)
  const checked = names.filter(({ from }) => resolver.isCommonJs(from, step))
  return { contents: unmapped(step.code) + checkOf(checked), loader, pluginData: origin }
}

async function loadPackaged(origin: Origin & { kind: 'package' }): Promise<OnLoadResult> {
  const { file } = origin
  const bytes = file.in.files.get(file.path) ?? Buffer.alloc(0)
  const loader = LOADERS[posix.extname(file.path)]
  if (loader === undefined) {
    // Node would take a file without an ending for JavaScript; an addon or a picture fails when it is run.
    if (posix.extname(file.path) !== '') return { contents: notCode(file), loader: 'js', pluginData: origin }
  }
  if (loader === 'json') return { contents: bytes.toString(), loader, pluginData: origin }
  const { text, loader: as } = await withoutComputed(bytes.toString(), loader ?? 'js', file)
  return { contents: unmapped(text), loader: as, pluginData: origin }
}

const LOADERS: Readonly<Record<string, 'js' | 'ts' | 'json'>> = {
  '.js': 'js',
  '.cjs': 'js',
  '.mjs': 'js',
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.json': 'json'
}

function notCode({ in: { id }, path }: PackageFile): string {
  const message = JSON.stringify(`${id}/${path} is no code, and cannot be loaded in a workflow`)
  return `throw new Error(${message}); module.exports = {}`
}

/**
 * Without what esbuild would follow: a comment that names a source map makes it open any `file:` address that stands there,
 * and then the sources that the map names. As long as before, so that positions stay.
 */
function unmapped(text: string): string {
  return text.replaceAll(/([#@]) sourceMappingURL=/g, '$1 sourceMappingURL:')
}
