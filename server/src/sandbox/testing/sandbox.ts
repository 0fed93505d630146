/** A sandbox in a folder of its own, for tests: programs are written as text, and nothing is left behind. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@bellhop/sdk'
import { createSandbox, type Program, type Sandbox, type SandboxCall, type SandboxSettings } from '../sandbox.ts'

export class SandboxFixture implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'bellhop-sandbox-test-'))
  readonly sandbox: Sandbox
  /** `level: text` of each console line. */
  readonly lines: string[] = []
  #programs = 0

  constructor(settings: Partial<SandboxSettings> = {}) {
    this.sandbox = createSandbox({ directory: join(this.directory, 'sandbox'), ...settings })
  }

  /** A program of one file, `main.mjs`. */
  program(source: string): Program {
    const owner = `version:${++this.#programs}`
    const directory = join(this.directory, 'programs', String(this.#programs))
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'main.mjs'), source)
    return { owner, directory }
  }

  /** Runs the component of `main.mjs` and returns what it returns. */
  async run(program: Program, steps: Json = null, call: Partial<SandboxCall> = {}): Promise<Json> {
    const left = (await this.call(program, 'run', { steps }, call)) as { returned?: Json }
    return left.returned ?? null
  }

  /** Calls a handler for the component of `main.mjs`. */
  call(program: Program, kind: SandboxCall['kind'], input: Json, call: Partial<SandboxCall> = {}): Promise<Json> {
    return this.sandbox.call(program, {
      kind,
      entry: 'main.mjs',
      input,
      timeoutMs: 10_000,
      signal: new AbortController().signal,
      log: (level, text) => this.lines.push(`${level}: ${text}`),
      ...call
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
