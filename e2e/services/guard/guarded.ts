/** Programs that never outlive the process that started them, and a folder that goes with them (see guard.ts). */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Unavailable } from './unavailable.ts'
import type { Ended, Order } from './guard.ts'

const GUARD = fileURLToPath(new URL('guard.ts', import.meta.url))
/** How much of a program's last words a reason quotes. */
const LAST_LINES = 8

export type Command = Omit<Order, 'id' | 'signal' | 'env'> & Partial<Pick<Order, 'signal' | 'env'>>

export class Guarded {
  /** Whatever the programs write; removed when the guard ends. */
  readonly folder: string
  readonly #guard: ChildProcess
  readonly #ends = new Map<number, (ended: Ended) => void>()
  #orders = 0

  private constructor(folder: string, guard: ChildProcess) {
    this.folder = folder
    this.#guard = guard
    if (guard.stdout !== null)
      createInterface({ input: guard.stdout }).on('line', (line) => this.#hear(JSON.parse(line) as Ended))
    // An order to a guard that has ended fails by `exit`, not by EPIPE.
    guard.stdin?.on('error', () => {})
    guard.once('exit', () => {
      for (const id of this.#ends.keys()) this.#hear({ id, code: null, error: 'its guard was killed' })
    })
  }

  /** Makes a folder in `parent` and starts its guard. */
  static open(name: string, parent = tmpdir()): Guarded {
    mkdirSync(parent, { recursive: true })
    const folder = mkdtempSync(join(parent, `bellhop-${name}-`))
    writeFileSync(join(folder, 'log'), '')
    // A session of its own: Ctrl-C reaches the runner, and the guard hears of it by the end of its input.
    const guard = spawn(process.execPath, [GUARD, folder], {
      detached: true,
      env: {},
      stdio: ['pipe', 'pipe', 'inherit']
    })
    return new Guarded(folder, guard)
  }

  /** Runs a program to its end. @throws Unavailable with its last words, when it fails */
  async run(command: Command): Promise<void> {
    const ended = await this.#order(command)
    if (ended.code !== 0) throw this.#failed(command, ended)
  }

  /**
   * Starts a server and asks until `ready` resolves.
   * @throws Unavailable when it ends before, or is not ready after `patience` milliseconds
   */
  async serve(command: Command, ready: () => Promise<unknown>, patience = 30_000): Promise<void> {
    const ending = new AbortController()
    const ended = this.#order(command).then((end) => {
      ending.abort()
      throw this.#failed(command, end)
    })
    // After the start it ends when it is stopped.
    ended.catch(() => {})
    await Promise.race([ended, this.#untilReady(ready, patience, ending.signal)])
  }

  /** The last lines that the programs printed. */
  get lastWords(): string {
    const lines = readFileSync(join(this.folder, 'log'), 'utf8').trimEnd().split('\n')
    return lines.slice(-LAST_LINES).join('\n')
  }

  /** Resolves when the programs and the folder are gone. */
  async stop(): Promise<void> {
    if (this.#gone) return
    const gone = once(this.#guard, 'exit')
    this.#guard.stdin?.end()
    await gone
  }

  get #gone(): boolean {
    return this.#guard.exitCode !== null || this.#guard.signalCode !== null
  }

  async #untilReady(ready: () => Promise<unknown>, patience: number, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + patience
    let problem: unknown
    while (Date.now() < deadline && !signal.aborted) {
      try {
        await ready()
        return
      } catch (error) {
        problem = error
      }
      await sleep(25)
    }
    throw new Unavailable(`does not answer: ${String(problem)}\n${this.lastWords}`)
  }

  #order(command: Command): Promise<Ended> {
    const id = ++this.#orders
    const order: Order = { id, env: this.environment(), signal: 'SIGTERM', ...command }
    return new Promise((resolve) => {
      this.#ends.set(id, resolve)
      if (this.#gone) this.#hear({ id, code: null, error: 'its guard was killed' })
      else this.#guard.stdin?.write(`${JSON.stringify(order)}\n`)
    })
  }

  /** What a program inherits: where programs are, and the folder as its home. */
  environment(): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '', HOME: this.folder, TMPDIR: this.folder, LC_ALL: 'C' }
  }

  #hear(ended: Ended): void {
    this.#ends.get(ended.id)?.(ended)
    this.#ends.delete(ended.id)
  }

  #failed(command: Command, ended: Ended): Unavailable {
    const what = ended.error ?? `ended with ${ended.code ?? 'a signal'}`
    return new Unavailable(`${command.command.slice(0, 3).join(' ')} ${what}\n${this.lastWords}`)
  }
}
