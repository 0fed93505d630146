/** What a process writes to its standard output and error itself, past the console: lines of the call that it has. */
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { LogLevel } from './protocol/messages.ts'

/** Most bytes of both together; then they are closed, and the writer gets an error. */
const MAX_BYTES = 256 << 10
/** What is kept of the end, to see of what a process died. */
const TAIL = 4 << 10

/** How V8 begins to tell of its own end: many lines of addresses, which say nothing to the step's author. */
const DYING = /^(<--- Last few GCs --->|FATAL ERROR: |# Fatal |#$)/

export class Output {
  /** The last that was written to the standard error. */
  tail = ''
  /** Whether there was too much, so that it is heard no more. */
  full = false
  readonly #line: (level: LogLevel, text: string) => void
  readonly #streams: Readable[] = []
  /** Of each stream, the line that has no end yet. */
  readonly #begun = new Map<LogLevel, string>()
  #bytes = 0
  #dying = false

  constructor(line: (level: LogLevel, text: string) => void) {
    this.#line = line
  }

  listen(stream: Readable | null, level: LogLevel): void {
    if (stream === null) return
    this.#streams.push(stream)
    const decoder = new StringDecoder('utf8')
    stream.on('error', () => {})
    stream.on('data', (chunk: Buffer) => {
      const text = decoder.write(chunk)
      if (level === 'error') this.tail = (this.tail + text).slice(-TAIL)
      const lines = ((this.#begun.get(level) ?? '') + text).split('\n')
      this.#begun.set(level, lines.pop() ?? '')
      for (const line of lines) this.#tell(level, line)
      this.#count(chunk.length)
    })
    stream.on('end', () => this.endLines())
  }

  /** Tells what has no end yet: when a call is over, nothing of it is left for the next, whose secrets are others. */
  endLines(): void {
    for (const [level, line] of this.#begun) if (line !== '') this.#tell(level, line)
    this.#begun.clear()
  }

  #tell(level: LogLevel, line: string): void {
    this.#dying ||= level === 'error' && DYING.test(line)
    if (!this.#dying) this.#line(level, line)
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes <= MAX_BYTES || this.full) return
    this.full = true
    for (const stream of this.#streams) stream.destroy()
  }
}
