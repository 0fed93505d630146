/** The folders of sandbox processes: each has one of its own, with a copy of its program and a scratch folder in it. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** One process's folder. */
export interface Slot {
  path: string
  /** Readable by the process. */
  program: string
  /** Readable and writable by the process. */
  scratch: string
}

export class Slots {
  readonly #root: string

  /** Takes away what an earlier server left there: no two have the data directory. */
  constructor(root: string) {
    this.#root = root
    rmSync(root, { recursive: true, force: true })
    mkdirSync(root, { recursive: true, mode: 0o700 })
  }

  /** A new folder, empty but for what is in `directory`. Links are copied as what they are, and lead nowhere in the child. */
  make(directory: string | undefined): Slot {
    const path = mkdtempSync(join(this.#root, 'p-'))
    const slot = { path, program: join(path, 'program'), scratch: join(path, 'tmp') }
    mkdirSync(slot.program, { mode: 0o700 })
    mkdirSync(slot.scratch, { mode: 0o700 })
    if (directory !== undefined && existsSync(directory)) cpSync(directory, slot.program, { recursive: true })
    return slot
  }

  remove(slot: Slot): void {
    rmSync(slot.path, { recursive: true, force: true })
  }

  close(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }
}
