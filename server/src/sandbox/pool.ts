/**
 * The processes. Each belongs to one program for ever (I7), and is idle here or lent to one call. A call takes an idle
 * process of its program or else waits, in turn:
 * - for a busy process of its program, a moment only: a warm process is soon free, and a new one costs tens of
 *   milliseconds of a processor; longer where there are more of them than processors already, and these are busy: then it is
 *   the processors that calls wait for, and more processes, each of which compiles for itself what it runs, only take more;
 * - then for a new one; where there are as many as there may be, an idle one of another program makes room, or a busy one
 *   of a program that has more, when its call ends.
 */
import { availableParallelism } from 'node:os'
import { busy, closed, stopped } from './faults.ts'
import { Processors } from './processors.ts'
import type { SandboxProcess } from './process.ts'

export interface Wanted {
  /** What the processes are for; those with the same key are alike. */
  key: string
  /** The process is lent once, and ends. */
  alone: boolean
  signal: AbortSignal
  /** Starts a process; what it throws the call gets. */
  start(events: ProcessEvents): Promise<SandboxProcess>
}

export interface ProcessEvents {
  /** It is prepared, and does what it was given. */
  ready(process: SandboxProcess): void
  /** Its call is over: it can take another. */
  free(process: SandboxProcess): void
  gone(process: SandboxProcess): void
}

export interface PoolSettings {
  maxProcesses: number
  maxPerProgram: number
  maxWaiting: number
  idleMs: number
}

interface Waiting {
  wanted: Wanted
  /** How long it has waited: enough for a process of its own where there are few, where there are many, or not yet. */
  waited: 'not' | 'briefly' | 'long'
  resolve(process: SandboxProcess): void
  reject(error: unknown): void
}

interface Group {
  key: string
  /** Processes that live or are being started. */
  live: number
  starting: number
  /** Those that have started and are not prepared yet. */
  booting: Set<SandboxProcess>
  /** The one that was used last is the last. */
  idle: SandboxProcess[]
  waiting: Waiting[]
}

/** How long a call waits for a busy process of its program before it may have a new one, in milliseconds. */
const GROW_AFTER_MS = 10
/** The same where the program has {@link MANY} and no processor is free: code that computes for long gets one all the same. */
const GROW_ANYWAY_AFTER_MS = 1_000
/** With so many processes a program that computes uses all processors. */
const MANY = availableParallelism() + 1
/** How often the processors are looked at while calls wait for one of many, in milliseconds. */
const LOOK_EVERY_MS = 100
/** They have room where they do nothing for more than this share of the time. */
const IDLE = 0.15
/** Most processes of a program that get ready at a time: more of them only take the processor from one another. */
const MOST_BOOTING = Math.max(2, availableParallelism())

export class Pool implements ProcessEvents {
  readonly #settings: PoolSettings
  readonly #groups = new Map<string, Group>()
  readonly #owners = new Map<SandboxProcess, { group: Group; alone: boolean }>()
  /** Who is idle, the longest first, with the timers that end them. */
  readonly #idle = new Map<SandboxProcess, NodeJS.Timeout>()
  readonly #processors = new Processors()
  #looking: NodeJS.Timeout | undefined
  /** Whether the processors would have time for more than {@link MANY} of a program. */
  #room = false
  #live = 0
  #waiting = 0
  #closed = false

  constructor(settings: PoolSettings) {
    this.#settings = settings
  }

