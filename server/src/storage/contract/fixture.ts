import type { Storage } from '../storage.ts'
import type { Child } from '../testing/child-process.ts'
import type { TestCommands } from '../testing/commands.ts'

/** A database of its own for one test; it goes when the test ends. */
export interface Home {
  /** Opens it, also after a close; it is closed when the test ends. */
  open(): Promise<Storage<TestCommands>>
  /** Starts a process that counts up in it (`testing/counting.ts`). */
  startCounting(): Child
}

export type MakeHome = () => Promise<Home>
