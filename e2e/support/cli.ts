import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../server/bin/bellhop.js', import.meta.url))

export interface CliAnswer {
  code: number
  stdout: string
  stderr: string
}

/** Runs `bellhop` with an environment of PATH and `env` alone. */
export function bellhop(
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string; cwd?: string } = {}
): Promise<CliAnswer> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', ...options.env }
    const child = execFile(process.execPath, [BIN, ...args], { env, cwd: options.cwd }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr })
    })
    child.stdin?.end(options.input ?? '')
  })
}
