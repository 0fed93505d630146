/**
 * What a step prints. Both its streams are one pipe, so that lines come in the order in which they were written, and a real
 * pipe, so that scripts can open `/dev/stderr`.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'

/** Longest line that is put together, in characters: as much as is kept of a step, since what cuts a line may cut a secret. */
const MAX_LINE = 1 << 20
/** How long what the step left running may go on to hold the pipe open, in milliseconds. */
const DRAIN_MS = 150

export class Output {
  /** What the step's process writes to. */
  readonly writer: number
  readonly #socket: Socket
  readonly #decoder = new StringDecoder('utf8')
  readonly #line: (text: string) => void
  #begun = ''

  /** @param line takes each line, without its end */
  constructor(folder: string, line: (text: string) => void) {
    const path = join(folder, 'output')
    execFileSync('mkfifo', ['-m', '600', path], { env: { PATH: process.env['PATH'] } })
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    this.writer = openSync(path, constants.O_WRONLY)
    unlinkSync(path)
    this.#line = line
    this.#socket = new Socket({ fd: reader, readable: true, writable: false })
    this.#socket.on('data', (chunk) => this.#take(this.#decoder.write(chunk)))
    this.#socket.on('error', () => this.#socket.destroy())
  }

  /** The step's process is gone: what it has written is taken, and what it left running is heard no more. */
  async end(): Promise<void> {
    closeSync(this.writer)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#socket.destroy(), DRAIN_MS)
      this.#socket.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
    })
    this.#take(this.#decoder.end())
    if (this.#begun !== '') this.#line(this.#begun)
    this.#begun = ''
  }

  #take(text: string): void {
    const lines = (this.#begun + text).split('\n')
    this.#begun = lines.pop() ?? ''
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line)
    while (this.#begun.length > MAX_LINE) {
      this.#line(this.#begun.slice(0, MAX_LINE))
      this.#begun = this.#begun.slice(MAX_LINE)
    }
  }
}
