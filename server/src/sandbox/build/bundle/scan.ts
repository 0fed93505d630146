/** What the steps' own texts import, before anything is installed. */
import type { AnyNode } from 'acorn'
import { build, transform, type BuildFailure, type OnResolveArgs, type OnResolveResult } from 'esbuild'
import type { BuildProblem, ScannedStep, ScanRequest } from '../messages.ts'
import { isRange, readSpecifier, wanted, type Specifier } from '../specifier.ts'
import { builtinOf } from './builtins.ts'
import { computedImports } from './computed/computed.ts'
import { nodesOf } from './computed/syntax.ts'
import { problemOf } from './problems.ts'

type Wrong = NonNullable<ScanRequest['wrong']>

interface Scanned {
  loader: 'js' | 'ts'
  imports: { name: string; range: string }[]
}

/** Every import of every step, and what is wrong with their syntax or with what they name. */
export async function scan({
  scan: steps,
  wrong = {}
}: ScanRequest): Promise<{ steps: Record<string, Scanned>; problems: BuildProblem[] }> {
  const scanned: Record<string, Scanned> = {}
  const problems: BuildProblem[] = []
  for (const step of steps) {
    const loader = await loaderOf(step)
    const imports: Specifier[] = []
    problems.push(...(await follow(step, loader, (specifier) => note(specifier, imports, wrong))))
    scanned[step.step] = { loader, imports: imports.map(({ name, range }) => ({ name, range })) }
  }
  return { steps: scanned, problems }
}

/**
 * JavaScript is read as such where it is: TypeScript leaves out imports that nothing uses, because they may be types. What is
 * no JavaScript is told as TypeScript has it, which knows more.
 */
async function loaderOf({ language, code }: ScannedStep): Promise<'js' | 'ts'> {
  if (language === 'typescript') return 'ts'
  try {
    await transform(code, { loader: 'js', logLevel: 'silent' })
    return 'js'
  } catch {
    return 'ts'
  }
}

/** Calls `meet` with every import, however it is written; returns what is wrong, with its place. */
async function follow(
  { step, label, code }: ScannedStep,
  loader: 'js' | 'ts',
  meet: (specifier: string) => OnResolveResult
): Promise<BuildProblem[]> {
  const computed = await computedPaths(step, code, loader)
  if (computed.length > 0) return computed
  const resolve = ({ path, kind }: OnResolveArgs): OnResolveResult =>
    kind === 'entry-point'
      ? { path: `${step}/${label}#.mjs`, namespace: 'step' }
      : { path, external: true, ...meet(path) }
  try {
    await build({
      ...BARE,
      entryPoints: [step],
      plugins: [
        {
          name: 'imports',
          setup(hooks) {
            hooks.onResolve({ filter: /.*/s }, resolve)
            hooks.onLoad({ filter: /.*/s }, () => ({ contents: code, loader }))
          }
        }
      ]
    })
    return []
  } catch (error) {
    return ((error as Partial<BuildFailure>).errors ?? []).map((message) => problemOf(message, [step]))
  }
}

/** A path that is computed can mean no file, since a step has but one; and esbuild must not see it (`computed/computed.ts`). */
async function computedPaths(step: string, code: string, loader: 'js' | 'ts'): Promise<BuildProblem[]> {
  try {
    const computed = await computedImports(code, loader)
    const paths = computed?.calls.filter(({ argument }) => [...nodesOf(argument)].some(isPath)) ?? []
    return paths.map(({ kind, callee }) => ({
      step,
      ...computed?.positionOf(callee.start),
      message: `\`${kind}\` of a path that is computed: a step has one file, and no others beside it`
    }))
  } catch (error) {
    // What esbuild cannot read either, it tells better.
    if ('errors' in (error as Partial<BuildFailure>)) return []
    return [{ step, message: 'the syntax of the code cannot be read', expected: 'JavaScript or TypeScript' }]
  }
}

/** Text from which a path can begin. */
function isPath(node: AnyNode): boolean {
  if (node.type === 'TemplateElement') return node.value.cooked?.startsWith('.') === true
  return node.type === 'Literal' && typeof node.value === 'string' && node.value.startsWith('.')
}

/** What is neither Node's nor a package is told when it is bundled. */
function note(path: string, imports: Specifier[], wrong: Wrong): OnResolveResult {
  const specifier = builtinOf(path) !== undefined || path === '@bellhop/sdk' ? undefined : readSpecifier(path)
  if (specifier === undefined) return {}
  if (specifier.range !== '' && !isRange(specifier.range)) {
    return { errors: [{ text: 'is no package with a version: write `name@1.2.3`, `name@^1` or `name@latest`' }] }
  }
  imports.push(specifier)
  const key = wrongKey(specifier, wrong)
  if (key === undefined) return {}
  return { errors: [{ text: wrong[key]?.message ?? '', detail: { wanted: key, ...wrong[key] } }] }
}

/** A name without a version stands for whatever was wanted of it. */
function wrongKey({ name, range }: Specifier, wrong: Wrong): string | undefined {
  if (range !== '') return Object.hasOwn(wrong, wanted(name, range)) ? wanted(name, range) : undefined
  return Object.keys(wrong).find((key) => key.startsWith(`${name}@`))
}

/** esbuild with nothing of its own to read: no folder, no configuration, nothing written. */
export const BARE = {
  absWorkingDir: '/',
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node26',
  logLevel: 'silent',
  logLimit: 0,
  tsconfigRaw: '{}',
  legalComments: 'none'
} as const
