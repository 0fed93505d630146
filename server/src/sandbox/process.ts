/**
 * One sandbox process, seen from the server. It is `idle` or has a call, and it ends once, for a reason that becomes the
 * fault of the call that it had. Everything that it says is hostile.
 */
import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { Fault, type Json } from '@bellhop/sdk'
import parse from 'secure-json-parse'
import { BadFrame, Kind, type Frame } from './protocol/frames.ts'
import { errorMessage, LOG_LEVELS, readErrorMessage, type AskMessage, type Target } from './protocol/messages.ts'
import { Pipe } from './protocol/pipe.ts'
import { codeFailed, crashed, misbehaved, stopped, timedOut, unavailable } from './faults.ts'
import type { ProcessEvents } from './pool.ts'
import type { SandboxCall } from './sandbox.ts'

interface Running {
  id: number
  call: SandboxCall
  /** Questions that are not answered, or whose answer the child has not taken. */
  asked: number
  opened: number
  resolve(value: Json): void
  reject(fault: Fault): void
}

/** Most frames in a tenth of a second: more is a flood, and waits. */
const PACE = 5_000
/** What code may have open, or waiting, at a time. */
const MAX_STREAMS = 128
const MAX_QUESTIONS = 64
/** How long a call that was stopped may go on until its process is ended, in milliseconds. */
const GRACE_MS = 200

export class SandboxProcess {
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  readonly #child: ChildProcess
  readonly #events: ProcessEvents
  readonly #pipe: Pipe
  readonly #left = Promise.withResolvers<void>()
  #running: Running | undefined
  /** Why it was ended; set before it is. */
  #reason: Fault | undefined
  #ready = false
  #ended = false
  #next = 1

