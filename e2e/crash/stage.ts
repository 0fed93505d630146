/**
 * What one campaign plays on: a vendor in this process, a data directory, and the server's present life on one port.
 * The stage owns the process: it is gone when `close` has resolved, whatever happened before.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startVendor, type Vendor } from '@bellhop/examples/vendor'
import { ServerProcess } from '../support/server-process.ts'

export interface StageSettings {
  /** The server's data directory, where it is not to be the stage's own; the caller owns it. */
  data?: string
  /** Added to node's own options, in front of the program. */
  nodeArgs?: readonly string[]
}

export class Stage {
  readonly vendor: Vendor
  /** The server's data directory. */
  readonly data: string
  /** A folder beside it, for whoever needs one. */
  readonly scratch: string
  /** Where the server listens, in each of its lives. */
  readonly url: string
  readonly #folder: string
  readonly #port: number
  readonly #settings: StageSettings
  readonly #outputs: (() => string)[] = []
  #server: ServerProcess
  #startMs = 0

  private constructor(parts: { vendor: Vendor; folder: string; port: number; settings: StageSettings }) {
    this.vendor = parts.vendor
    this.#folder = parts.folder
    this.#port = parts.port
    this.#settings = parts.settings
    this.data = parts.settings.data ?? join(parts.folder, 'data')
    this.scratch = join(parts.folder, 'scratch')
    this.url = `http://127.0.0.1:${parts.port}`
    this.#server = this.launch()
  }

  static async open(settings: StageSettings = {}): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'bellhop-crash-'))
    const vendor = await startVendor({ anyone: true, keepCalls: 10_000_000 })
    const stage = new Stage({ vendor, folder, port: await quietPort(), settings })
    try {
      const began = performance.now()
      await stage.server.listening
      stage.#startMs = Math.round(performance.now() - began)
      return stage
    } catch (error) {
      await stage.close()
      throw error
    }
  }

  /** The server's present or latest life. */
  get server(): ServerProcess {
    return this.#server
  }

  /** How long the first start took. */
  get startMs(): number {
    return this.#startMs
  }

  /** What the server printed in all its lives. */
  get output(): string {
    return this.#outputs.map((output) => output()).join('')
  }

  /** Begins another life. Returns before the server listens. */
  launch(): ServerProcess {
    const { nodeArgs } = this.#settings
    const server = ServerProcess.launch({
      data: this.data,
      args: ['--port', String(this.#port)],
      ...(nodeArgs === undefined ? {} : { nodeArgs })
    })
    this.#outputs.push(() => server.output)
    this.#server = server
    return server
  }

  async close(): Promise<void> {
    await this.#server.kill()
    await this.vendor.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/**
 * A free port outside of the range that systems hand out to outgoing connections: while the server is down, a client of
 * this very suite could be given the port, or connect to itself.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const probe = createServer().listen(port, '127.0.0.1')
    const free = await once(probe, 'listening').then(
      () => true,
      () => false
    )
    probe.close()
    if (free) return port
  }
}
