/**
 * A server that speaks AWS's JSON protocol as Secrets Manager does, and STS's `AssumeRole`, and lets nobody in whose
 * signature is wrong. Its errors say what AWS's say, and quote more of the request than AWS does. It binds to loopback only.
 *
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AwsSecrets, StandInError } from './secrets.ts'
import { signedBy, type Signed } from './signature.ts'

/** An access key, and what it may do. */
export interface StandInKey {
  secret: string
  sessionToken?: string
  /** Actions that it may not do. */
  denied?: readonly string[]
  /** Unix milliseconds. */
  expiresAt?: number
}

export interface Asked {
  action: string
  keyId: string
  input: Record<string, unknown>
}

export class AwsStandIn {
  readonly keys = new Map<string, StandInKey>()
  readonly secrets = new AwsSecrets()
  readonly asked: Asked[] = []
  /** Roles by ARN, and the external id that each demands. */
  readonly roles = new Map<string, string | undefined>()
  /** How long an assumed role lasts. */
  sessionMs = 3_600_000
  /** Every request fails in this way. */
  says: { status: number; name: string; message?: string } | undefined
  /** Every answer is this text, with status 200. */
  speaks: string | undefined
  /** The next so many connections are closed without an answer. */
  hangUps = 0
  /** Waited for before each answer. */
  gate: Promise<unknown> = Promise.resolve()
  readonly #server: Server
  #sessions = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<AwsStandIn> {
    const server = createServer()
    const standIn = new AwsStandIn(server)
    server.on('request', (request, response) => {
      standIn.#serve(request, response).catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return standIn
  }

  /** `http://127.0.0.1:<port>`, the endpoint of both services. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** By action, in order. */
  get actions(): string[] {
    return this.asked.map(({ action }) => action)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request)
    const isSts = request.headers['x-amz-target'] === undefined
    await this.gate
    if (this.hangUps > 0) {
      this.hangUps--
      return void response.destroy()
    }
    try {
      const said = this.speaks ?? (isSts ? this.#sts(request, body) : this.#secretsManager(request, body))
      response.writeHead(200, { 'content-type': isSts ? 'text/xml' : 'application/x-amz-json-1.1' }).end(said)
    } catch (error) {
      const { status, name, message } = error instanceof StandInError ? error : new StandInError(500, 'InternalFailure')
      const quoted = `${message} (${request.headers.authorization ?? ''} ${body.toString()})`
      if (isSts) response.writeHead(status, { 'content-type': 'text/xml' }).end(xmlError(name, quoted))
      else {
        const type = { 'content-type': 'application/x-amz-json-1.1' }
        response.writeHead(status, type).end(JSON.stringify({ __type: name, message: quoted, Message: quoted }))
      }
    }
  }

  #secretsManager(request: IncomingMessage, body: Buffer): string {
    const action = String(request.headers['x-amz-target']).replace('secretsmanager.', '')
    const input = JSON.parse(body.toString()) as Record<string, unknown>
    this.#letIn(request, body, action, input, 'secretsmanager')
    return JSON.stringify(this.secrets.answer(action, input))
  }

  #sts(request: IncomingMessage, body: Buffer): string {
    const input = Object.fromEntries(new URLSearchParams(body.toString()))
    this.#letIn(request, body, String(input['Action']), input, 'sts')
    const arn = String(input['RoleArn'])
    if (!this.roles.has(arn) || this.roles.get(arn) !== input['ExternalId']) throw new StandInError(403, 'AccessDenied')
    const id = `ASIA${++this.#sessions}`
    const session = {
      secret: `secret-of-${id}`,
      sessionToken: `token-of-${id}`,
      expiresAt: Date.now() + this.sessionMs
    }
    this.keys.set(id, session)
    return xmlSession(id, session)
  }

  /** Remembers the request, and throws as AWS refuses. */
  #letIn(request: IncomingMessage, body: Buffer, action: string, input: Asked['input'], service: string): void {
    const signed = signedBy(request, body)
    this.asked.push({ action, keyId: signed?.keyId ?? '', input })
    if (this.says !== undefined) throw new StandInError(this.says.status, this.says.name, this.says.message)
    const key = this.#keyOf(signed, service)
    const token = request.headers['x-amz-security-token']
    if (key.sessionToken !== token) throw new StandInError(400, 'UnrecognizedClientException')
    if ((key.expiresAt ?? Infinity) < Date.now()) throw new StandInError(400, 'ExpiredTokenException')
    if (key.denied?.includes(action) === true) throw new StandInError(400, 'AccessDeniedException')
  }

  #keyOf(signed: Signed | undefined, service: string): StandInKey {
    if (signed === undefined) throw new StandInError(400, 'MissingAuthenticationTokenException')
    const key = this.keys.get(signed.keyId)
    if (key === undefined) throw new StandInError(400, 'UnrecognizedClientException')
    if (signed.service === service && signed.by(key.secret)) return key
    throw new StandInError(400, 'InvalidSignatureException')
  }
}

function xmlSession(id: string, { secret, sessionToken, expiresAt }: StandInKey): string {
  const credentials =
    `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey>` +
    `<SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(expiresAt ?? 0).toISOString()}</Expiration>`
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`
}

function xmlError(name: string, message: string): string {
  const text = message.replace(/[<&]/g, ' ')
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${name}</Code><Message>${text}</Message></Error></ErrorResponse>`
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
