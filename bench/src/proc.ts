/** What Linux says of a process. Elsewhere there is nothing to read, and these figures are left out. */
import { readFileSync } from 'node:fs'

/** Clock ticks a second, which Linux fixes for user space: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS = 100

/** Resident memory in bytes: all of it, and with shared pages counted in part (PSS). */
export interface Memory {
  rss: number
  pss: number
}

export function memoryOf(pid: number): Memory | undefined {
  const text = read(`/proc/${pid}/smaps_rollup`)
  const rss = kilobytes(text, 'Rss')
  const pss = kilobytes(text, 'Pss')
  return rss === undefined || pss === undefined ? undefined : { rss, pss }
}

/** Resident memory in bytes; cheap enough to ask during a measurement. */
export function rssOf(pid: number): number | undefined {
  return kilobytes(read(`/proc/${pid}/status`), 'VmRSS')
}

/** Processor time of all threads since the start, in microseconds; in steps of 10 ms. */
export function processorTimeOf(pid: number): number | undefined {
  const text = read(`/proc/${pid}/stat`)
  // The second field is a name that may hold anything, in parentheses.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [fields?.[11], fields?.[12]]
  return user === undefined || system === undefined ? undefined : ((Number(user) + Number(system)) * 1e6) / TICKS
}

/** Looks at a process's memory every so often, and remembers the most. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout
  #peak: number | undefined

  constructor(pid: number, everyMs = 100) {
    this.#timer = setInterval(() => {
      const rss = rssOf(pid)
      if (rss !== undefined) this.#peak = Math.max(this.#peak ?? 0, rss)
    }, everyMs)
  }

  /** The most that was seen, in bytes. */
  get peak(): number | undefined {
    return this.#peak
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function kilobytes(text: string | undefined, name: string): number | undefined {
  const found = text === undefined ? null : new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)
  return found === null ? undefined : Number(found[1]) * 1024
}
