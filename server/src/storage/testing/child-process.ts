/** Processes for tests to kill. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export interface Child {
  process: ChildProcessByStdio<null, Readable, Readable>
  /** The next line of its output; undefined after the last. */
  line(): Promise<string | undefined>
  /** How it ended. */
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>
}

/** Starts a script; it is killed when the test ends. */
export function startChild(script: URL, ...args: string[]): Child {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {}
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exit = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stderr }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  return {
    process: child,
    line: async () => {
      const { done, value } = await lines.next()
      return done === true ? undefined : value
    },
    exit
  }
}
