/** Finding out what the host allows, by trying it. */
import { execFile } from 'node:child_process'
import { accessSync, constants, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { join } from 'node:path'
import { command, type Command, type Launch } from './command.ts'
import { hasOwnUser, isNamespaced, LEVELS, type Level, type Tools } from './level.ts'
import { makePublicFolder } from './public-folder.ts'
import { makeRoot } from './root.ts'
import { Slots } from '../slots.ts'

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
const PROBE_MS = 5_000
const PROBE_KB = 1 << 20

/** What is in force, in words of the machine. */
export interface Isolated {
  readonly level: Level
  /** Whether processes gain no privilege, and end with the server however it ends. */
  readonly tied: boolean
}

export interface Isolation extends Isolated {
  /** Where the folders of processes have to be, and what they read. */
  readonly folder: string
  /** The command line of a sandbox process. */
  command(launch: Launch): Command
}

/**
 * Tries the levels; some milliseconds each. Root goes without user namespaces unless they are asked for: their processes
 * are still root to what the kernel does not divide, such as `/proc/sys`, and a user of their own is better.
 * @param directory the sandbox's own folder in the data directory
 * @param most the level to begin with
 */
export async function isolate(directory: string, most?: Level): Promise<Isolation> {
  const tools = findTools()
  // A smaller setpriv, such as busybox's, may not know what is asked of it.
  const { setpriv: _without, ...fewer } = tools
  for (const level of LEVELS.slice(LEVELS.indexOf(most ?? 'namespaces'))) {
    if (level === 'user-namespaces' && most !== level && process.getuid?.() === 0) continue
    for (const some of isNamespaced(level) ? [tools] : [tools, fewer]) {
      const isolation = await attempt(level, some, directory)
      if (isolation !== undefined) return isolation
    }
  }
  return isolationOf('none', fewer, directory)
}

async function attempt(level: Level, tools: Tools, directory: string): Promise<Isolation | undefined> {
  if (!isPossible(level, tools)) return undefined
  let isolation: Isolation | undefined
  try {
    isolation = isolationOf(level, tools, directory)
    if (await works(isolation)) return isolation
  } catch {
    // It is not possible here, for whatever reason.
  }
  if (isolation?.level === 'user') rmSync(isolation.folder, { recursive: true, force: true })
  return undefined
}

function isolationOf(level: Level, tools: Tools, directory: string): Isolation {
  const root = isNamespaced(level) ? makeRoot(join(directory, 'root')) : undefined
  // Another user passes through no data directory; where processes have a root of their own, they need not.
  const folder = level === 'user' ? makePublicFolder(directory) : directory
  return { level, tied: tools.setpriv !== undefined, folder, command: (launch) => command(level, tools, root, launch) }
}

/** Whether Node starts at this level, where a process would find it. */
async function works(isolation: Isolation): Promise<boolean> {
  const slots = new Slots(join(isolation.folder, 'probe'), hasOwnUser(isolation.level))
  try {
    const slot = slots.make(undefined)
    const runtime = join(slot.program, 'none.mjs')
    writeFileSync(runtime, '')
    const { file, args, as } = isolation.command({ slot, runtime, dataKb: PROBE_KB, args: () => ['--version'] })
    const options = { ...as, env: {}, timeout: PROBE_MS, killSignal: 'SIGKILL' as const }
    const { stdout } = await promisify(execFile)(file, args, options)
    return stdout.trim() === process.version
  } finally {
    slots.close()
  }
}

function isPossible(level: Level, { sh, setpriv, unshare, mount, chroot }: Tools): boolean {
  if (sh === undefined || (hasOwnUser(level) && process.getuid?.() !== 0)) return false
  const has = setpriv !== undefined && unshare !== undefined && mount !== undefined && chroot !== undefined
  return !isNamespaced(level) || has
}

/** Where the host has them. */
export function findTools(): Tools {
  const tools: Record<string, string> = {}
  for (const name of ['sh', 'setpriv', 'unshare', 'mount', 'chroot', 'ip']) {
    const path = FOLDERS.map((folder) => join(folder, name)).find(isExecutable)
    if (path !== undefined) tools[name] = path
  }
  return tools
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const NOTE = 'isolation.json'

/** Notes what is in force, for whoever asks from outside of this process. */
export function noteIsolation(directory: string, { level, tied }: Isolation): void {
  writeFileSync(join(directory, NOTE), JSON.stringify({ level, tied } satisfies Isolated), { mode: 0o600 })
}

/** What the server that ran code here last has noted; undefined before the first. */
export function notedIsolation(directory: string): Isolated | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, NOTE), 'utf8')) as Isolated
  } catch {
    return undefined
  }
}
