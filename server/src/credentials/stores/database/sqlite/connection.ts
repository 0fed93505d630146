/**
 * A process that runs statements on a SQLite file. A statement in SQLite keeps its thread until it is done, and Node can
 * neither interrupt it nor end the thread meanwhile (`terminate` waits, too): only a process can be ended at any time.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { unavailable } from '../../faults.ts'
import { MOST_BYTES, type Answer } from '../answer.ts'
import type { Asked, Connection } from '../driver.ts'
import { tooLarge } from '../meter.ts'
import { writeStatement } from '../parameters.ts'
import { SqliteError } from './faults.ts'
import type { Request, Response } from './protocol.ts'
import type { SqliteConfig } from './sqlite.ts'

const LOST = (): Error =>
  unavailable('lost the process that reads it', 'It ends itself when a statement takes more than 512 MiB: select less.')
const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))

export async function connect(config: SqliteConfig, signal: AbortSignal): Promise<Connection> {
  // No environment: it holds what the server was started with.
  const child = fork(CHILD, [], { env: {}, execArgv: [], stdio: ['pipe', 'ignore', 'ignore', 'ipc'] })
  child.on('error', () => undefined)
  try {
    await once(child, 'spawn', { signal })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return new Session(child, config)
}

class Session implements Connection {
  readonly #child: ChildProcess
  readonly #config: SqliteConfig

  constructor(child: ChildProcess, config: SqliteConfig) {
    this.#child = child
    this.#config = config
  }

  get usable(): boolean {
    return this.#child.connected
  }

  async ask({ statement, values, maxRows, readOnly, timeoutMs }: Asked): Promise<Answer> {
    const { text } = writeStatement(statement, (number) => `?${number}`)
    const response = await this.#request({
      path: this.#config.path,
      readOnly,
      sql: text,
      values: Object.fromEntries(values.map((value, index) => [`?${index + 1}`, value])),
      maxRows,
      maxBytes: MOST_BYTES,
      // Before the whole request is given up, so that it can be said what it waited for.
      busyMs: Math.floor(timeoutMs * 0.8)
    })
    if ('answer' in response) return response.answer
    throw 'tooLarge' in response ? tooLarge(MOST_BYTES) : new SqliteError(response.errcode, response.message)
  }

  reset(): Promise<void> {
    return Promise.resolve()
  }

  end(): Promise<void> {
    return this.abandon()
  }

  async abandon(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  #request(request: Request): Promise<Response> {
    const child = this.#child
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => (): void => {
        child.off('message', answered).off('exit', ended)
        act()
      }
      const answered = (response: unknown): void => settle(() => resolve(response as Response))()
      const ended = settle(() => reject(LOST()))
      child.on('message', answered).on('exit', ended)
      child.send(request, (error) => {
        if (error !== null) ended()
      })
    })
  }
}
