/** The child's own file: `child/` bundled into one, small to read and alone in what the child may read of Bellhop. */
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeOwnFile } from './own-file.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const SDK = fileURLToPath(new URL('.', import.meta.resolve('@bellhop/sdk')))

/**
 * Path of the file in `folder`. It is made when its sources are not those of the last time, and kept in `directory`, the
 * sandbox's own folder.
 */
export async function makeRuntime(directory: string, folder: string): Promise<string> {
  const name = `runtime-${hashOfSources()}.mjs`
  const kept = join(directory, name)
  if (!existsSync(kept)) {
    for (const old of readdirSync(directory)) if (old.startsWith('runtime-')) rmSync(join(directory, old))
    await makeOwnFile(join(HERE, 'child/main.ts'), kept, 0o600)
  }
  const file = join(folder, name)
  if (file !== kept) copyFileSync(kept, file)
  chmodSync(file, 0o644)
  return file
}

function hashOfSources(): string {
  const sources = [join(HERE, 'child'), join(HERE, 'protocol'), SDK].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  )
  const hash = createHash('sha256')
  for (const source of sources.filter((name) => name.endsWith('.ts')).sort())
    hash.update(`${source}\0`).update(readFileSync(source))
  return hash.digest('hex').slice(0, 16)
}
