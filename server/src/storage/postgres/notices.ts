/** What nodes tell each other: a connection that listens, made anew whenever it is lost. */
import { KEEPALIVE, makeClient } from './connections.ts'

/** The channel: https://www.postgresql.org/docs/current/sql-notify.html */
export const CHANNEL = 'bellhop'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2000

export class Notices {
  readonly #url: string
  readonly #boot: number
  readonly #listeners = new Set<(subject: string) => void>()
  #client: ReturnType<typeof makeClient> | undefined
  #timer: NodeJS.Timeout | undefined
  #ended = false

  /** @param boot this node, which is not told what it says itself */
  constructor(url: string, boot: number) {
    this.#url = url
    this.#boot = boot
    void this.#listen(FIRST_PAUSE_MS)
  }

  add(listener: (subject: string) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async end(): Promise<void> {
    this.#ended = true
    clearTimeout(this.#timer)
    await this.#client?.end().catch(() => undefined)
  }

  async #listen(pause: number): Promise<void> {
    const client = makeClient(this.#url)
    this.#client = client
    const again = (): void => this.#again(client, pause)
    client.on('error', again)
    client.on('end', again)
    client.on('notification', ({ payload = '' }) => this.#hear(payload))
    try {
      await client.connect()
      await client.query(KEEPALIVE)
      await client.query(`listen ${CHANNEL}`)
      // What was said in between nobody heard.
      this.#tell('')
      pause = FIRST_PAUSE_MS
    } catch {
      again()
    }
  }

  #again(client: object, pause: number): void {
    if (this.#ended || this.#client !== client) return
    this.#client?.end().catch(() => undefined)
    this.#client = undefined
    this.#timer = setTimeout(() => void this.#listen(Math.min(2 * pause, LONGEST_PAUSE_MS)), pause)
  }

  #hear(payload: string): void {
    const space = payload.indexOf(' ')
    if (Number(payload.slice(0, space)) !== this.#boot) this.#tell(payload.slice(space + 1))
  }

  #tell(subject: string): void {
    for (const listener of this.#listeners) listener(subject)
  }
}
