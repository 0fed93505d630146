/** Describes what was built by running it in the sandbox. It is no version's yet, so it shares a process with none (I7). */
import type { Sandbox } from '../sandbox.ts'
import type { Describe } from './workshop.ts'

/** Time to load the code, in milliseconds. */
const PATIENCE_MS = 20_000

export function describeIn(sandbox: Pick<Sandbox, 'call'>): Describe {
  return (program, entry, signal, alone) =>
    sandbox.call(program, {
      kind: 'describe',
      entry,
      input: {},
      timeoutMs: PATIENCE_MS,
      signal,
      log: () => undefined,
      alone
    })
}
