/** Running one step's code: the interpreter's process, its limits, and what comes back from it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { Json, JsonObject } from '@bellhop/sdk'
import { errorMessage, readErrorMessage } from '../../protocol/messages.ts'
import { readExports } from './exports.ts'
import type { NativeAnswer, NativeInput, NativeLimits } from './messages.ts'
import { Output } from './output.ts'

/** An error of the step's, in its own words. */
export class StepFailed extends Error {
  /** Whether another attempt may end otherwise. */
  readonly retryable: boolean

  constructor(name: string, message: string, stack = '') {
    super(message)
    this.name = name
    this.stack = stack
    this.retryable = name !== 'SyntaxError'
  }
}

export interface Surroundings {
  /** Where the code may write, and where this process keeps what it hands over. */
  scratch: string
  env: Readonly<Record<string, string>>
  log: (text: string) => void
  ask: (operation: string, input: Json) => Promise<Json>
}

/** Most open files of one process, most processes of the step, and the longest file, in bytes. */
const OPEN_FILES = 1_024
const PROCESSES = 256
const LONGEST_FILE = 256 << 20
/** Longest answer of a step's process, in bytes; what its exports may take is the server's to say. */
const MAX_ANSWER = 30 << 20

/** @throws StepFailed, and errors about exports */
export async function runStep(input: NativeInput, around: Surroundings): Promise<NativeAnswer> {
  const folder = join(around.scratch, '.bellhop')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const output = new Output(folder, around.log)
  const run = input.language === 'python' ? runPython : runBash
  return run(input, folder, around, output)
}

async function runPython(input: NativeInput, _folder: string, around: Surroundings, output: Output) {
  const { interpreter, bootstrap, limits, code, file, steps, inputs, context } = input
  const child = start([interpreter, '-I', '-B', '-u', '-c', bootstrap], limits, around, output, around.env, 'pipe')
  const channel = child.stdio[3] as Duplex
  channel.on('error', () => channel.destroy())
  channel.write(`${JSON.stringify({ code, file, steps, inputs, context })}\n`)
  const [answer, ended] = await Promise.all([converse(channel, around.ask), endOf(child)])
  await output.end()
  if (answer === undefined) throw died(ended)
  return answer
}

async function runBash(input: NativeInput, folder: string, around: Surroundings, output: Output) {
  const paths = { steps: join(folder, 'steps.json'), exports: join(folder, 'exports'), code: join(folder, input.file) }
  writeFileSync(paths.steps, JSON.stringify(input.steps), { mode: 0o600 })
  writeFileSync(paths.exports, '', { mode: 0o600 })
  writeFileSync(paths.code, input.code, { mode: 0o600 })
  const env = {
    ...around.env,
    PIPEDREAM_STEPS: paths.steps,
    PIPEDREAM_EXPORTS: paths.exports,
    PIPEDREAM_INPUTS: inputsFile(folder, input.inputs)
  }
  const child = start([input.interpreter, paths.code], input.limits, around, output, env, 'ignore')
  const ended = await endOf(child)
  await output.end()
  if (ended !== 0) throw died(ended)
  return { exports: readExports(paths.exports) }
}

function inputsFile(folder: string, inputs: JsonObject): string {
  const path = join(folder, 'inputs.json')
  writeFileSync(path, JSON.stringify(inputs), { mode: 0o600 })
  return path
}

/** The command line under which a step's code runs; util-linux sets what the kernel holds it to. */
export function limited(command: readonly string[], { memoryMb, cpuSeconds }: NativeLimits): string[] {
  return [
    'prlimit',
    '--core=0',
    `--nofile=${OPEN_FILES}`,
    `--nproc=${PROCESSES}`,
    `--fsize=${LONGEST_FILE}`,
    `--data=${memoryMb << 20}`,
    // The first limit is a signal that says why, the second kills.
    `--cpu=${cpuSeconds}:${cpuSeconds + 2}`,
    'setpriv',
    '--no-new-privs',
    '--pdeathsig',
    'KILL',
    ...command
  ]
}

function start(
  command: readonly string[],
  limits: NativeLimits,
  { scratch }: Surroundings,
  output: Output,
  env: Readonly<Record<string, string>>,
  channel: 'pipe' | 'ignore'
): ChildProcess {
  const [file = '', ...args] = limited(command, limits)
  return spawn(file, args, { cwd: scratch, env, stdio: ['ignore', output.writer, output.writer, channel] })
}

/** An exit code, or in a word what ended it. */
type Ended = number | string

async function endOf(child: ChildProcess): Promise<Ended> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? signal ?? 'unexpectedly'
  } catch (error) {
    return error instanceof Error ? error.message : 'unexpectedly'
  }
}

/** One line of what the interpreter says. */
interface Said {
  ask?: string
  input?: Json
  left?: NativeAnswer
  error?: unknown
}

/** Answers what the code asks, until it says what it leaves; undefined where it ends without. @throws StepFailed */
async function converse(channel: Duplex, ask: Surroundings['ask']): Promise<NativeAnswer | undefined> {
  for await (const line of linesOf(channel)) {
    const said = JSON.parse(line) as Said
    if (said.left !== undefined) return said.left
    if (said.ask === undefined) {
      const { name, message, stack } = readErrorMessage(said.error)
      throw new StepFailed(name, message, stack)
    }
    const reply = await ask(said.ask, said.input ?? null).then(
      (answer): object => ({ answer }),
      (error: unknown) => ({ refusal: errorMessage(error) })
    )
    channel.write(`${JSON.stringify(reply)}\n`)
  }
  return undefined
}

async function* linesOf(channel: Duplex): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of channel as AsyncIterable<Buffer>) {
      parts.push(part)
      length += part.length
      if (length > MAX_ANSWER) throw new StepFailed('Error', 'the step returns or exports more than 30 MB')
      if (part.at(-1) !== 10) continue
      yield Buffer.concat(parts).toString()
      parts = []
      length = 0
    }
  } catch (error) {
    // A channel that breaks is one that ends.
    if (error instanceof StepFailed) throw error
  }
}

function died(how: Ended): StepFailed {
  if (how === 'SIGXCPU') return new StepFailed('Error', 'the step used up its processor time')
  if (typeof how === 'number') return new StepFailed('Error', `the step ended with exit code ${how}`)
  return new StepFailed('Error', `the step ended (${how})`)
}
