/**
 * Steps in Python and Bash of a server that is another user: this file as a process of that user, and how tests talk to it.
 * `node as-user.ts <data directory> <level>` takes a call a line, and answers each with a line.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '@bellhop/sdk'
import { NativeSteps, type NativeCall, type NativeOutcome } from '../native.ts'
import type { NativeLevel } from '../launch.ts'
import { NOBODY } from './levels.ts'

type Said = Pick<NativeCall, 'language' | 'code'> & Partial<NativeCall>
type Answer = { outcome: NativeOutcome } | { code: string; message: string }

/** What a call is where a test says nothing else. */
export const CALL = {
  step: 'it',
  file: 'it.py',
  steps: {},
  inputs: {},
  context: {},
  env: {},
  timeoutMs: 15_000,
  ask: async () => null
} as const

export class AsUser {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor(data: string, level: NativeLevel) {
    const node = [process.execPath, fileURLToPath(import.meta.url), data, level]
    const user = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']
    this.#child = spawn('setpriv', [...user, ...node], { stdio: ['pipe', 'pipe', 'inherit'] })
    const { stdout } = this.#child
    if (stdout === null) throw new Error('no process')
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** @throws Fault as `NativeSteps.run` */
  async run(call: Said): Promise<NativeOutcome> {
    this.#child.stdin?.write(`${JSON.stringify(call)}\n`)
    const { value } = (await this.#answers.next()) as { value: string | undefined }
    const answer = JSON.parse(value ?? '{"code":"gone","message":"its process ended"}') as Answer
    if ('outcome' in answer) return answer.outcome
    throw new Fault(answer.code, answer.message)
  }

  async close(): Promise<void> {
    this.#child.stdin?.end()
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
  }
}

async function serve(data: string, level: NativeLevel): Promise<void> {
  const native = new NativeSteps(join(data, 'sandbox', 'native'), data, level)
  for await (const line of createInterface({ input: process.stdin })) {
    const call = JSON.parse(line) as Said
    const answer = await native
      .run({
        ...CALL,
        signal: new AbortController().signal,
        log: () => {},
        connect: (_, stream) => void stream.destroy(),
        ...call
      })
      .then(
        (outcome): Answer => ({ outcome }),
        (error: unknown) => ({ code: (error as Fault).code, message: (error as Fault).message })
      )
    console.log(JSON.stringify(answer))
  }
  await native.close()
}

const [, file, data, level] = process.argv
if (file === fileURLToPath(import.meta.url) && data !== undefined) await serve(data, level as NativeLevel)
