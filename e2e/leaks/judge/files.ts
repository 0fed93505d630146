/** Every file that the server writes, byte by byte. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A part of a file. */
export interface Part {
  /** Relative to its folder. */
  file: string
  bytes: Buffer
}

/** A page of the database; a change that is smaller than this is taken with its surroundings. */
const BLOCK = 4096

/** The files below some folders, and what they held when they were looked at last. */
export class Files {
  readonly #folders: readonly string[]
  readonly #exempt: ReadonlySet<string>
  readonly #seen = new Map<string, { bytes: Buffer; stamp: string }>()

  /** @param exempt names of files that hold a secret by design */
  constructor(folders: readonly string[], exempt: ReadonlySet<string>) {
    this.#folders = folders
    this.#exempt = exempt
  }

  /** All files by name, those that are exempt too. */
  get names(): string[] {
    return this.#list().map(({ file }) => file)
  }

  /**
   * What has changed since the last look. The write-ahead log is read before the database: what moves from one to the
   * other meanwhile is seen in both, and never in neither.
   */
  changes(): Part[] {
    return this.#list().flatMap(({ file, path }) => {
      if (this.#exempt.has(file)) return []
      const before = this.#seen.get(path)
      const stamp = stampOf(path)
      if (stamp === undefined || (before !== undefined && before.stamp === stamp && !isMapped(file))) return []
      const bytes = read(path)
      this.#seen.set(path, { bytes, stamp })
      const changed = changedBlocks(before?.bytes ?? Buffer.alloc(0), bytes)
      return changed.length === 0 ? [] : [{ file, bytes: changed }]
    })
  }

  whole(): Part[] {
    return this.#list()
      .filter(({ file }) => !this.#exempt.has(file))
      .map(({ file, path }) => ({ file, bytes: read(path) }))
  }

  #list(): { file: string; path: string }[] {
    const all = this.#folders.flatMap((folder) =>
      filesIn(folder).map((path) => ({ file: relative(folder, path), path }))
    )
    return all.sort((a, b) => Number(b.file.endsWith('-wal')) - Number(a.file.endsWith('-wal')))
  }
}

/** All files below a folder; of one that has just gone, none: the folders of sandbox processes come and go. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesIn(path) : [path]
    })
  } catch {
    return []
  }
}

/** Files that a process may change in memory, which leaves their times as they were. */
function isMapped(file: string): boolean {
  return file.startsWith('bellhop.db')
}

function stampOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : `${stats.mtimeNs} ${stats.size}`
}

/** Empty where it has just gone: the log and the lock come and go. */
function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  }
}

function changedBlocks(before: Buffer, after: Buffer): Buffer {
  const changed: Buffer[] = []
  for (let at = 0; at < after.length; at += BLOCK) {
    const block = after.subarray(at, at + BLOCK)
    if (!block.equals(before.subarray(at, at + BLOCK))) changed.push(block)
  }
  return Buffer.concat(changed)
}
