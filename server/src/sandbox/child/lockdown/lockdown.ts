/** Makes the process what foreign code may see (I7). Nothing of it may have run before. */
import { subscribe } from 'node:diagnostics_channel'
import type { Preparations } from '../network/install.ts'
import { lockBuiltins } from './builtins.ts'
import { moveScratch } from './scratch.ts'

interface Folders {
  program: string
  /** What code sees as `/tmp`. */
  scratch: string
}

/** @param preparations what is done to modules when code first asks for them */
export function lockDown({ scratch, program }: Folders, preparations: Preparations): void {
  if (scratch !== '/tmp') moveScratch(scratch, program)
  const admit = lockBuiltins(preparations)
  // `fetch` and `WebSocket` are built on it, in Node's own copy of undici, without asking for it by name.
  subscribe('undici:client:beforeConnect', () => admit('tls'))
}
