/**
 * Looks on live: is told of every run as it begins, opens its live view at once, and keeps all that was shown. Owns its
 * connections; `close` ends them.
 */
import { once } from 'node:events'
import { request, type Agent, type ClientRequest, type IncomingMessage } from 'node:http'

/** What a live view showed. */
export interface Shown {
  run: string
  bytes: Buffer
}

/** A run that has not ended by now never will. */
const PATIENCE_MS = 60_000

export class LiveViews {
  readonly #open: (path: string) => ClientRequest
  readonly #runs = new Map<string, Promise<Buffer>>()
  readonly #told: Buffer[] = []
  readonly #list: ClientRequest

  private constructor(open: (path: string) => ClientRequest) {
    this.#open = open
    this.#list = open('/events')
  }

  /** Resolves when it is sure to be told of the next run. */
  static async open(url: string, token: string, agent: Agent): Promise<LiveViews> {
    const headers = { authorization: `Bearer ${token}` }
    const views = new LiveViews((path) => request(`${url}/api/v1/runs${path}`, { headers, agent }).end())
    const [list] = (await once(views.#list, 'response')) as [IncomingMessage]
    if (list.statusCode !== 200) throw new Error(`the live list answers ${list.statusCode}`)
    views.#list.on('error', () => undefined)
    list.on('error', () => undefined)
    list.on('data', (chunk: Buffer) => views.#hear(chunk))
    return views
  }

  /** Resolves when the run has ended, with all that its live view showed. */
  async ended(run: string): Promise<Buffer> {
    const shown = this.#runs.get(run) ?? this.#follow(`/${run}/events`)
    this.#runs.set(run, shown)
    return shown
  }

  /** Waits for every run that it was told of, ends the list, and returns what all views showed. */
  async close(): Promise<Shown[]> {
    for (let known = -1; known !== this.#runs.size;) {
      known = this.#runs.size
      await Promise.all(this.#runs.values())
    }
    this.#list.destroy()
    const shown = Array.from(this.#runs, async ([run, bytes]) => ({ run, bytes: await bytes }))
    return [...(await Promise.all(shown)), { run: 'list', bytes: Buffer.concat(this.#told) }]
  }

  #hear(chunk: Buffer): void {
    this.#told.push(chunk)
    for (const [, run] of chunk.toString().matchAll(/"id":"([0-9a-f-]{36})"/g)) {
      // Whoever closes this gets to see why.
      if (run !== undefined) this.ended(run).catch(() => undefined)
    }
  }

  async #follow(path: string): Promise<Buffer> {
    const going = this.#open(path)
    const timer = setTimeout(() => going.destroy(new Error(`${path} goes on and on`)), PATIENCE_MS)
    try {
      const [answer] = (await once(going, 'response')) as [IncomingMessage]
      const chunks: Buffer[] = []
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
      return Buffer.concat(chunks)
    } finally {
      clearTimeout(timer)
    }
  }
}
