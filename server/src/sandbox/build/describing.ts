/** Describes what was built by running it in the sandbox, in a process that ends with the call: it is no version's yet (I7). */
import type { Sandbox } from '../sandbox.ts'
import type { Describe } from './build.ts'

/** Time to load the code, in milliseconds. */
const PATIENCE_MS = 20_000

export function describeIn(sandbox: Pick<Sandbox, 'call'>): Describe {
  return (program, entry, signal) =>
    sandbox.call(program, {
      kind: 'describe',
      entry,
      input: {},
      timeoutMs: PATIENCE_MS,
      signal,
      log: () => undefined,
      alone: true
    })
}
