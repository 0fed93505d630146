/**
 * What an import in a package's file means: a file of that package or of another, or something that is refused. Paths are
 * texts within an archive; no file of this machine can be meant, whatever a package writes.
 * https://nodejs.org/api/modules.html#all-together
 */
import { posix } from 'node:path'
import { readSpecifier } from '../specifier.ts'
import { conditionsOf, exported, imported } from './exports-map.ts'
import type { Package, PackageFile, Packages } from './packages.ts'

/** Where an import leads. `missing` fails when it is run, as it does in Node. */
export type Resolved = { file: PackageFile } | { missing: true } | { refused: string }

const MISSING: Resolved = { missing: true }
/** Files that Node adds an ending to find, in its order; others are written out. */
const ENDINGS = ['', '.js', '.json', '.cjs', '.mjs', '.ts']

/** An import within a package. @param required whether by `require` */
export function resolveIn(packages: Packages, from: PackageFile, specifier: string, required: boolean): Resolved {
  if (specifier.startsWith('#')) return resolveImports(packages, from, specifier, required)
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) return resolvePath(from.in, posix.dirname(from.path), specifier)
  if (/^\/|^[a-z]:[\\/]/i.test(specifier)) return { refused: 'is a path of this machine' }
  if (/^[a-z][a-z0-9+.-]*:/i.test(specifier)) return { refused: 'is an address, not a package' }
  return resolveBare(packages, from, specifier, required)
}

/** A package, or a path in it, as others see it. @param subpath empty or with a slash in front */
export function resolvePackage(target: Package, subpath: string, required: boolean): Resolved {
  const { exports, main } = target.json
  if (exports !== undefined && exports !== null) {
    const found = exported(exports, `.${subpath}`, conditionsOf(required))
    return typeof found === 'string' ? resolveTarget(target, found) : MISSING
  }
  // `require('util/')` means the package of that name rather than Node's own.
  if (subpath !== '' && subpath !== '/') return resolvePath(target, '', `.${subpath}`)
  const start = typeof main === 'string' ? resolvePath(target, '', `./${main}`) : MISSING
  return 'missing' in start ? resolvePath(target, '', './index') : start
}

function resolveBare(packages: Packages, from: PackageFile, specifier: string, required: boolean): Resolved {
  const read = readSpecifier(specifier)
  if (read === undefined) return MISSING
  const { name, subpath } = read
  const brought = broughtAlong(from, name)
  if (brought !== undefined) return resolvePath(from.in, '', `./${brought}${subpath}`)
  if (name === from.in.name && from.in.json['exports'] !== undefined) return resolvePackage(from.in, subpath, required)
  const needed = packages.neededBy(from.in, name)
  return needed === undefined ? MISSING : resolvePackage(needed, subpath, required)
}

/** A package that another has in its own archive (`bundleDependencies`). */
function broughtAlong({ in: { files }, path }: PackageFile, name: string): string | undefined {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const there = posix.join(folder, 'node_modules', name)
    if (files.has(`${there}/package.json`)) return there
    if (folder === '.') return undefined
  }
}

function resolveImports(packages: Packages, from: PackageFile, specifier: string, required: boolean): Resolved {
  const found = imported(from.in.json['imports'], specifier, conditionsOf(required))
  if (typeof found !== 'string') return MISSING
  if (found.startsWith('./') || found.startsWith('../')) return resolveTarget(from.in, found)
  if (found.startsWith('#')) return MISSING
  return resolveIn(packages, { in: from.in, path: 'package.json' }, found, required)
}

/** What a package's own `exports` and `imports` name is a file as it is written, inside the package. */
function resolveTarget(target: Package, written: string): Resolved {
  const path = posix.normalize(written)
  if (leaves(path)) return { refused: `leaves the package \`${target.id}\`` }
  return target.files.has(path) ? { file: { in: target, path } } : MISSING
}

/** A path from a folder of a package: a file, a file without its ending, or a folder with its own start. */
function resolvePath(target: Package, folder: string, written: string): Resolved {
  const path = posix.normalize(posix.join(folder, written)).replace(/\/$/, '')
  if (leaves(path)) return { refused: `leaves the package \`${target.id}\`` }
  const asFolder = /(?:^|\/)\.{0,2}\/?$/.test(written)
  const file = asFolder ? undefined : withEnding(target, path)
  if (file !== undefined) return { file }
  return startOf(target, path === '.' ? '' : `${path}/`)
}

function startOf(target: Package, folder: string): Resolved {
  const json = target.files.get(`${folder}package.json`)
  const main = json === undefined ? undefined : mainOf(json)
  const named = main === undefined ? undefined : posix.normalize(`${folder}${main}`).replace(/\/$/, '')
  if (named !== undefined && leaves(named)) return { refused: `leaves the package \`${target.id}\`` }
  const file =
    (named === undefined ? undefined : (withEnding(target, named) ?? withEnding(target, `${named}/index`))) ??
    withEnding(target, `${folder}index`)
  return file === undefined ? MISSING : { file }
}

function withEnding(target: Package, path: string): PackageFile | undefined {
  const ending = ENDINGS.find((each) => target.files.has(path + each))
  return ending === undefined ? undefined : { in: target, path: path + ending }
}

function mainOf(json: Buffer): string | undefined {
  try {
    const read: unknown = JSON.parse(json.toString())
    const main: unknown = typeof read === 'object' && read !== null ? Reflect.get(read, 'main') : undefined
    return typeof main === 'string' && main !== '' ? main : undefined
  } catch {
    return undefined
  }
}

function leaves(path: string): boolean {
  return path === '..' || path.startsWith('../') || path.startsWith('/')
}
