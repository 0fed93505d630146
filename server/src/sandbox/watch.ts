/**
 * What busy processes use of the processor and of memory, seen through `/proc` several times a second: Linux only. The kernel
 * limits their private memory besides (`isolation/command.ts`); time of the processor it could limit for a life, not for a call.
 */
import { readFileSync } from 'node:fs'

export interface Watched {
  /** The process that was started, which may have started the one that counts. */
  readonly pid: number | undefined
  /** Told what it has used. */
  used(usage: Usage): void
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

export class Watch {
  readonly #busy = new Set<Watched>()
  readonly #pids = new WeakMap<Watched, number>()
  #timer: NodeJS.Timeout | undefined

  add(process: Watched): void {
    this.#busy.add(process)
    this.#timer ??= setInterval(() => this.#look(), EVERY_MS).unref()
  }

  delete(process: Watched): void {
    this.#busy.delete(process)
  }

  #look(): void {
    if (this.#busy.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    for (const process of this.#busy) {
      const usage = this.#usage(process)
      if (usage !== undefined) process.used(usage)
    }
  }

  #usage(process: Watched): Usage | undefined {
    try {
      const pid = this.#pids.get(process) ?? innermost(process.pid ?? 0)
      const usage = usageOf(pid)
      // A wrapper that is still preparing has no child yet, and uses next to nothing.
      if (usage.cpuMs > 0) this.#pids.set(process, pid)
      return usage
    } catch {
      return undefined
    }
  }
}

/** proc(5): fields 14 and 15 are the time of the processor, 24 the resident pages; the second field may hold anything. */
function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  return { cpuMs: (field(14) + field(15)) * TICK_MS, memory: field(24) * PAGE }
}

/** A process that wraps another has exactly one child, and so down to the last. */
function innermost(pid: number): number {
  const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')[0] ?? ''
  return child === '' ? pid : innermost(Number(child))
}
