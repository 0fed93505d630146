/**
 * One sandbox process, seen from the server. It is idle or has a call, and it ends once, for a reason that becomes the
 * fault of the call that it had. Everything that it says is hostile.
 */
import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { Fault, type Json } from '@bellhop/sdk'
import {
  codeFailed,
  cpuExhausted,
  crashed,
  misbehaved,
  outOfMemory,
  scratchFull,
  stopped,
  timedOut,
  tooManyValues,
  unavailable
} from './faults.ts'
import { askOf, isTooMuch, jsonOf, refusalOf, requestOf, targetOf } from './hostile.ts'
import { Output } from './output.ts'
import type { ProcessEvents } from './pool.ts'
import { BadFrame, Kind, type Frame } from './protocol/frames.ts'
import { LOG_LEVELS, readErrorMessage, type AnswerHead, type CallMessage, type LogLevel } from './protocol/messages.ts'
import { Pipe } from './protocol/pipe.ts'
import type { SandboxCall } from './sandbox.ts'
import type { Usage, Watch, Watched } from './watch.ts'

export interface ProcessLimits {
  memoryMb: number
  /** Of one call that says nothing else. */
  cpuMs: number
}

export interface ProcessParts {
  events: ProcessEvents
  watch: Watch
  /** The folder that it fills, where no file system of its own limits that. */
  scratch?: string | undefined
}

interface Running {
  id: number
  call: SandboxCall
  /** Who called waits no longer, and hears no more. */
  over: boolean
  /** Questions that are not answered, or whose answer the child has not taken. */
  asked: number
  /** What the process had used when the call was seen first. */
  cpuBefore?: number
  resolve(value: Json): void
  reject(fault: Fault): void
}

/** Most frames in a tenth of a second: more is a flood, and waits. */
const PACE = 5_000
/** What code may have open, or waiting, at a time. */
const MAX_STREAMS = 256
const MAX_QUESTIONS = 64
/** How long a call that was stopped may go on until its process is ended, in milliseconds. */
const GRACE_MS = 200
/** Longer ones end at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const MAX_TIMER_MS = 2 ** 31 - 1
/** What a process has in memory besides what its code asked for, in MB. The kernel's limit comes first where there is one. */
const OWN_MEMORY_MB = 160

export class SandboxProcess implements Watched {
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  readonly scratch: string | undefined
  readonly #child: ChildProcess
  readonly #limits: ProcessLimits
  readonly #events: ProcessEvents
  readonly #watch: Watch
  readonly #pipe: Pipe
  readonly #output: Output
  readonly #left = Promise.withResolvers<void>()
  #running: Running | undefined
  /** Why it was ended; set before it is. */
  #reason: Fault | undefined
  #ready = false
  /** Ends it unless what is expected of it happens before. */
  #grace: NodeJS.Timeout | undefined
  #deaf = false
  #ended = false
  #next = 1

