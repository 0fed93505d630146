/** HTTP as bytes: what a caller sees, before any client library makes it pretty. */
import { Agent, request, type IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'

export interface WireRequest {
  method: string
  headers?: Record<string, string>
  body?: Buffer | undefined
  /** Sends the body compressed. */
  gzip?: boolean
}

export interface WireAnswer {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
  /** Everything: status line, headers, body and trailers. */
  bytes: Buffer
}

/** What a caller sees of a server that has hung up. */
export const NO_ANSWER: WireAnswer = { status: 0, headers: {}, body: Buffer.alloc(0), bytes: Buffer.alloc(0) }

/** One exchange. Connections are kept by the agent, whoever owns it. */
export function exchange(
  agent: Agent,
  url: string,
  { method, headers = {}, body, gzip }: WireRequest
): Promise<WireAnswer> {
  const sent = body !== undefined && gzip === true ? gzipSync(body) : body
  const encoding: Record<string, string> = sent === body ? {} : { 'content-encoding': 'gzip' }
  // Node's client says it by itself for some methods only.
  const length: Record<string, string> = sent === undefined ? {} : { 'content-length': String(sent.length) }
  return new Promise((resolve, reject) => {
    const going = request(url, { method, agent, headers: { ...headers, ...encoding, ...length } }, (answer) => {
      collect(answer).then(resolve, reject)
    })
    going.once('error', reject)
    going.end(sent)
  })
}

async function collect(answer: IncomingMessage): Promise<WireAnswer> {
  const chunks: Buffer[] = []
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const head = [`${answer.statusCode} ${answer.statusMessage}`, ...answer.rawHeaders].join('\n')
  const bytes = Buffer.concat([
    Buffer.from(`${head}\n\n`, 'latin1'),
    body,
    Buffer.from(answer.rawTrailers.join('\n'), 'latin1')
  ])
  return { status: answer.statusCode ?? 0, headers: answer.headers, body, bytes }
}

/** A client of one server, with the admin's token. */
export class AdminClient {
  readonly agent = new Agent({ keepAlive: true })
  readonly #base: string
  readonly #token: string

  constructor(base: string, token: string) {
    this.#base = `${base}/api/v1`
    this.#token = token
  }

  call(method: string, path: string, body?: unknown): Promise<WireAnswer> {
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const type: Record<string, string> = sent === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { authorization: `Bearer ${this.#token}`, ...type }
    return exchange(this.agent, this.#base + path, { method, headers, body: sent })
  }

  close(): void {
    this.agent.destroy()
  }
}
