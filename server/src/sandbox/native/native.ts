/**
 * Steps written in Python and Bash. Node's permissions don't hold for them, so they run only where the operator allows it
 * and the host keeps them apart: in namespaces of their own, or as a user of their own (`ground.ts`). A process is started
 * for each attempt and ends with it, with everything that it started.
 *
 * In the process, `supervisor/` comes first: it speaks the sandbox's protocol with this server, offers the code a proxy whose
 * connections are streams on the pipe, and starts the interpreter. It is the same user as the code, and as little trusted.
 */
import type { Duplex } from 'node:stream'
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import { z } from 'zod'
import { Pool, type ProcessEvents } from '../pool.ts'
import type { ProcessLimits } from '../process.ts'
import type { LogLevel, Target } from '../protocol/messages.ts'
import { prepare, type Ground, type Interpreter } from './ground.ts'
import type { NativeLevel } from './launch.ts'
import { bootstrap } from './supervisor-file.ts'
import type { Language, NativeInput } from './supervisor/messages.ts'

/** One attempt of a step. What it gets are handles, and so is what it can give away. */
export interface NativeCall {
  language: Language
  /** The step's name. */
  step: string
  /** What messages call the source. */
  file: string
  code: string
  steps: JsonObject
  inputs: JsonObject
  context: JsonObject
  env: Readonly<Record<string, string>>
  timeoutMs: number
  memoryMb?: number
  cpuMs?: number
  signal: AbortSignal
  log: (level: LogLevel, text: string) => void
  connect: (target: Target, stream: Duplex) => void
  /** What `pd` asks of the server: `flow.exit`, `respond`, … */
  ask: (operation: string, input: Json) => Promise<Json>
}

/** What a step left; still as the code said it. */
export interface NativeOutcome {
  exports: Readonly<Record<string, Json>>
  returned?: Json | undefined
}

/** What is in force, in words of the levels, or why there is nothing. */
export type NativeStatus =
  { level: NativeLevel; interpreters: Readonly<Partial<Record<Language, Interpreter>>> } | { unavailable: Fault }

const POOL = { maxProcesses: 16, maxPerProgram: 16, maxWaiting: 1_000, idleMs: 1_000 }
const DEFAULT_MEMORY_MB = 256
const DEFAULT_CPU_MS = 10_000

/** It was parsed from JSON. */
const json = z.custom<Json>(() => true)
const answerSchema = z.object({
  exports: z.record(z.string(), json),
  returned: json.optional()
})

export class NativeSteps {
  readonly #pool = new Pool(POOL)
  readonly #ground: Promise<Ground>

  /**
   * Begins at once to try what the host can do.
   * @param directory a folder of its own in the data directory
   * @param dataDirectory what no step may see
   * @param most the highest level to try
   */
  constructor(directory: string, dataDirectory: string, most?: NativeLevel) {
    this.#ground = prepare(directory, dataDirectory, most)
    this.#ground.catch(() => undefined)
  }

  async status(): Promise<NativeStatus> {
    try {
      const { level, interpreters } = await this.#ground
      return { level, interpreters }
    } catch (error) {
      if (error instanceof Fault) return { unavailable: error }
      throw error
    }
  }

  /**
   * Runs a step's code once.
   * @throws Fault `native_steps_unavailable`, `interpreter_missing`, `code_failed`, `sandbox_*`; as {@link Sandbox.call}
   */
  async run(call: NativeCall): Promise<NativeOutcome> {
    const ground = await this.#ground
    const interpreter = ground.interpreters[call.language]
    if (interpreter === undefined) throw interpreterMissing(call.language)
    const { memoryMb = DEFAULT_MEMORY_MB, cpuMs = DEFAULT_CPU_MS } = call
    const start = async (events: ProcessEvents) => ground.start({ memoryMb, cpuMs }, events)
    const process = await this.#pool.take({ key: 'native', alone: true, signal: call.signal, start })
    const { env, timeoutMs, signal, log, connect, ask } = call
    const input = inputOf(call, interpreter, { memoryMb, cpuMs }) as unknown as Json
    return outcomeOf(await process.run({ kind: 'run', input, env, timeoutMs, signal, log, connect, ask }))
  }

  /** Ends every process. */
  async close(): Promise<void> {
    await this.#pool.close()
    const ground = await this.#ground.catch(() => undefined)
    await ground?.close()
  }
}

function inputOf(call: NativeCall, interpreter: Interpreter, { memoryMb, cpuMs }: ProcessLimits): NativeInput {
  const { language, step, file, code, steps, inputs, context } = call
  return {
    language,
    interpreter: interpreter.path,
    // Of a Bash step it is the name of a real file.
    file: language === 'bash' ? `${step}.sh` : file,
    code,
    bootstrap: language === 'python' ? bootstrap() : '',
    steps,
    inputs,
    context,
    limits: { memoryMb, cpuSeconds: Math.max(1, Math.ceil(cpuMs / 1_000)) }
  }
}

/** @throws Fault `sandbox_misbehaved`: nothing that the supervisor would say */
function outcomeOf(answer: Json): NativeOutcome {
  const read = answerSchema.safeParse(answer)
  if (!read.success)
    throw new Fault('sandbox_misbehaved', 'the step’s process answered something else than what a step leaves')
  return read.data
}

function interpreterMissing(language: Language): Fault {
  const name = language === 'python' ? 'python3' : 'bash'
  return new Fault('interpreter_missing', `this machine has no ${name}`, {
    hint: `Install ${name} into /usr/local/bin or /usr/bin, and start the server again.`
  })
}
