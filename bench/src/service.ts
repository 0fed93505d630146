/**
 * The processes under test: Bellhop, the floor, the vendor. Each prints one line, `listening http://…`, and ends on
 * SIGTERM. Whoever starts one owns it: `await using` ends it, also when the benchmark fails.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const LISTENING = /^listening (http:\/\/\S+)$/m
const LONGEST_END_MS = 15_000

export class Service implements AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** From the start of the process to its line, in milliseconds. */
  readonly startedInMs: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string, startedInMs: number) {
    this.url = url
    this.pid = child.pid ?? NaN
    this.startedInMs = startedInMs
    this.#child = child
  }

  /**
   * @throws Error with what the process printed, when it ends before it listens
   */
  static async start(
    program: URL,
    args: readonly string[],
    options: { env?: Record<string, string>; nodeArgs?: readonly string[] } = {}
  ): Promise<Service> {
    const path = fileURLToPath(program)
    const startedAt = performance.now()
    const child = spawn(process.execPath, [...(options.nodeArgs ?? []), path, ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    const url = await listening(child, path)
    return new Service(child, url, performance.now() - startedAt)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), LONGEST_END_MS)
    this.#child.kill('SIGTERM')
    await ended
    clearTimeout(timer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

function listening(child: ChildProcess, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const hear = (chunk: Buffer): void => {
      printed += chunk.toString()
      const url = LISTENING.exec(printed)?.[1]
      if (url === undefined) return
      // Read on, so that a process that says more does not stand still, but remember no more of it.
      child.stdout?.off('data', hear).resume()
      child.stderr?.off('data', hear).resume()
      resolve(url)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code, signal) => reject(new Error(`${path} ended (${code ?? signal}):\n${printed}`)))
  })
}
