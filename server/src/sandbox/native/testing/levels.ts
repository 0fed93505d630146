/** Which levels of isolation this machine has for steps in Python and Bash; one that it has not is told, not passed over. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NativeSteps } from '../native.ts'
import type { NativeLevel } from '../launch.ts'

export interface Here {
  level: NativeLevel
  /** Whether the steps' server has to be another user than this process, which is root. */
  asUser: boolean
}

/** A user whom no file belongs to. */
export const NOBODY = 65_534
const LEVELS: readonly NativeLevel[] = ['namespaces', 'user-namespaces', 'user']

/** Those with both interpreters, the best one first. */
export async function levelsHere(): Promise<Here[]> {
  const found: Here[] = []
  for (const level of LEVELS) {
    const asUser = level === 'user-namespaces' && process.getuid?.() === 0
    const lacking = asUser ? lackingAsUser(level) : await lackingAt(level)
    if (lacking === undefined) found.push({ level, asUser })
    else console.log(`native steps: their tests at the level ${level} are left out: ${lacking}`)
  }
  return found
}

async function lackingAt(level: NativeLevel): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'bellhop-levels-'))
  const native = new NativeSteps(join(directory, 'native'), directory, level)
  try {
    const status = await native.status()
    if ('unavailable' in status) return status.unavailable.message
    if (status.level !== level) return `this machine has ${status.level} only`
    const { python, bash } = status.interpreters
    return python === undefined || bash === undefined ? 'this machine has not both python3 and bash' : undefined
  } finally {
    await native.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The same of a server that is another user. */
function lackingAsUser(level: NativeLevel): string | undefined {
  const user = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']
  try {
    const said = execFileSync('setpriv', [...user, process.execPath, fileURLToPath(import.meta.url), level], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe']
    })
    return said.trim() === '' ? undefined : said.trim()
  } catch {
    return 'another user cannot start Node with the files of this folder'
  }
}

const [, file, level] = process.argv
if (file === fileURLToPath(import.meta.url)) console.log((await lackingAt(level as NativeLevel)) ?? '')
