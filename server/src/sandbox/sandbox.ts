/**
 * Running foreign code (I7): in a process that serves one call at a time and one workflow version ever, that reaches nothing but
 * its bundle, a scratch folder and the pipe to this server, and that can be ended at any time without touching anything else.
 *
 * From the bottom up: `protocol/` is what is said on the pipe, `child/` what runs in the process, `process.ts` one process
 * seen from here, `pool.ts` all of them.
 */
import type { Duplex } from 'node:stream'
import type { Json } from '@bellhop/sdk'
import { stopped } from './faults.ts'
import { Pool, type Wanted } from './pool.ts'
import type { AnswerHead, CallKind, LogLevel, RequestHead, Target } from './protocol/messages.ts'
import type { Level } from './isolation/level.ts'
import { Starter } from './start.ts'

/** What runs: one version's files. */
export interface Program {
  /** One workflow version ever (I7): `version:<deployment id>`; a build that is described: `build:<hash>`. Never shared between two. */
  owner: string
  /** Folder with the version's bundled files, which are copied for each process; undefined: no foreign file (expressions only). */
  directory?: string
}

export interface SandboxCall {
  /** Which handler of the child. */
  kind: CallKind
  /** File in the program's folder, such as `notify.mjs`. */
  entry?: string
  /** What the handler gets. */
  input: Json
  /** `process.env` during the call; secret values as handles. */
  env?: Readonly<Record<string, string>>
  /** Wall clock from the start of the process or, in a warm one, of the call, in milliseconds. */
  timeoutMs: number
  /** Most memory of the process, in MB; {@link SandboxSettings.memoryMb} by default. */
  memoryMb?: number
  /** Most processor time of the call, in milliseconds; {@link SandboxSettings.cpuMs} by default. */
  cpuMs?: number
  signal: AbortSignal
  /** Console lines, in order, as they come; capped by the caller. */
  log: (level: LogLevel, text: string) => void
  /**
   * A connection that the code opened, or one request of its own, whose bodies are on the stream; absent: it may open none.
   * Refused by destroying the stream with a Fault, whose message the child sees.
   */
  connect?: (target: Target, stream: Duplex, request?: CodeRequest) => void
  /** Whether some of its connections pass bytes as they are: then its requests all come on connections. */
  tunnels?: boolean
  /** What the code asks of the server while it runs; absent: nothing may be asked. A Fault reaches the code as an error with code, message and hint. */
  ask?: (operation: string, input: Json) => Promise<Json>
  /** A process of its own, that ends with the call. */
  alone?: boolean
}

/** A request that came as a message. */
export interface CodeRequest extends RequestHead {
  /** Says the head of its answer, once; the body follows on the stream. */
  answer: (head: AnswerHead) => void
}

export interface Sandbox {
  /**
   * Runs the call in a process of the program.
   * @throws Fault `code_failed`: the code threw; `cause` is an error with its name, message and stack, which the caller scrubs.
   *   `sandbox_timed_out`, `sandbox_cpu_exhausted`, `sandbox_out_of_memory`, `sandbox_crashed`, `sandbox_misbehaved`: the process was ended.
   *   `sandbox_busy` (retryable), `sandbox_unavailable`, `sandbox_closed`, `sandbox_stopped` (the signal): nothing is wrong with the code.
   */
  call(program: Program, call: SandboxCall): Promise<Json>
  /** Ends every process. Calls that are going on fail. */
  close(): Promise<void>
}

export interface SandboxSettings {
  /** The sandbox's own folder in the data directory. */
  directory: string
  /** Most processes, of all programs together. */
  maxProcesses?: number
  /** Most processes of one program. */
  maxPerProgram?: number
  /** Most calls that wait for a process. */
  maxWaiting?: number
  /** How long a process that nobody needs is kept, in milliseconds. */
  idleMs?: number
  memoryMb?: number
  cpuMs?: number
  /** The highest level of isolation to try. */
  isolation?: Level
}

const DEFAULTS = {
  maxProcesses: 64,
  maxPerProgram: 16,
  maxWaiting: 2_000,
  idleMs: 300_000,
  memoryMb: 256,
  isolation: 'namespaces' as const,
  cpuMs: 10_000
}

/** Makes a sandbox; no process starts before the first call. */
export function createSandbox(settings: SandboxSettings): Sandbox {
  const whole = { ...DEFAULTS, ...settings }
  const starter = new Starter(whole.directory, whole.isolation)
  const pool = new Pool(whole)

  function wanted(program: Program, { signal, alone = false, memoryMb = whole.memoryMb }: SandboxCall): Wanted {
    const key = `${program.owner}\0${memoryMb}${alone ? '\0alone' : ''}`
    return {
      key,
      alone,
      signal,
      start: (events) => starter.start({ program, limits: { memoryMb, cpuMs: whole.cpuMs }, events })
    }
  }

  return {
    async call(program, call) {
      if (call.signal.aborted) throw stopped()
      for (;;) {
        const process = await pool.take(wanted(program, call))
        // It may have ended while it was handed over.
        if (process.usable) return process.run(call)
      }
    },
    async close() {
      await pool.close()
      await starter.close()
    }
  }
}
