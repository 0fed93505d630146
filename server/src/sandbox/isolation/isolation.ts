/**
 * What the operating system adds to Node's own permission model, where the host allows it (I7). Four levels, from the most
 * to the least; the first one with which a process really starts is taken:
 *
 * - `namespaces`: a root folder with nothing in it but Node and the program, no other process in sight, no network device, and a user
 *   of its own. Needs root and `CAP_SYS_ADMIN`.
 * - `user-namespaces`: the same without root, by unprivileged user namespaces; the files that it could reach are still this
 *   user's.
 * - `user`: a user of its own. Needs root, as in most containers.
 * - `none`: Node's permissions and the limits of resources only.
 */
import { execFile } from 'node:child_process'
import { accessSync, constants, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { join } from 'node:path'
import { command, type Command, type Launch } from './command.ts'
import { makePublicFolder } from './public-folder.ts'
import { makeRoot } from './root.ts'
import { Slots } from '../slots.ts'

export type Level = 'namespaces' | 'user-namespaces' | 'user' | 'none'

/** The programs of util-linux and coreutils that a level needs; undefined where the host has none. */
export type Tools = Readonly<Partial<Record<'sh' | 'setpriv' | 'unshare' | 'mount' | 'chroot' | 'ip', string>>>

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
const PROBE_MS = 5_000
const PROBE_KB = 1 << 20

export interface Isolation {
  readonly level: Level
  /** Where the folders of processes have to be, and what they read. */
  readonly folder: string
  /** The command line of a sandbox process. */
  command(launch: Launch): Command
}

/**
 * Tries the levels; some milliseconds each.
 * @param directory the sandbox's own folder in the data directory
 * @param most the level to begin with
 */
export async function isolate(directory: string, most: Level = 'namespaces'): Promise<Isolation> {
  const tools = findTools()
  for (const level of LEVELS.slice(LEVELS.indexOf(most), -1)) {
    const isolation = await attempt(level, tools, directory)
    if (isolation !== undefined) return isolation
  }
  return isolationOf('none', tools, directory)
}

const LEVELS: readonly Level[] = ['namespaces', 'user-namespaces', 'user', 'none']

async function attempt(level: Level, tools: Tools, directory: string): Promise<Isolation | undefined> {
  if (!isPossible(level, tools)) return undefined
  try {
    const isolation = isolationOf(level, tools, directory)
    return (await works(isolation)) ? isolation : undefined
  } catch {
    return undefined
  }
}

function isolationOf(level: Level, tools: Tools, directory: string): Isolation {
  const root = level === 'user' || level === 'none' ? undefined : makeRoot(join(directory, 'root'))
  // Another user passes through no data directory; where processes have a root of their own, they need not.
  const folder = level === 'user' ? makePublicFolder(directory) : directory
  return { level, folder, command: (launch) => command(level, tools, root, launch) }
}

/** Whether the processes run as a user of their own. */
export function hasOwnUser(level: Level): boolean {
  return level === 'namespaces' || level === 'user'
}

/** Whether Node starts at this level, where a process would find it. */
async function works(isolation: Isolation): Promise<boolean> {
  const slots = new Slots(join(isolation.folder, 'probe'), hasOwnUser(isolation.level))
  try {
    const slot = slots.make(undefined)
    const runtime = join(slot.program, 'none.mjs')
    writeFileSync(runtime, '')
    const { file, args } = isolation.command({ slot, runtime, dataKb: PROBE_KB, args: () => ['--version'] })
    const { stdout } = await promisify(execFile)(file, args, { env: {}, timeout: PROBE_MS, killSignal: 'SIGKILL' })
    return stdout.trim() === process.version
  } finally {
    slots.close()
  }
}

function isPossible(level: Level, { sh, setpriv, unshare, mount, chroot }: Tools): boolean {
  if (sh === undefined) return false
  if (hasOwnUser(level) && process.getuid?.() !== 0) return false
  if (level === 'none') return true
  if (setpriv === undefined) return false
  return level === 'user' || (unshare !== undefined && mount !== undefined && chroot !== undefined)
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
