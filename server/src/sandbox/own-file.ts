import { renameSync, writeFileSync } from 'node:fs'

/** Bundles a module of Bellhop's own, which processes run that see nothing else of it, into one file. */
export async function makeOwnFile(entry: string, file: string, mode: number): Promise<void> {
  // Loaded when it is needed: most starts make no file.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    minifySyntax: true,
    legalComments: 'none'
  })
  writeFileSync(`${file}.new`, outputFiles[0]?.contents ?? '', { mode })
  renameSync(`${file}.new`, file)
}
