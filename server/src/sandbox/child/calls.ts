/**
 * The calls in a child: one at a time, each with its own context, so that what an earlier one left running is heard no more.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { rmSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { pathToFileURL } from 'node:url'
import type { Json } from '@bellhop/sdk'
import { BadFrame, Kind, MAX_LOG, MAX_MESSAGE, type Frame } from '../protocol/frames.ts'
import {
  errorMessage,
  LOG_LEVELS,
  readErrorMessage,
  type CallMessage,
  type AnswerHead,
  type LogLevel,
  type OpenMessage
} from '../protocol/messages.ts'
import { Pipe } from '../protocol/pipe.ts'
import type { ChildChannel } from './channel.ts'
import { Gate } from './gate.ts'
import { HANDLERS } from './handlers.ts'

interface Call {
  id: number
  abort: AbortController
  /** Bytes of console lines that may still be sent. */
  logBytes: number
  /** Whether its requests go over connections only. */
  tunnels: boolean
  over: boolean
}

interface Question {
  call: Call
  resolve(value: Json): void
  reject(error: Error): void
}

/** More than the server keeps of a call's lines, and less than it puts up with. */
const MAX_LOG_BYTES = 1 << 20
/** Times of files are those of the kernel's last tick: 10 ms at most. */
const CLOCK_TICK_MS = 100

/** Ends the process, whatever the code has made of `process.exit` and its listeners. */
const exit = (process as unknown as { reallyExit(code?: number): never }).reallyExit.bind(process, 0)

export class Calls implements ChildChannel {
  readonly #pipe: Pipe
  readonly #folders: { program: string; scratch: string }
  readonly #context = new AsyncLocalStorage<Call>()
  readonly #connections = new Gate(100)
  readonly #asking = new Gate(48)
  readonly #modules = new Map<string, Readonly<Record<string, unknown>>>()
  readonly #questions = new Map<number, Question>()
  #current: Call | undefined
  /** The time of change of the scratch folder while nothing was in it. */
  #emptySince: number | undefined
  #next = 1

  constructor(socket: Duplex, folders: { program: string; scratch: string }) {
    this.#folders = folders
    // Without its server a child is nothing.
    this.#pipe = new Pipe(socket, { message: (frame) => this.#receive(frame), over: exit })
  }

  /** The process is what foreign code may see: the server may call. */
  ready(): void {
    this.#pipe.send(Kind.ready, 0)
  }

