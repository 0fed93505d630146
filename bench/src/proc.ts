/** What Linux says of a process. Elsewhere there is nothing to read, and these figures are left out. */
import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second, which Linux fixes for user space: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS = 100

/** Resident memory in bytes: all of it, with shared pages counted in part (PSS), and without them. */
export interface Memory {
  rss: number
  pss: number
  own: number
}

export function memoryOf(pid: number): Memory | undefined {
  const text = read(`/proc/${pid}/smaps_rollup`)
  const rss = kilobytes(text, 'Rss')
  const pss = kilobytes(text, 'Pss')
  const [clean, dirty] = [kilobytes(text, 'Private_Clean'), kilobytes(text, 'Private_Dirty')]
  if (rss === undefined || pss === undefined || clean === undefined || dirty === undefined) return undefined
  return { rss, pss, own: clean + dirty }
}

/** Resident memory in bytes; cheap enough to ask during a measurement. */
export function rssOf(pid: number): number | undefined {
  return kilobytes(read(`/proc/${pid}/status`), 'VmRSS')
}

/** Processor time of all threads since the start, in microseconds; in steps of 10 ms. */
export function processorTimeOf(pid: number): number | undefined {
  const fields = statOf(pid)
  const [user, system] = [fields?.[11], fields?.[12]]
  return user === undefined || system === undefined ? undefined : ((Number(user) + Number(system)) * 1e6) / TICKS
}

/** The processes that a process has started, and those that they have, and so on. */
export function childrenOf(pid: number): number[] {
  const byParent = new Map<number, number[]>()
  for (const child of processes()) {
    const parent = Number(statOf(child)?.[1])
    byParent.set(parent, [...(byParent.get(parent) ?? []), child])
  }
  const found: number[] = []
  for (let next = byParent.get(pid) ?? []; next.length > 0; next = next.flatMap((one) => byParent.get(one) ?? [])) {
    found.push(...next)
  }
  return found
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** The fields of `/proc/<pid>/stat` after the second, which is a name that may hold anything, in parentheses. */
function statOf(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
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
