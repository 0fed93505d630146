/** The child's own file: `child/` bundled into one, small to read and alone in what the child may read of Bellhop. */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const SDK = fileURLToPath(new URL('.', import.meta.resolve('@bellhop/sdk')))

export class Runtime {
  readonly #directory: string
  #file: Promise<string> | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Path of the file, which is made when its sources are not those of the last time. */
  file(): Promise<string> {
    this.#file ??= this.#make()
    return this.#file
  }

  async #make(): Promise<string> {
    const file = join(this.#directory, `runtime-${hashOfSources()}.mjs`)
    if (existsSync(file)) return file
    // Loaded when it is needed: a server that has run code before starts without it.
    const { build } = await import('esbuild')
    const { outputFiles } = await build({
      entryPoints: [join(HERE, 'child/main.ts')],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: 'node26',
      minifySyntax: true,
      legalComments: 'none'
    })
    writeFileSync(`${file}.new`, outputFiles[0]?.contents ?? '', { mode: 0o600 })
    renameSync(`${file}.new`, file)
    return file
  }
}

function hashOfSources(): string {
  const sources = [HERE, SDK].flatMap((cwd) =>
    globSync('{child,protocol}/**/*.ts', { cwd }).map((name) => join(cwd, name))
  )
  const hash = createHash('sha256')
  for (const source of sources.sort()) hash.update(`${source}\0`).update(readFileSync(source))
  return hash.digest('hex').slice(0, 16)
}
