/** Starting sandbox processes: what all have in common is made at the first one. */
import { spawn } from 'node:child_process'
import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Places } from './isolation/command.ts'
import { isolate, noteIsolation, type Isolation } from './isolation/isolation.ts'
import { hasOwnUser, isNamespaced, type Level } from './isolation/level.ts'
import type { ProcessEvents } from './pool.ts'
import { unavailable } from './faults.ts'
import { SandboxProcess, type ProcessLimits } from './process.ts'
import { makeRuntime } from './runtime.ts'
import type { Program } from './sandbox.ts'
import { Slots } from './slots.ts'
import { Watch } from './watch.ts'

export interface Start {
  program: Program
  limits: ProcessLimits
  events: ProcessEvents
}

interface Ground {
  isolation: Isolation
  runtime: string
  slots: Slots
}

export class Starter {
  readonly #directory: string
  readonly #most: Level | undefined
  readonly #watch = new Watch()
  #ground: Promise<Ground> | undefined

  /** @param most the highest level of isolation to try */
  constructor(directory: string, most?: Level) {
    this.#directory = directory
    this.#most = most
  }

  /** A process that is starting; its folder goes when it is gone. */
  async start({ program, limits, events }: Start): Promise<SandboxProcess> {
    const { isolation, runtime, slots } = await this.#prepare()
    const slot = slots.make(program.directory)
    const { memoryMb } = limits
    const args = (places: Places) => nodeArgs(places, memoryMb)
    const { file, args: rest, as } = isolation.command({ slot, runtime, dataKb: (DATA_MB + memoryMb) << 10, args })
    const child = spawn(file, rest, { ...as, cwd: slot.scratch, env: {}, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
    if (child.stdio[3] === undefined) {
      child.on('error', () => {})
      slots.remove(slot)
      throw unavailable('the server has too many open files')
    }
    const process = new SandboxProcess(child, limits, {
      events,
      watch: this.#watch,
      scratch: isNamespaced(isolation.level) ? undefined : slot.scratch
    })
    void process.gone.then(() => slots.remove(slot))
    return process
  }

  /** Takes the folders away; the processes have to be gone. */
  async close(): Promise<void> {
    const ground = await this.#ground?.catch(() => undefined)
    if (ground === undefined) return
    ground.slots.close()
    const { level, folder } = ground.isolation
    if (level === 'user') rmSync(folder, { recursive: true, force: true })
  }

  #prepare(): Promise<Ground> {
    // What stood in the way once need not the next time.
    this.#ground ??= prepare(this.#directory, this.#most).catch((error: unknown) => {
      this.#ground = undefined
      throw error
    })
    return this.#ground
  }
}

async function prepare(given: string, most: Level | undefined): Promise<Ground> {
  mkdirSync(given, { recursive: true, mode: 0o700 })
  // Node follows links before it asks for its permissions.
  const directory = realpathSync(given)
  const isolation = await isolate(directory, most)
  noteIsolation(directory, isolation)
  const slots = new Slots(join(isolation.folder, 'slots'), hasOwnUser(isolation.level))
  return { isolation, slots, runtime: await makeRuntime(directory, isolation.folder) }
}

/**
 * What counts as a process's private memory before its code has any, in MB: most of it is room that V8 reserves for machine
 * code and never uses. Measured with Node.js 26: 576.
 */
const DATA_MB = 704

function nodeArgs({ runtime, program, scratch }: Places, memoryMb: number): string[] {
  return [
    '--permission',
    `--allow-fs-read=${runtime}`,
    `--allow-fs-read=${program}`,
    `--allow-fs-read=${scratch}`,
    `--allow-fs-write=${scratch}`,
    '--no-experimental-sqlite',
    '--disable-sigusr1',
    `--max-old-space-size=${memoryMb}`,
    runtime,
    program,
    scratch
  ]
}
