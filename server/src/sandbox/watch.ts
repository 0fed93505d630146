/**
 * What busy processes use of the processor and of memory, seen through `/proc` several times a second: Linux only. The kernel
 * limits their private memory besides (`isolation/command.ts`); time of the processor it could limit for a life, not for a call.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { isOverfull } from './scratch.ts'

export interface Watched {
  /** The process that was started, which may have started the one that counts. */
  readonly pid: number | undefined
  /** Whether the one that counts runs. */
  readonly ready: boolean
  /** The folder that it fills, where no file system of its own limits that. */
  readonly scratch: string | undefined
  /** Told what it has used. */
  used(usage: Usage): void
  /** Told that its folder holds too much. */
  overfull(): void
}

export interface Usage {
  /** Since its start, in milliseconds. */
  cpuMs: number
  /** Resident, in bytes. */
  memory: number
}

const EVERY_MS = 200
/** Linux's unit in /proc: 100 a second on every architecture that Node runs on. */
const TICK_MS = 10
const PAGE = 4096

/** Looks at what counts of a process that was started. @throws Error if it is gone */
export type Look = (process: Watched) => Usage

export class Watch {
  readonly #measuring = new WeakSet<Watched>()
  readonly #busy = new Set<Watched>()
  readonly #look: Look
  #timer: NodeJS.Timeout | undefined

  constructor(look: Look = lookAtInnermost()) {
    this.#look = look
  }

  add(process: Watched): void {
    this.#busy.add(process)
    this.#timer ??= setInterval(() => this.#lookAtAll(), EVERY_MS).unref()
  }

  delete(process: Watched): void {
    this.#busy.delete(process)
  }

  #lookAtAll(): void {
    if (this.#busy.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    for (const process of this.#busy) {
      const usage = this.#usage(process)
      if (usage !== undefined) process.used(usage)
      void this.#measure(process)
    }
  }

  /** One look at a folder at a time: it may take longer than it is to the next. */
  async #measure(process: Watched): Promise<void> {
    const { scratch } = process
    if (scratch === undefined || this.#measuring.has(process)) return
    this.#measuring.add(process)
    // A folder that cannot be read is one that is just being taken away.
    if (await isOverfull(scratch).catch(() => false)) process.overfull()
    this.#measuring.delete(process)
  }

  #usage(process: Watched): Usage | undefined {
    try {
      return this.#look(process)
    } catch {
      return undefined
    }
  }
}

/** One process counts, the last of those that wrap each other. */
function lookAtInnermost(): Look {
  const pids = new WeakMap<Watched, number>()
  return (process) => {
    const pid = pids.get(process) ?? innermost(process.pid ?? 0)
    // Before, it is something that prepares, and uses next to nothing.
    if (process.ready) pids.set(process, pid)
    return usageOf(pid)
  }
}

/** All count, the process and whatever it has started, and their memory is what none shares with a file. */
export function lookAtTree({ pid = 0 }: Watched): Usage {
  const whole: Usage = { cpuMs: 0, memory: 0 }
  for (const one of [pid, ...descendants(pid)]) {
    try {
      const field = statOf(one)
      // Fields 16 and 17 are the time of children that have ended.
      whole.cpuMs += (field(14) + field(15) + field(16) + field(17)) * TICK_MS
      const [, resident = 0, shared = 0] = readFileSync(`/proc/${one}/statm`, 'latin1').split(' ').map(Number)
      whole.memory += (resident - shared) * PAGE
    } catch {
      // it has ended meanwhile
    }
  }
  return whole
}

/** proc(5): fields 14 and 15 are the time of the processor, 24 the resident pages; the second field may hold anything. */
function usageOf(pid: number): Usage {
  const field = statOf(pid)
  return { cpuMs: (field(14) + field(15)) * TICK_MS, memory: field(24) * PAGE }
}

function statOf(pid: number): (field: number) => number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (number) => Number(fields[number - 3])
}

/** A process that wraps another has exactly one child, and so down to the last. */
function innermost(pid: number): number {
  const [child] = childrenOf(pid, pid)
  return child === undefined ? pid : innermost(child)
}

/** Of every thread: any of them may have started some. */
function descendants(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => childrenOf(pid, Number(thread)))
    return children.flatMap((child) => [child, ...descendants(child)])
  } catch {
    return []
  }
}

function childrenOf(pid: number, thread: number): number[] {
  return readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number)
}
