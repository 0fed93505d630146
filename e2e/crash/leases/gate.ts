/**
 * Stands between the server and its Vault, real or not: holds requests before they are done or with their answers in
 * its hand, so that a kill comes in exactly that moment, and notes every secret that goes by.
 */
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** `asked`: nothing is done yet. `done`: it is, and nobody knows of it yet. */
export type When = 'asked' | 'done'

export interface HeldRequest {
  /** Resolves when the first request that fits is held. */
  arrived: Promise<void>
  /** Lets it go on. It goes on too where its client is gone, as it would on its way through a network. */
  release(): void
  /** Resolves when its answer has left, or its client is gone. */
  over: Promise<void>
}

interface Hold {
  when: When
  path: RegExp
  arrive: () => void
  gate: Promise<void>
  end: () => void
}

export interface MadeSecret {
  name: 'token' | 'username' | 'password'
  text: string
}

export class Gate {
  /** Every token, user name and password that the Vault has made, in order. */
  readonly made: MadeSecret[] = []
  /** Told of each user before anybody can use it. */
  onUser: (username: string, password: string) => void = () => undefined
  readonly #server: Server
  readonly #upstream: string
  #holds: Hold[] = []

  private constructor(upstream: string) {
    this.#upstream = upstream
    this.#server = createServer((request, response) => {
      this.#pass(request, response).catch(() => response.destroy())
    })
  }

  static async open(upstream: string): Promise<Gate> {
    const gate = new Gate(upstream)
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve))
    return gate
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Holds the next request whose path (below `/v1/`) fits. */
  hold(path: RegExp, when: When): HeldRequest {
    const arrived = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    this.#holds.push({ when, path, arrive: arrived.resolve, gate: gate.promise, end: over.resolve })
    return { arrived: arrived.promise, release: gate.resolve, over: over.promise }
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const path = (request.url ?? '').slice('/v1/'.length)
    await this.#held(path, 'asked', response)
    const { status, answer } = await this.#forward(request, body)
    this.#note(path, answer)
    await this.#held(path, 'done', response)
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer)
  }

  async #held(path: string, when: When, response: ServerResponse): Promise<void> {
    const hold = this.#holds.find((one) => one.when === when && one.path.test(path))
    if (hold === undefined) return
    this.#holds = this.#holds.filter((one) => one !== hold)
    response.once('close', hold.end)
    hold.arrive()
    await hold.gate
  }

  #forward(request: IncomingMessage, body: Buffer): Promise<{ status: number; answer: Buffer }> {
    return new Promise((resolve, reject) => {
      const { host: _, connection: __, ...headers } = request.headers
      const onward = send(`${this.#upstream}${request.url ?? ''}`, { method: request.method, headers }, (answer) => {
        buffer(answer).then((bytes) => resolve({ status: answer.statusCode ?? 502, answer: bytes }), reject)
      })
      onward.once('error', reject)
      onward.end(body)
    })
  }

  #note(path: string, answer: Buffer): void {
    if (answer.length === 0) return
    const { auth, data } = JSON.parse(answer.toString()) as {
      auth?: { client_token?: string } | null
      data?: { username?: string; password?: string } | null
    }
    if (path === 'auth/token/create' && auth?.client_token !== undefined) {
      this.made.push({ name: 'token', text: auth.client_token })
    }
    if (!path.includes('/creds/') || data?.username === undefined || data.password === undefined) return
    this.made.push({ name: 'username', text: data.username }, { name: 'password', text: data.password })
    this.onUser(data.username, data.password)
  }
}
