/** A server of which the sandbox test kills the process: it runs code that never ends, and says when that has begun. */
import { createSandbox } from '../sandbox.ts'
import type { Level } from '../isolation/level.ts'

const [, , directory = '', program = '', isolation = 'none'] = process.argv
const sandbox = createSandbox({ directory, isolation: isolation as Level })
await sandbox.call(
  { owner: 'version:1', directory: program },
  {
    kind: 'run',
    entry: 'main.mjs',
    input: null,
    timeoutMs: 60_000,
    cpuMs: 60_000,
    signal: new AbortController().signal,
    log: (_level, text) => console.log(text)
  }
)