  /** A process for one call. @throws Fault `sandbox_busy`, `sandbox_closed`, `sandbox_stopped`, and what `start` throws */
  async take(wanted: Wanted): Promise<SandboxProcess> {
    if (this.#closed) throw closed()
    const group = this.#group(wanted.key)
    const idle = wanted.alone ? undefined : group.idle.pop()
    if (idle === undefined) return this.#wait(wanted, group)
    this.#wake(idle)
    return idle
  }

  ready(process: SandboxProcess): void {
    if (this.#owners.get(process)?.group.booting.delete(process) === true) this.#serve()
  }

  free(process: SandboxProcess): void {
    const owner = this.#owners.get(process)
    if (owner === undefined || !process.usable) return
    if (owner.alone || this.#closed || this.#owesRoom(owner.group)) return process.end(stopped())
    const next = owner.group.waiting.find(({ wanted }) => !wanted.alone)
    if (next !== undefined) return this.#lend(process, owner.group, next)
    owner.group.idle.push(process)
    this.#idle.set(process, setTimeout(() => process.end(stopped()), this.#settings.idleMs).unref())
    this.#serve()
  }

  gone(process: SandboxProcess): void {
    const group = this.#owners.get(process)?.group
    if (group === undefined) return
    this.#owners.delete(process)
    group.booting.delete(process)
    this.#wake(process)
    group.idle = group.idle.filter((one) => one !== process)
    this.#left(group)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const group of this.#groups.values()) {
      for (const waiting of group.waiting) waiting.reject(closed())
    }
    const all = [...this.#owners.keys()]
    for (const process of all) process.end(closed())
    await Promise.all(all.map((process) => process.gone))
  }

  #group(key: string): Group {
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const group: Group = { key, live: 0, starting: 0, booting: new Set(), idle: [], waiting: [] }
    this.#groups.set(key, group)
    return group
  }

  #wait(wanted: Wanted, group: Group): Promise<SandboxProcess> {
    if (this.#waiting >= this.#settings.maxWaiting) return Promise.reject(busy(this.#waiting))
    const { promise, resolve, reject } = Promise.withResolvers<SandboxProcess>()
    const waiting: Waiting = { wanted, waited: wanted.alone || group.live === 0 ? 'long' : 'not', resolve, reject }
    group.waiting.push(waiting)
    this.#waiting += 1
    const hasWaited = (waited: Waiting['waited']): void => {
      waiting.waited = waited
      this.#serve()
    }
    let grow = setTimeout(() => {
      grow = setTimeout(() => hasWaited('long'), GROW_ANYWAY_AFTER_MS - GROW_AFTER_MS)
      if (waiting.waited === 'not') hasWaited('briefly')
      if (group.live >= MANY) this.#look()
    }, GROW_AFTER_MS)
    const stop = () => reject(stopped())
    wanted.signal.addEventListener('abort', stop, { once: true })
    if (waiting.waited === 'long') this.#serve()
    return promise.finally(() => {
      clearTimeout(grow)
      wanted.signal.removeEventListener('abort', stop)
      this.#forget(group, waiting)
    })
  }

  /** For as long as calls wait. */
  #look(): void {
    if (this.#looking !== undefined) return
    this.#processors.idle()
    this.#looking = setInterval(() => {
      this.#room = this.#waiting > 0 && (this.#processors.idle() ?? 1) > IDLE
      if (this.#room) return this.#serve()
      if (this.#waiting > 0) return
      clearInterval(this.#looking)
      this.#looking = undefined
    }, LOOK_EVERY_MS).unref()
  }

  #lend(process: SandboxProcess, group: Group, waiting: Waiting): void {
    this.#forget(group, waiting)
    waiting.resolve(process)
  }

  #forget(group: Group, waiting: Waiting): void {
    const at = group.waiting.indexOf(waiting)
    if (at === -1) return
    group.waiting.splice(at, 1)
    this.#waiting -= 1
    this.#tidy(group)
  }

  /** Starts what may be started for those who wait, the program with the fewest processes first. */
  #serve(): void {
    while (!this.#closed) {
      const group = this.#neediest()
      if (group === undefined || !this.#makeRoom()) return
      const [waiting] = this.#patient(group)
      if (waiting === undefined) return
      void this.#start(group, waiting)
    }
  }

  #neediest(): Group | undefined {
    let neediest: Group | undefined
    for (const group of this.#groups.values()) {
      if (this.#patient(group).length <= group.starting || group.live >= this.#settings.maxPerProgram) continue
      if (group.starting + group.booting.size >= MOST_BOOTING) continue
      if (neediest === undefined || group.live < neediest.live) neediest = group
    }
    return neediest
  }

  /** Those that have waited long enough for a process of their own. */
  #patient({ live, waiting }: Group): Waiting[] {
    const enough = live < MANY || this.#room
    return waiting.filter(({ waited }) => waited === 'long' || (waited === 'briefly' && enough))
  }

  /** Whether one more may live; if not, the one that was idle the longest is ended, and makes room when it is gone. */
  #makeRoom(): boolean {
    if (this.#live < this.#settings.maxProcesses) return true
    const [longest] = this.#idle.keys()
    longest?.end(stopped())
    return false
  }

  /** Whether a process of this program has to make room for a program that has none, or fewer. */
  #owesRoom(group: Group): boolean {
    if (this.#live < this.#settings.maxProcesses) return false
    const other = this.#neediest()
    return other !== undefined && other !== group && (other.live === 0 || other.live + 1 < group.live)
  }

  async #start(group: Group, { wanted }: Waiting): Promise<void> {
    this.#live += 1
    group.live += 1
    group.starting += 1
    try {
      const process = await wanted.start(this)
      this.#owners.set(process, { group, alone: wanted.alone })
      group.starting -= 1
      if (!process.ready) group.booting.add(process)
      this.#started(process, group, wanted.alone)
    } catch (error) {
      group.starting -= 1
      const next = group.waiting.find(({ waited }) => waited !== 'not')
      next?.reject(error)
      if (next !== undefined) this.#forget(group, next)
      this.#left(group)
    }
  }

  #started(process: SandboxProcess, group: Group, alone: boolean): void {
    const next = this.#closed ? undefined : group.waiting.find(({ wanted }) => wanted.alone === alone)
    if (next === undefined) this.free(process)
    else this.#lend(process, group, next)
  }

  #wake(process: SandboxProcess): void {
    clearTimeout(this.#idle.get(process))
    this.#idle.delete(process)
  }

  #left(group: Group): void {
    this.#live -= 1
    group.live -= 1
    if (group.live === 0) for (const waiting of group.waiting) waiting.waited = 'long'
    this.#tidy(group)
    this.#serve()
  }

  #tidy(group: Group): void {
    if (group.live === 0 && group.waiting.length === 0 && this.#groups.get(group.key) === group)
      this.#groups.delete(group.key)
  }
}
