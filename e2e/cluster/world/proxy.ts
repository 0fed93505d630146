/** The network between one node and the database: passes everything on, or misbehaves as it is told. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * - `pass`: what comes goes on
 * - `silent`: what comes in either direction is lost, and nobody is told; who connects is heard by nobody
 * - `slow`: what comes goes on so many milliseconds later, in its order
 */
export type Weather = { kind: 'pass' } | { kind: 'silent' } | { kind: 'slow'; ms: number }

interface Way {
  from: Socket
  to: Socket
}

export class Proxy {
  readonly #server: Server
  readonly #target: number
  readonly #ways = new Set<Way>()
  /** Those on which nothing comes through any more. */
  readonly #dead = new WeakSet<Way>()
  #weather: Weather = { kind: 'pass' }

  private constructor(server: Server, target: number) {
    this.#server = server
    this.#target = target
    server.on('connection', (socket) => this.#take(socket))
  }

  /** In front of a port of the loopback. */
  static async open(target: number): Promise<Proxy> {
    const server = createServer({ allowHalfOpen: false, noDelay: true })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return new Proxy(server, target)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /**
   * A network that lost bytes of a connection does not deliver later ones: after silence every connection that there was is
   * reset; or stays dead, as behind a router that has forgotten it.
   */
  turn(weather: Weather, after: 'reset' | 'dead' = 'reset'): void {
    if (this.#weather.kind === 'silent') {
      if (after === 'reset') this.reset()
      else for (const way of this.#ways) this.#dead.add(way)
    }
    this.#weather = weather
  }

  /** Cuts every connection, at both ends. */
  reset(): void {
    for (const { from, to } of this.#ways) {
      from.resetAndDestroy()
      to.resetAndDestroy()
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), 'close')
    this.reset()
    await closed
  }

  #take(node: Socket): void {
    const database = connect({ port: this.#target, host: '127.0.0.1', noDelay: true })
    this.#carry({ from: node, to: database })
    this.#carry({ from: database, to: node })
  }

  #carry(way: Way): void {
    const { from, to } = way
    this.#ways.add(way)
    // The other end hears of an end later than of what was sent before it, as of everything.
    let last = 0
    const after = (deliver: () => void): void => {
      if (this.#weather.kind === 'silent' || this.#dead.has(way)) return
      const delay = this.#weather.kind === 'slow' ? this.#weather.ms : 0
      const now = performance.now()
      last = Math.max(last, now + delay)
      if (last <= now) deliver()
      else setTimeout(deliver, last - now)
    }
    from.on('data', (bytes: Buffer) => after(() => void (to.destroyed || to.write(bytes))))
    from.on('error', () => {})
    from.on('close', () => {
      this.#ways.delete(way)
      after(() => void to.destroy())
    })
  }
}