  constructor(child: ChildProcess, limits: ProcessLimits, parts: ProcessParts) {
    this.#child = child
    this.#limits = limits
    this.scratch = parts.scratch
    this.#events = parts.events
    this.#watch = parts.watch
    this.gone = this.#left.promise
    this.#pipe = new Pipe(child.stdio[3] as Duplex, {
      message: (frame) => this.#receive(frame),
      over: (error) => this.#lost(error),
      pace: PACE
    })
    this.#output = new Output((level, text) => this.#log(this.#running, level, text))
    this.#output.listen(child.stdout, 'info')
    this.#output.listen(child.stderr, 'error')
    child.on('error', (error) => this.#exited(error.message))
    child.on('close', (code, signal) => this.#exited(signal ?? code))
  }

  /** Whether it can take a call. */
  get usable(): boolean {
    return !this.#deaf && !this.#ended && this.#reason === undefined && this.#running === undefined
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Runs a call in this process, which is idle. @throws Fault as {@link Sandbox.call} */
  async run(call: SandboxCall): Promise<Json> {
    const { promise, resolve, reject } = Promise.withResolvers<Json>()
    const running: Running = { id: this.#next++, call, over: false, asked: 0, resolve, reject }
    this.#running = running
    const timer = setTimeout(() => this.end(timedOut(call.timeoutMs)), Math.min(call.timeoutMs, MAX_TIMER_MS))
    const stop = () => this.#stop(running)
    call.signal.addEventListener('abort', stop, { once: true })
    this.#watch.add(this)
    try {
      this.#pipe.calm()
      this.#send(running)
      if (call.signal.aborted) stop()
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

  get ready(): boolean {
    return this.#ready
  }

  overfull(): void {
    this.end(scratchFull())
  }

  used({ cpuMs, memory }: Usage): void {
    const { memoryMb } = this.#limits
    if (memory > (memoryMb + OWN_MEMORY_MB) * 1024 * 1024) this.end(outOfMemory(memoryMb))
    const running = this.#running
    if (running === undefined) return
    running.cpuBefore ??= cpuMs
    const most = running.call.cpuMs ?? this.#limits.cpuMs
    if (cpuMs - running.cpuBefore > most) this.end(cpuExhausted(most))
  }

  #send(running: Running): void {
    const { kind, entry, env = {}, input, tunnels } = running.call
    const message: CallMessage = {
      kind,
      ...(entry === undefined ? {} : { entry }),
      env,
      input,
      ...(tunnels === undefined ? {} : { tunnels })
    }
    try {
      this.#pipe.send(Kind.call, running.id, JSON.stringify(message))
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error
      const hint = 'Let the steps before it export less.'
      const fault = new Fault('sandbox_input_too_long', 'what the step hands to its code is longer than 32 MB', {
        hint
      })
      this.#settle(() => running.reject(fault))
    }
  }

  /** The code is told, and may end in peace; who called waits no longer. */
  #stop(running: Running): void {
    if (this.#running !== running) return
    running.over = true
    running.reject(stopped())
    this.#pipe.resetStreams()
    this.#pipe.send(Kind.cancel, running.id)
    this.#grace ??= setTimeout(() => this.end(stopped()), GRACE_MS)
  }

  /** A process that ends closes its pipe a moment before; one that closes it and lives on is of no use. */
  #lost(error: Error | undefined): void {
    if (error instanceof BadFrame) return this.end(misbehaved(error.message))
    this.#deaf = true
    this.#grace ??= setTimeout(() => this.end(misbehaved('it closed the pipe')), GRACE_MS)
  }

  #exited(how: number | string | null): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#grace)
    this.#pipe.close()
    const { tail } = this.#output
    const memory = /out of memory|bad_alloc|allocation failed/i.test(tail)
      ? outOfMemory(this.#limits.memoryMb)
      : undefined
    this.#fail(this.#reason ?? memory ?? (this.#ready ? crashed(how) : unavailable(how)))
    this.#left.resolve()
    this.#events.gone(this)
  }

  #fail(fault: Fault): void {
    this.#watch.delete(this)
    this.#running?.reject(fault)
    this.#running = undefined
  }

  #receive({ kind, id, payload }: Frame): void {
    const running = this.#running
    switch (kind) {
      case Kind.ready:
        this.#ready = true
        this.#events.ready(this)
        return
      case Kind.result:
        if (running?.id === id) this.#settle(() => settleWith(running, payload))
        return
      case Kind.failure:
        if (running?.id === id) this.#settle(() => running.reject(codeFailed(readErrorMessage(jsonOf(payload)))))
        return
      case Kind.log:
        if (running?.id === id) this.#log(running, LOG_LEVELS[payload[0] ?? 0] ?? 'info', payload.toString('utf8', 1))
        return
      case Kind.ask:
        if (isTooMuch(payload)) throw new BadFrame('a message of too many values')
        if (running?.over === false) this.#ask(running, id, jsonOf(payload))
        return
      case Kind.open:
        if (running?.over === false) this.#open(running, id, jsonOf(payload))
        return
      default:
        throw new BadFrame(`a frame of kind ${kind}, which is not for the server`)
    }
  }

  #log(running: Running | undefined, level: LogLevel, text: string): void {
    if (running?.over === false) running.call.log(level, text)
  }

  /** The call is over: what it left open is closed, and what it still says is not heard. */
  #settle(tell: () => void): void {
    this.#output.endLines()
    tell()
    this.#running = undefined
    clearTimeout(this.#grace)
    this.#grace = undefined
    this.#watch.delete(this)
    this.#pipe.resetStreams()
    // Its standard output is closed: the next call is better served by another process.
    if (this.#output.full) this.end(stopped())
    else this.#events.free(this)
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
    answer
      .then((value) => this.#pipe.send(Kind.answer, id, JSON.stringify(value), answered))
      .catch((error: unknown) => this.#pipe.send(Kind.refusal, id, refusalOf(error), answered))
  }

  #open(running: Running, id: number, message: Json): void {
    const target = targetOf(message)
    const request = requestOf(message)
    if (this.#pipe.isOpen(id)) throw new BadFrame('two streams of one id')
    if (this.#pipe.streams >= MAX_STREAMS) throw new BadFrame(`more than ${MAX_STREAMS} connections at a time`)
    const stream = this.#pipe.stream(id)
    stream.on('error', () => {})
    if (running.call.connect === undefined) {
      stream.destroy(new Fault('sandbox_no_network', 'this code may open no connection'))
      return
    }
    if (request === undefined) {
      this.#pipe.send(Kind.opened, id)
      return running.call.connect(target, stream)
    }
    const answer = (head: AnswerHead): void => this.#pipe.send(Kind.head, id, JSON.stringify(head))
    running.call.connect(target, stream, { ...request, answer })
  }
}

function settleWith(running: Running, payload: Buffer): void {
  if (isTooMuch(payload)) running.reject(tooManyValues())
  else running.resolve(jsonOf(payload))
}
