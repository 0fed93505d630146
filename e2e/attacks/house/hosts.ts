/** Hosts on the loopback that write down all that arrives: an app's, and one that has no business with it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface Arrived {
  method: string
  url: string
  headers: NodeJS.Dict<string | string[]>
  body: string
}

export class Host {
  /** What came as a request. */
  readonly got: Arrived[] = []
  /** Every byte that came, whatever it was, and what was packed in it. */
  readonly #bytes: Buffer[] = []
  readonly #server = createServer((request, response) => {
    // Whoever breaks off has been written down.
    this.#answer(request, response).catch(() => response.destroy())
  })
  readonly #sockets = new Set<Socket>()

  constructor() {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => {})
      // Beside the parser, which may refuse what it reads.
      socket.prependListener('data', (chunk: Buffer) => this.#bytes.push(chunk))
    })
    this.#server.on('upgrade', (request, socket) => {
      this.got.push(arrived(request, ''))
      socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n')
    })
    this.#server.on('clientError', (_error, socket) => socket.destroy())
  }

  async open(address = '127.0.0.1', port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(port, address, resolve))
    return this
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#bytes)
  }

  forget(): void {
    this.got.length = 0
    this.#bytes.length = 0
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** `?to=` is redirected to; anything else is told what it brought. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const body = Buffer.concat(pieces)
    const it = arrived(request, body.toString('latin1'))
    const packings = (request.headers['content-encoding'] ?? '').split('gzip').length - 1
    if (packings > 0) this.#bytes.push(unpacked(body, packings))
    this.got.push(it)
    const to = URL.parse(it.url, 'http://here')?.searchParams.get('to')
    if (to !== null && to !== undefined) {
      response.writeHead(307, { location: to }).end()
      return
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(it))
  }
}

function unpacked(body: Buffer, times: number): Buffer {
  return times === 0 ? body : unpacked(gunzipSync(body), times - 1)
}

function arrived({ method = '', url = '', headers }: IncomingMessage, body: string): Arrived {
  return { method, url, headers, body }
}