  constructor(child: ChildProcess, events: ProcessEvents) {
    this.#child = child
    this.#events = events
    this.gone = this.#left.promise
    this.#pipe = new Pipe(child.stdio[3] as Duplex, {
      message: (frame) => this.#receive(frame),
      over: (error) => error instanceof BadFrame && this.end(misbehaved(error.message)),
      pace: PACE
    })
    child.on('error', (error) => this.#exited(error.message))
    child.on('close', (code, signal) => this.#exited(signal ?? code))
  }

  /** Whether it can take a call. */
  get usable(): boolean {
    return !this.#ended && this.#reason === undefined && this.#running === undefined
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Runs a call in this process, which is idle. @throws Fault as {@link Sandbox.call} */
  async run(call: SandboxCall): Promise<Json> {
    const { promise, resolve, reject } = Promise.withResolvers<Json>()
    const id = this.#next++
    const running: Running = { id, call, asked: 0, opened: 0, resolve, reject }
    this.#running = running
    const timer = setTimeout(() => this.end(timedOut(call.timeoutMs)), call.timeoutMs)
    const stop = () => this.#stop(running)
    call.signal.addEventListener('abort', stop, { once: true })
    try {
      this.#pipe.calm()
      this.#send(call, id)
      return await promise
    } finally {
      clearTimeout(timer)
      call.signal.removeEventListener('abort', stop)
    }
  }

  /** Ends the process, for a reason that the call gets which it has. */
  end(reason: Fault): void {
    if (this.#ended) return
    this.#reason ??= reason
    this.#fail(this.#reason)
    this.#child.kill('SIGKILL')
  }

  #send({ kind, entry, env = {}, input }: SandboxCall, id: number): void {
    const message = { kind, ...(entry === undefined ? {} : { entry }), env, input }
    try {
      this.#pipe.send(Kind.call, id, JSON.stringify(message))
    } catch (error) {
      this.#running = undefined
      if (!(error instanceof BadFrame)) throw error
      throw new Fault('sandbox_input_too_long', 'what the step would hand to its code is longer than 32 MB', {
        hint: 'Let the steps before it export less.'
      })
    }
  }

  /** The code is told, and may end in peace; who called waits no longer. */
  #stop(running: Running): void {
    if (this.#running !== running) return
    this.#pipe.send(Kind.cancel, running.id)
    running.reject(stopped())
    const timer = setTimeout(() => this.#running === running && this.end(stopped()), GRACE_MS)
    void this.gone.then(() => clearTimeout(timer))
  }

  #exited(how: number | string | null): void {
    if (this.#ended) return
    this.#ended = true
    this.#pipe.close()
    this.#fail(this.#reason ?? (this.#ready ? crashed(how) : unavailable(how)))
    this.#left.resolve()
    this.#events.gone(this)
  }

  #fail(fault: Fault): void {
    this.#running?.reject(fault)
    this.#running = undefined
  }

  #receive({ kind, id, payload }: Frame): void {
    const running = this.#running
    switch (kind) {
      case Kind.result:
        if (running?.id === id) this.#settle(() => running.resolve(jsonOf(payload)))
        return
      case Kind.failure:
        if (running?.id === id) this.#settle(() => running.reject(codeFailed(readErrorMessage(jsonOf(payload)))))
        return
      case Kind.ready:
        this.#ready = true
        return
      case Kind.log: {
        const level = LOG_LEVELS[payload[0] ?? 0] ?? 'info'
        if (running?.id === id) running.call.log(level, payload.subarray(1).toString())
        return
      }
      case Kind.ask:
        if (running !== undefined) this.#ask(running, id, jsonOf(payload))
        return
      case Kind.open:
        if (running !== undefined) this.#open(running, id, jsonOf(payload))
        return
      default:
        throw new BadFrame(`a frame of kind ${kind}, which is not for the server`)
    }
  }

  /** The call is over: what it left open is closed, and what it still says is not heard. */
  #settle(tell: () => void): void {
    this.#running = undefined
    this.#pipe.resetStreams()
    tell()
    this.#events.free(this)
  }

  #ask(running: Running, id: number, message: Json): void {
    const { operation, input } = askOf(message)
    if (++running.asked > MAX_QUESTIONS) throw new BadFrame(`more than ${MAX_QUESTIONS} questions at a time`)
    const answered = () => (running.asked -= 1)
    const { call } = running
    const answer =
      call.ask === undefined
        ? Promise.reject(new Fault('sandbox_nothing_to_ask', `this code cannot ask for \`${operation.slice(0, 100)}\``))
        : call.ask(operation, input)
    answer.then(
      (value) => this.#pipe.send(Kind.answer, id, JSON.stringify(value), answered),
      (error: unknown) => this.#pipe.send(Kind.refusal, id, JSON.stringify(refusalOf(error)), answered)
    )
  }

  #open(running: Running, id: number, message: Json): void {
    const target = targetOf(message)
    if (this.#pipe.isOpen(id)) throw new BadFrame('two streams of one id')
    if (this.#pipe.streams >= MAX_STREAMS) throw new BadFrame(`more than ${MAX_STREAMS} connections at a time`)
    const stream = this.#pipe.stream(id)
    stream.on('error', () => {})
    if (running.call.connect === undefined) {
      stream.destroy(new Fault('sandbox_no_network', 'this code may open no connection'))
      return
    }
    this.#pipe.send(Kind.opened, id)
    running.call.connect(target, stream)
  }
}

/** Keys that would change a prototype where they are copied are dropped. @throws BadFrame */
function jsonOf(payload: Buffer): Json {
  try {
    return parse(payload.toString(), undefined, { protoAction: 'remove', constructorAction: 'ignore' }) as Json
  } catch {
    throw new BadFrame('a message that is no JSON')
  }
}

function askOf(message: Json): AskMessage {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) throw new BadFrame('no question')
  const { operation, input = null } = message
  if (typeof operation !== 'string') throw new BadFrame('a question about nothing')
  return { operation, input }
}

function targetOf(message: Json): Target {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) throw new BadFrame('no target')
  const { host, port, tls } = message
  const whole = typeof host === 'string' && typeof port === 'number' && typeof tls === 'boolean'
  if (!whole || host.length > 255 || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new BadFrame('no target')
  return { host, port, tls }
}

/** What the code may see of an error of the server's: a Fault's words, and of anything else that it happened. */
function refusalOf(error: unknown): object {
  if (!(error instanceof Fault)) return { name: 'Error', message: 'the server could not answer' }
  const { name, message, code, hint, retryable } = errorMessage(error)
  return { name, message, code, hint, retryable }
}
