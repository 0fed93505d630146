/**
 * The real server as a process, for every suite that judges it from outside. The fixture owns the process: it is gone
 * when `stop` or `kill` has resolved, and everything that it printed is kept for the judges.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../server/bin/bellhop.js', import.meta.url))
const LISTENING = /^listening (http:\/\/\S+)$/m

export interface ServerSettings {
  /** The data directory; the caller owns it. */
  data: string
  /** Added to an environment that has PATH only. */
  env?: Record<string, string>
  /** Added to `bellhop start --data DIR --port 0`. */
  args?: readonly string[]
  /** Added to node's own options, in front of the program. */
  nodeArgs?: readonly string[]
  /** Where it is started; anywhere by default. */
  cwd?: string
}

export class ServerProcess {
  readonly data: string
  /** Resolves when the server listens. Rejects with what it printed, when it ends before that. */
  readonly listening: Promise<void>
  readonly #child: ChildProcess
  readonly #output: () => string
  #url: string | undefined

  private constructor(data: string, child: ChildProcess, output: () => string) {
    this.data = data
    this.#child = child
    this.#output = output
    this.listening = this.#hear()
    // Whoever kills a server on its way up may not ask whether it listens.
    this.listening.catch(() => {})
  }

  /** Returns at once, so that a server can be killed on its way up. */
  static launch(settings: ServerSettings): ServerProcess {
    const { child, output } = launch(settings)
    return new ServerProcess(settings.data, child, output)
  }

  /** Resolves when the server listens. @throws Error with what it printed, when it ends before that */
  static async start(settings: ServerSettings): Promise<ServerProcess> {
    const server = ServerProcess.launch(settings)
    await server.listening
    return server
  }

  /** Runs a start that is expected to end by itself: its exit code and everything it printed. */
  static async startAndFail(settings: ServerSettings): Promise<{ code: number | null; output: string }> {
    const { child, output } = launch(settings)
    await once(child, 'exit')
    return { code: child.exitCode, output: output() }
  }

  /** Where it listens. */
  get url(): string {
    if (this.#url === undefined) throw new Error('the server does not listen yet')
    return this.#url
  }

  get pid(): number {
    const { pid } = this.#child
    if (pid === undefined) throw new Error('the server has no process')
    return pid
  }

  /** Everything that the server wrote to its standard output and error. */
  get output(): string {
    return this.#output()
  }

  /** Read at each use, as a client would. */
  get adminToken(): string {
    return readFileSync(join(this.data, 'admin-token'), 'utf8').trim()
  }

  /** One call of the admin API, decoded. */
  async api(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json'
  ): Promise<{ status: number; body: unknown }> {
    const headers = {
      authorization: `Bearer ${this.adminToken}`,
      ...(body === undefined ? {} : { 'content-type': type })
    }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: text })
    })
    const answer = await response.text()
    return { status: response.status, body: answer === '' ? undefined : JSON.parse(answer) }
  }

  /** Deploys a YAML definition and returns its trigger's address. */
  async deploy(name: string, yaml: string): Promise<string> {
    const { status, body } = await this.api('PUT', `/workflows/${name}`, yaml, 'application/yaml')
    const url = (body as { triggers?: { url: string }[] }).triggers?.[0]?.url
    if (status > 201 || url === undefined) throw new Error(`deploying ${name}: ${status} ${JSON.stringify(body)}`)
    return url
  }

  /** Asks the server to end (SIGTERM) and returns its exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  /** Ends the server at once (SIGKILL), as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Resolves with the exit code when the server ends by itself. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
    return this.#child.exitCode
  }

  #hear(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.stdout?.on('data', () => {
        this.#url ??= LISTENING.exec(this.output)?.[1]
        if (this.#url !== undefined) resolve()
      })
      this.#child.once('exit', (code, signal) => {
        reject(new Error(`the server ended (${code ?? signal}):\n${this.output}`))
      })
    })
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal)
    return this.ended()
  }
}

function launch(settings: ServerSettings): { child: ChildProcess; output: () => string } {
  const args = [
    ...(settings.nodeArgs ?? []),
    BIN,
    'start',
    '--data',
    settings.data,
    '--port',
    '0',
    ...(settings.args ?? [])
  ]
  const env = { PATH: process.env['PATH'] ?? '', ...settings.env }
  const where = settings.cwd === undefined ? {} : { cwd: settings.cwd }
  const child = spawn(process.execPath, args, { env, ...where, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: string[] = []
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  return { child, output: () => chunks.join('') }
}
