/** The process's side of the conversation with the server (`messages.ts`). */
import { createInterface } from 'node:readline'
import { Fault } from '@bellhop/sdk'

/** Answers requests one after the other; ends with the server, which holds standard input open. */
export function serve(handle: (request: unknown) => Promise<object>): void {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => void answer(JSON.parse(line), handle))
  lines.on('close', () => process.exit())
}

/** A sentence for the person who deploys. */
export function tell(progress: string): void {
  say({ progress })
}

async function answer(request: unknown, handle: (request: unknown) => Promise<object>): Promise<void> {
  try {
    say({ done: await handle(request) })
  } catch (error) {
    if (error instanceof Fault) say({ failed: { code: error.code, message: error.message, hint: error.hint } })
    else throw error
  }
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
