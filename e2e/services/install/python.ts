/** Programs from PyPI, each in a virtual environment of its own. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Unavailable } from '../guard/unavailable.ts'
import { cached, clientEnvironment } from './cache.ts'

/** What tells two Pythons apart; a virtual environment works with the one that made it. */
const IDENTITY = 'import sys; print(sys.base_prefix, sys.version)'

/**
 * A virtual environment with what `install/NAME.txt` lists, wheels only: nothing of a package runs while it is installed.
 * @throws Unavailable without a Python, its venv module or the packages
 */
export async function pythonEnvironment(name: string): Promise<string> {
  const requirements = fileURLToPath(new URL(`${name}.txt`, import.meta.url))
  const identity = `${await identify()}\n${readFileSync(requirements, 'utf8')}`
  const version = createHash('sha256').update(identity).digest('hex').slice(0, 12)
  return cached(`${name}-${version}`, async (maker, into) => {
    const env = clientEnvironment()
    await maker.run({ command: ['python3', '-m', 'venv', into], env })
    const pip = [join(into, 'bin', 'python'), '-m', 'pip', '--disable-pip-version-check'] as const
    const what = ['--only-binary', ':all:', '--no-deps', '--requirement', requirements]
    await maker.run({ command: [...pip, 'install', '--quiet', ...what], env })
  })
}

async function identify(): Promise<string> {
  try {
    return (await promisify(execFile)('python3', ['-c', IDENTITY])).stdout
  } catch {
    throw new Unavailable('there is no python3 on the PATH')
  }
}
