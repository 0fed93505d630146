/** The files that steps in Python and Bash run with: the supervisor, bundled into one, and the Python part as text. */
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeOwnFile } from '../own-file.ts'

const HERE = fileURLToPath(new URL('supervisor/', import.meta.url))

/** Bundles the supervisor into `folder`, and returns its path. */
export async function makeSupervisor(folder: string): Promise<string> {
  const file = join(folder, 'supervisor.mjs')
  await makeOwnFile(join(HERE, 'main.ts'), file, 0o644)
  chmodSync(file, 0o644)
  return file
}

/** What runs a step's Python code. */
export function bootstrap(): string {
  return readFileSync(join(HERE, 'bootstrap.py'), 'utf8')
}
