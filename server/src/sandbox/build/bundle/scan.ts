/** What the steps' own texts import, before anything is installed. */
import { build, transform, type BuildFailure, type Message } from 'esbuild'
import type { BuildProblem, ScannedStep, ScanRequest } from '../messages.ts'
import { isRange, readSpecifier, type Specifier } from '../specifier.ts'
import { builtinOf } from './builtins.ts'
import { problemOf } from './problems.ts'

interface Scanned {
  loader: 'js' | 'ts'
  imports: { name: string; range: string }[]
}

export async function scan({
  scan: steps
}: ScanRequest): Promise<{ steps: Record<string, Scanned>; problems: BuildProblem[] }> {
  const scanned: Record<string, Scanned> = {}
  const problems: BuildProblem[] = []
  for (const step of steps) {
    const loader = await loaderOf(step)
    const found = await importsOf(step, loader)
    problems.push(...found.problems)
    scanned[step.step] = { loader, imports: found.imports.map(({ name, range }) => ({ name, range })) }
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

async function importsOf(
  step: ScannedStep,
  loader: 'js' | 'ts'
): Promise<{ imports: Specifier[]; problems: BuildProblem[] }> {
  const imports: Specifier[] = []
  const told = (errors: readonly Message[]): BuildProblem[] => errors.map((error) => problemOf(error, [step.step]))
  try {
    await build({
      ...BARE,
      entryPoints: ['step'],
      plugins: [
        {
          name: 'imports',
          setup({ onResolve, onLoad }) {
            onResolve({ filter: /.*/s }, ({ path, kind }) => {
              if (kind === 'entry-point') return { path: `${step.step}/${step.label}#.mjs`, namespace: 'step' }
              const specifier =
                builtinOf(path) === undefined && path !== '@bellhop/sdk' ? readSpecifier(path) : undefined
              if (specifier === undefined) return { path, external: true }
              if (specifier.range !== '' && !isRange(specifier.range)) {
                return {
                  errors: [{ text: 'is no package with a version: write `name@1.2.3`, `name@^1` or `name@latest`' }]
                }
              }
              imports.push(specifier)
              return { path, external: true }
            })
            onLoad({ filter: /.*/s }, () => ({ contents: step.code, loader }))
          }
        }
      ]
    })
    return { imports, problems: [] }
  } catch (error) {
    return { imports, problems: told((error as BuildFailure).errors ?? []) }
  }
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