  open(message: OpenMessage): Duplex {
    const call = this.#mine()
    const id = this.#next++
    if (call === undefined)
      return this.#pipe.stream(id).destroy(new Error('the step that opens this connection has ended'))
    const stream = this.#pipe.stream(id, (done) =>
      this.#connections.enter(() => {
        if (!stream.destroyed && !call.over) this.#pipe.send(Kind.open, id, JSON.stringify(message))
        done()
      })
    )
    return stream.once('close', () => this.#connections.leave())
  }

  takesRequests(): boolean {
    return this.#mine()?.tunnels === false
  }

  async ask(operation: string, input: Json): Promise<Json> {
    const call = this.#mine()
    if (call === undefined) throw new Error('the step that asks this has ended')
    await new Promise<void>((enter) => this.#asking.enter(enter))
    try {
      return await this.#ask(call, operation, input)
    } finally {
      this.#asking.leave()
    }
  }

  #ask(call: Call, operation: string, input: Json): Promise<Json> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#pipe.send(Kind.ask, id, JSON.stringify({ operation, input }))
      this.#questions.set(id, { call, resolve, reject })
    })
  }

  log(level: LogLevel, text: string): void {
    const call = this.#mine()
    if (call === undefined || call.logBytes <= 0) return
    const line = Buffer.from(`\0${text}`).subarray(0, MAX_LOG)
    line[0] = LOG_LEVELS.indexOf(level)
    call.logBytes -= line.length
    this.#pipe.send(Kind.log, call.id, line)
  }

  /** An error that nobody caught: it is the call's whose code it was, or nobody's. */
  failed(error: unknown): void {
    const call = this.#mine()
    if (call !== undefined) this.#fail(call, error)
  }

  /** The call that this line of code belongs to, if that one is still going on. */
  #mine(): Call | undefined {
    const call = this.#context.getStore() ?? this.#current
    return call === undefined || call.over ? undefined : call
  }

  #receive({ kind, id, payload }: Frame): void {
    switch (kind) {
      case Kind.call:
        void this.#call(id, JSON.parse(payload.toString()) as CallMessage)
        return
      case Kind.cancel:
        if (this.#current?.id === id) this.#current.abort.abort()
        return
      case Kind.head:
        this.#pipe.find(id)?.emit('head', JSON.parse(payload.toString()) as AnswerHead)
        return
      case Kind.answer:
        this.#settle(id)?.resolve(JSON.parse(payload.toString()) as Json)
        return
      case Kind.refusal: {
        const { name, ...rest } = readErrorMessage(JSON.parse(payload.toString()))
        this.#settle(id)?.reject(Object.assign(new Error(rest.message), { name, ...rest }))
        return
      }
      default:
        throw new BadFrame('not for the child')
    }
  }

  #settle(id: number): Question | undefined {
    const question = this.#questions.get(id)
    this.#questions.delete(id)
    return question?.call.over === true ? undefined : question
  }

  async #call(id: number, { kind, entry, env, input, tunnels = false }: CallMessage): Promise<void> {
    const call: Call = { id, abort: new AbortController(), logBytes: MAX_LOG_BYTES, tunnels, over: false }
    this.#current = call
    setEnvironment(env)
    await this.#context.run(call, async () => {
      try {
        const module = entry === undefined ? undefined : await this.#import(entry)
        const ask = (operation: string, input: Json) => this.ask(operation, input)
        const value = await HANDLERS[kind]({ input, module, ask, signal: call.abort.signal })
        // What cannot be written as JSON is an error of the code's.
        const answer = JSON.stringify(value ?? null) ?? 'null'
        if (Buffer.byteLength(answer) > MAX_MESSAGE) throw new Error('what the code returns is longer than 32 MB')
        this.#end(call, Kind.result, answer)
      } catch (error) {
        this.#fail(call, error)
      }
    })
  }

  async #import(entry: string): Promise<Readonly<Record<string, unknown>>> {
    const known = this.#modules.get(entry)
    if (known !== undefined) return known
    const url = pathToFileURL(join(this.#folders.program, entry)).href
    const module = (await import(url)) as Readonly<Record<string, unknown>>
    this.#modules.set(entry, module)
    return module
  }

  #fail(call: Call, error: unknown): void {
    const { program } = this.#folders
    const message = JSON.stringify(errorMessage(error))
    // Where the program is on the host is nobody's business.
    this.#end(call, Kind.failure, message.replaceAll(program, '/program'))
  }

  #end(call: Call, kind: typeof Kind.result | typeof Kind.failure, payload: string): void {
    if (call.over) return
    call.over = true
    this.#current = undefined
    const late = new Error('the step that asks this has ended')
    for (const question of this.#questions.values()) question.reject(late)
    this.#questions.clear()
    this.#pipe.resetStreams()
    this.#emptyScratch()
    this.#pipe.send(kind, call.id, payload)
  }

  /** The next run finds nothing of this one. Whatever is done in the folder shows in its time of change. */
  #emptyScratch(): void {
    try {
      const { scratch } = this.#folders
      const { ctimeMs } = statSync(scratch)
      if (ctimeMs === this.#emptySince) return
      for (const name of readdirSync(scratch)) rmSync(join(scratch, name), { recursive: true, force: true })
      // What is done within the same tick of the clock would not show.
      this.#emptySince = Math.abs(Date.now() - ctimeMs) > CLOCK_TICK_MS ? ctimeMs : undefined
    } catch {
      // the code took its own scratch folder away
    }
  }
}

function setEnvironment(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
}
