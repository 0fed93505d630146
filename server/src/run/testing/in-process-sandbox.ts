import type { Json } from '@bellhop/sdk'
import { evaluateAll } from '../../sandbox/child/expressions/evaluate.ts'
import type { Evaluation } from '../../sandbox/child/expressions/evaluation.ts'
import type { Program, Sandbox, SandboxCall } from '../../sandbox/sandbox.ts'

/** Evaluates expressions in the test's own process, for tests of what stands around that. `seen` is told of each call. */
export function inProcessSandbox(seen: (program: Program, call: SandboxCall) => void = () => {}): Sandbox {
  return {
    async call(program, call) {
      seen(program, call)
      // What goes through a pipe is JSON.
      return JSON.parse(JSON.stringify(evaluateAll(call.input as Evaluation))) as Json
    },
    close: async () => {}
  }
}
