/** One node as its supervisor has it: whenever its process ends it is started again, at the same address. */
import { setTimeout as pause } from 'node:timers/promises'
import { ServerProcess, type ServerSettings } from '../../support/server-process.ts'
import type { Proxy } from './proxy.ts'

/** How a supervisor waits before it starts a process again, in milliseconds. */
const RESTART_MS = 200

export class Node {
  readonly name: string
  readonly url: string
  readonly proxy: Proxy
  readonly #settings: ServerSettings
  readonly #outputs: (() => string)[] = []
  readonly #codes: (number | null)[] = []
  #server: ServerProcess
  #watch: Promise<void>
  readonly #closing = new AbortController()
  #restartMs = RESTART_MS

  constructor(name: string, parts: { port: number; proxy: Proxy; settings: ServerSettings }) {
    this.name = name
    this.url = `http://127.0.0.1:${parts.port}`
    this.proxy = parts.proxy
    this.#settings = { ...parts.settings, args: ['--port', String(parts.port)] }
    this.#server = this.#launch()
    this.#watch = this.#supervise()
  }

  /** Its present or latest life. */
  get server(): ServerProcess {
    return this.#server
  }

  /** What it printed in all its lives. */
  get output(): string {
    return this.#outputs.map((output) => output()).join('')
  }

  /** With what its lives ended: null by a signal, 75 where others had its runs. */
  get codes(): readonly (number | null)[] {
    return this.#codes
  }

  /** Ends its process at once. The next is started after so long. */
  async kill(downMs: number): Promise<void> {
    this.#restartMs = downMs
    await this.#server.kill()
  }

  /** Stops its process in the middle of whatever it does. */
  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#server.kill()
    await this.#watch
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(this.#server.pid, signal)
    } catch {
      // It has just ended.
    }
  }

  #launch(): ServerProcess {
    const server = ServerProcess.launch(this.#settings)
    this.#outputs.push(() => server.output)
    return server
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#closing
    for (;;) {
      const code = await this.#server.ended()
      if (signal.aborted) return
      this.#codes.push(code)
      const restartMs = this.#restartMs
      this.#restartMs = RESTART_MS
      await pause(restartMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      this.#server = this.#launch()
    }
  }
}
