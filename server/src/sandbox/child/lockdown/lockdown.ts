/** Makes the process what foreign code may see (I7). Nothing of it may have run before. */
import { lockBuiltins } from './builtins.ts'
import { moveScratch } from './scratch.ts'

/** @param scratch the folder that code sees as `/tmp` */
export function lockDown(scratch: string, program: string): void {
  if (scratch !== '/tmp') moveScratch(scratch, program)
  lockBuiltins()
}
