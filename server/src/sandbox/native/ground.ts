/** What this host can do for steps in Python and Bash, tried once: how they are kept apart, and which interpreters there are. */
import { execFile, spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault, type Json } from '@bellhop/sdk'
import { findTools } from '../isolation/isolation.ts'
import { hasOwnUser, type Tools } from '../isolation/level.ts'
import { makePublicFolder } from '../isolation/public-folder.ts'
import { stopped, unavailable } from '../faults.ts'
import type { ProcessEvents } from '../pool.ts'
import { SandboxProcess, type ProcessLimits } from '../process.ts'
import { Slots, type Slot } from '../slots.ts'
import { lookAtTree, Watch } from '../watch.ts'
import { commandOf, killCommand, type Launch, type NativeLevel } from './launch.ts'
import { makeRoot } from './root.ts'
import type { Language, ProbeAnswer } from './supervisor/messages.ts'
import { makeSupervisor } from './supervisor-file.ts'

/** The folders of programs in a step's process, and where interpreters are looked for. */
const PATH = '/usr/local/bin:/usr/bin:/bin'
export const INTERPRETERS: Readonly<Record<Language, string>> = { python: 'python3', bash: 'bash' }
const LEVELS: readonly NativeLevel[] = ['namespaces', 'user-namespaces', 'user']
const PROBE_MS = 10_000

export interface Interpreter {
  path: string
  version: string
}

export interface Ground {
  level: NativeLevel
  interpreters: Readonly<Partial<Record<Language, Interpreter>>>
  /** Starts a process; when it is gone, so is all that it started. */
  start(limits: ProcessLimits, events: ProcessEvents): SandboxProcess
  /** Takes the folders away; the processes have to be gone. */
  close(): Promise<void>
}

/**
 * Tries the levels from the most to the least, each with a process that looks around.
 * @param directory the folder for it, in the sandbox's own
 * @param hidden what a process must not see: the data directory
 * @throws Fault `native_steps_unavailable`, saying what the host lacks
 */
export async function prepare(directory: string, hidden: string, most: NativeLevel = 'namespaces'): Promise<Ground> {
  const tools = findTools()
  const why: string[] = []
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (const level of LEVELS.slice(LEVELS.indexOf(most))) {
    const found = await attempt(level, tools, directory, hidden)
    if (typeof found !== 'string') return found
    why.push(`${level}: ${found}`)
  }
  throw new Fault('native_steps_unavailable', `no step in Python or Bash can be kept apart here (${why.join('; ')})`, {
    hint: 'Let the server run as root, or allow unprivileged user namespaces; both need util-linux.'
  })
}

/** What the level has to offer, or why it cannot be had. */
async function attempt(level: NativeLevel, tools: Tools, directory: string, hidden: string): Promise<Ground | string> {
  const lacking = missing(level, tools)
  if (lacking !== undefined) return lacking
  const root = join(directory, 'root')
  // Another user passes through no data directory; in a root folder of their own, processes need not.
  const folder = level === 'user' ? makePublicFolder(directory) : directory
  if (level !== 'user') makeRoot(root)
  const starter = new NativeStarter({ level, tools, root, supervisor: await makeSupervisor(folder) }, folder)
  try {
    const interpreters = await look((limits, events) => starter.start(limits, events), level, hidden)
    return {
      level,
      interpreters,
      start: (limits, events) => starter.start(limits, events),
      close: () => starter.close()
    }
  } catch (error) {
    await starter.close()
    return error instanceof Error ? error.message : 'no process starts'
  }
}

class NativeStarter {
  readonly #launch: Omit<Launch, 'slot'>
  readonly #folder: string
  readonly #slots: Slots
  readonly #watch = new Watch(lookAtTree)
  /** Processes that are gone, whose user may have others yet. */
  readonly #ending = new Set<Promise<void>>()

  /** @param folder of the processes' own folders */
  constructor(launch: Omit<Launch, 'slot'>, folder: string) {
    this.#launch = launch
    this.#folder = folder
    this.#slots = new Slots(join(folder, 'slots'), hasOwnUser(launch.level))
  }

