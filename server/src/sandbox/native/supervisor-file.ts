/** The files that steps in Python and Bash run with: the supervisor, bundled into one, and the Python part as text. */
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('supervisor/', import.meta.url))

/** Bundles the supervisor into `folder`, and returns its path. */
export async function makeSupervisor(folder: string): Promise<string> {
  // Loaded when it is needed: only servers that allow such steps do.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [join(HERE, 'main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    minifySyntax: true,
    legalComments: 'none'
  })
  const file = join(folder, 'supervisor.mjs')
  writeFileSync(`${file}.new`, outputFiles[0]?.contents ?? '')
  chmodSync(`${file}.new`, 0o644)
  renameSync(`${file}.new`, file)
  return file
}

/** What runs a step's Python code. */
export function bootstrap(): string {
  return readFileSync(join(HERE, 'bootstrap.py'), 'utf8')
}
