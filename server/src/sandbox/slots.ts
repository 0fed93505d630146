/** The folders of sandbox processes: each has one of its own, with a copy of its program and a scratch folder in it. */
import { chmodSync, chownSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { firstUser } from './isolation/users.ts'

/** One process's folder. */
export interface Slot {
  path: string
  /** Readable by the process. */
  program: string
  /** Readable and writable by the process. */
  scratch: string
  /** The number of the user, and of the group, that the process is; this process's own where it cannot be another. */
  user: number
}

export class Slots {
  readonly #root: string
  /** The first of the users of processes; undefined where they are this process's. */
  readonly #firstUser: number | undefined
  readonly #taken = new Set<number>()

  /** Takes away what an earlier server left there: no two have the folder. */
  constructor(root: string, ownUsers: boolean) {
    this.#root = root
    this.#firstUser = ownUsers ? firstUser() : undefined
    rmSync(root, { recursive: true, force: true })
    mkdirSync(root, { recursive: true, mode: 0o700 })
    // Whoever is another user may pass through it to its own folder, if it may come so far, and cannot list it.
    if (ownUsers) chmodSync(root, 0o711)
  }

  /** A new folder, empty but for a copy of what is in `directory`. */
  make(directory: string | undefined): Slot {
    const path = mkdtempSync(join(this.#root, 'p-'))
    const slot = { path, program: join(path, 'program'), scratch: join(path, 'tmp'), user: this.#takeUser() }
    mkdirSync(slot.program, { mode: 0o750 })
    mkdirSync(slot.scratch, { mode: 0o700 })
    if (directory !== undefined) cpSync(directory, slot.program, { recursive: true, verbatimSymlinks: true })
    if (this.#firstUser !== undefined) give(slot)
    return slot
  }

  remove(slot: Slot): void {
    rmSync(slot.path, { recursive: true, force: true })
    this.#taken.delete(slot.user)
  }

  close(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }

  #takeUser(): number {
    if (this.#firstUser === undefined) return process.getuid?.() ?? 0
    let user = this.#firstUser
    while (this.#taken.has(user)) user += 1
    this.#taken.add(user)
    return user
  }
}

/** The program stays this user's: its process reads it, and can change nothing of it. */
function give({ path, program, scratch, user }: Slot): void {
  chownSync(scratch, user, user)
  const all = readdirSync(program, { recursive: true, encoding: 'utf8' }).map((name) => join(program, name))
  for (const file of [path, program, ...all]) {
    const stat = lstatSync(file)
    if (stat.isSymbolicLink()) continue
    chownSync(file, 0, user)
    chmodSync(file, stat.isDirectory() ? 0o750 : 0o640)
  }
}
