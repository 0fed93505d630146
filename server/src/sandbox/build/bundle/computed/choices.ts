/**
 * Packages whose files compute what they import. Each such call becomes a choice between the files of the package that can be
 * meant, so that it works as it does in Node; where there are none, or too many, it fails when it is run.
 */
import { posix } from 'node:path'
import type { AnyNode } from 'acorn'
import { transform } from 'esbuild'
import type { PackageFile } from '../packages.ts'
import { computedImports, type ComputedImport } from './computed.ts'
import { pathPattern } from './path-pattern.ts'

/** What the choices of a file may bring into a bundle. */
const MOST = { files: 1_000, bytes: 8 << 20 }
const CODE = /\.(?:c?js|mjs|json)$/

export interface Changed {
  text: string
  loader: 'js' | 'ts'
}

/** The code of a package's file as esbuild may see it. */
export async function withoutComputed(code: string, loader: 'js' | 'ts', file: PackageFile): Promise<Changed> {
  const computed = await computedImports(code, loader).catch((error: unknown) => error as Error)
  if (computed === undefined) return { text: code, loader }
  if (computed instanceof Error) return { text: unreadable(file), loader: 'js' }
  const { text, calls, ownRequire } = computed
  const edits: Edit[] = []
  const choices: string[] = []
  for (const call of calls) {
    const paths = call.alone && !(call.kind === 'require' && ownRequire) ? await pathsOf(call.argument, file) : []
    if (paths.length === 0) edits.push(...hidden(call.argument))
    else {
      const name = `$bellhopChoice${choices.length}`
      edits.push({ ...call.callee, text: name })
      choices.push(choiceOf(name, call.kind, paths))
    }
  }
  return { text: [edited(text, edits), ...choices].join('\n;'), loader: 'js' }
}

/** A replacement; none overlaps another. */
interface Edit {
  start: number
  end: number
  text: string
}

function edited(text: string, edits: readonly Edit[]): string {
  let rest = text
  const changed: string[] = []
  for (const edit of edits.toSorted((one, other) => other.start - one.start || other.end - one.end)) {
    changed.unshift(edit.text, rest.slice(edit.end))
    rest = rest.slice(0, edit.start)
  }
  return rest + changed.join('')
}

/** The same value, written so that esbuild reads no text in it. */
function hidden({ start, end }: AnyNode): Edit[] {
  return [
    { start, end: start, text: '((0,' },
    { start: end, end, text: '))' }
  ]
}

interface Meant {
  /** As it stands in an import. */
  path: string
  /** Texts that mean it. */
  written: string[]
}

/** Files of the package that can be meant and can be read; none where that is too much. */
async function pathsOf(argument: AnyNode, { in: { files }, path: from }: PackageFile): Promise<Meant[]> {
  const pattern = pathPattern(argument)
  if (pattern === undefined) return []
  const meant: Meant[] = []
  let bytes = 0
  for (const [path, content] of files) {
    if (!CODE.test(path) || /(?:^|\/)node_modules\//.test(path)) continue
    const relative = posix.relative(posix.dirname(from), path)
    const said = relative.startsWith('.') ? relative : `./${relative}`
    const written = [said, said.replace(CODE, ''), ...folderOf(said)].filter((text) => pattern.test(text))
    if (written.length === 0) continue
    bytes += content.length
    if (meant.length === MOST.files || bytes > MOST.bytes) return []
    if (await isReadable(path, content)) meant.push({ path: said, written })
  }
  return meant.toSorted((one, other) => one.path.length - other.path.length)
}

function folderOf(path: string): string[] {
  const folder = /^(.+)\/index\.\w+$/.exec(path)?.[1]
  return folder === undefined ? [] : [folder]
}

/** What cannot be bundled may lie there, and is left out: an example, a template, a script of another kind. */
async function isReadable(path: string, content: Buffer): Promise<boolean> {
  try {
    if (path.endsWith('.json')) JSON.parse(content.toString())
    else await transform(content.toString(), { loader: 'js', format: 'esm', target: 'node26', logLevel: 'silent' })
    return true
  } catch {
    return false
  }
}

function choiceOf(name: string, kind: ComputedImport['kind'], paths: readonly Meant[]): string {
  const cases = paths.map(
    ({ path, written }) =>
      `${written.map((text) => `case ${JSON.stringify(text)}:`).join('')}return ${kind}(${JSON.stringify(path)})`
  )
  return `function ${name}(path){switch(\`\${path}\`){${cases.join('\n')}}return ${kind}((0,path))}`
}

function unreadable({ in: { id }, path }: PackageFile): string {
  return `throw new SyntaxError(${JSON.stringify(`${id}/${path} cannot be read`)}); module.exports = {}`
}