  start(limits: ProcessLimits, events: ProcessEvents): SandboxProcess {
    const slot = this.#slots.make(undefined)
    const ownUser = this.#launch.level === 'user'
    const [file = '', ...args] = commandOf({ ...this.#launch, slot })
    const input = ownUser ? 'pipe' : 'ignore'
    const child = spawn(file, args, { cwd: slot.scratch, env: { PATH }, stdio: [input, 'ignore', 'pipe', 'pipe'] })
    // What guards the step waits for this.
    child.on('exit', () => child.stdin?.destroy())
    if (child.stdio[3] === undefined) {
      child.on('error', () => {})
      this.#slots.remove(slot)
      throw unavailable('the server has too many open files')
    }
    return new SandboxProcess(child, limits, {
      watch: this.#watch,
      scratch: ownUser ? slot.scratch : undefined,
      events: {
        ready: (process) => events.ready(process),
        free: (process) => events.free(process),
        gone: (process) => this.#gone(process, slot, events)
      }
    })
  }

  /** The processes have to be gone. */
  async close(): Promise<void> {
    await Promise.all(this.#ending)
    this.#slots.close()
    const { level, root } = this.#launch
    rmSync(level === 'user' ? this.#folder : root, { recursive: true, force: true })
  }

  /** Where there is no namespace that ended with it, all is ended by the user's number; then that is free again. */
  #gone(process: SandboxProcess, slot: Slot, events: ProcessEvents): void {
    const { level, tools } = this.#launch
    const over = (level === 'user' ? killAll(tools, slot.user) : Promise.resolve()).then(() => {
      this.#ending.delete(over)
      this.#slots.remove(slot)
      events.gone(process)
    })
    this.#ending.add(over)
  }
}

/** Twice: what was being started at the first time is there at the second. */
async function killAll(tools: Tools, user: number): Promise<void> {
  const [file = '', ...args] = killCommand(tools, user)
  for (let times = 0; times < 2; times++) await promisify(execFile)(file, args, { env: {} }).catch(() => undefined)
}

function missing(level: NativeLevel, tools: Tools): string | undefined {
  // To the kernel it would be root, who may set what is set for the whole machine.
  if (level === 'user-namespaces' && process.getuid?.() === 0) return 'the server runs as root'
  const names = level === 'user' ? (['sh', 'setpriv'] as const) : (['sh', 'setpriv', 'unshare', 'mount', 'ip'] as const)
  const lacking = names.filter((name) => tools[name] === undefined)
  if (lacking.length > 0) return `this host has no ${lacking.join(', ')}`
  if (hasOwnUser(level) && process.getuid?.() !== 0) return 'the server does not run as root'
  return undefined
}

async function look(start: Ground['start'], level: NativeLevel, hidden: string): Promise<Ground['interpreters']> {
  const paths: Partial<Record<Language, string>> = {}
  for (const [language, name] of Object.entries(INTERPRETERS)) {
    const path = PATH.split(':')
      .map((folder) => join(folder, name))
      .find(isExecutable)
    if (path !== undefined) paths[language as Language] = path
  }
  const limits = { memoryMb: 256, cpuSeconds: 10 }
  const input = { probe: { interpreters: paths, hidden: [hidden], limits } } as unknown as Json
  const lines: string[] = []
  const process = start(
    { memoryMb: 256, cpuMs: PROBE_MS },
    { ready: () => undefined, free: (one) => one.end(stopped()), gone: () => undefined }
  )
  const signal = new AbortController().signal
  const call = {
    kind: 'run',
    input,
    timeoutMs: PROBE_MS,
    signal,
    log: (_: string, text: string) => lines.push(text)
  } as const
  const answer = await process.run(call).catch((error: unknown) => {
    throw new Error(lines[0] ?? (error instanceof Error ? error.message : 'no process starts'))
  })
  await process.gone
  return interpretersOf(paths, answer as unknown as ProbeAnswer, level)
}

/** @throws Error where the process is less confined than its level says */
function interpretersOf(
  paths: Partial<Record<Language, string>>,
  { versions, devices, user, seen, processes }: ProbeAnswer,
  level: NativeLevel
): Ground['interpreters'] {
  if (seen.length > 0) throw new Error('a process would see the data directory')
  if (hasOwnUser(level) && user === process.getuid?.()) throw new Error('a process would be the user of the server')
  if (level !== 'user' && (processes > 10 || devices.some((name) => name !== 'lo')))
    throw new Error('a process would see others, or the network')
  const found: Partial<Record<Language, Interpreter>> = {}
  for (const language of Object.keys(INTERPRETERS) as Language[]) {
    const [path, version] = [paths[language], versions[language]]
    if (path !== undefined && version !== undefined) found[language] = { path, version }
  }
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
