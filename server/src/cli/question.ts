/** Asking on the terminal. */
import { createInterface } from 'node:readline/promises'
import { Fault } from '@bellhop/sdk'

/** @param hidden what is typed is not echoed */
export async function question(prompt: string, hidden: boolean): Promise<string> {
  process.stdout.write(prompt)
  if (hidden) process.stdin.setRawMode(true)
  const lines = createInterface({ input: process.stdin, terminal: false })
  try {
    return hidden ? await typed() : await lines.question('')
  } finally {
    lines.close()
    if (hidden) process.stdin.setRawMode(false)
  }
}

/** Reads one line of raw keys: return ends it, backspace takes back, control-c leaves. */
async function typed(): Promise<string> {
  let value = ''
  for await (const chunk of process.stdin.iterator({ destroyOnReturn: false })) {
    for (const key of String(chunk)) {
      if (key === '\r' || key === '\n') {
        process.stdout.write('\n')
        return value
      }
      if (key === '\u0003') throw new Fault('interrupted', 'interrupted; nothing was saved')
      value = key === '\u007f' ? value.slice(0, -1) : value + key
    }
  }
  return value
}
