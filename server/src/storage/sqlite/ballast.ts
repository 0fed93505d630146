/**
 * A file that holds room in reserve. On a full disk it is let go, so that retention has somewhere to write its
 * deletions; it is made again when there is room for it and as much again.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  writeSync
} from 'node:fs'
import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'

const CHUNK = 1 << 20

export class Ballast {
  readonly #dir: string
  readonly #path: string
  readonly #bytes: number

  constructor(dir: string, bytes: number) {
    this.#dir = dir
    this.#path = join(dir, 'ballast')
    this.#bytes = bytes
  }

  /** Bytes that the file system would still give to this process. */
  freeBytes(): number {
    return freeBytesOf(this.#dir)
  }

  /** Whether the reserve is there, having made it if there was room. */
  ensure(): boolean {
    if (this.#bytes === 0) return true
    if (existsSync(this.#path) && statSync(this.#path).size === this.#bytes) return true
    if (this.freeBytes() < 2 * this.#bytes) return false
    return this.#make()
  }

  release(): void {
    rmSync(this.#path, { force: true })
  }

  #make(): boolean {
    const draft = `${this.#path}.new`
    try {
      this.#fill(draft)
      renameSync(draft, this.#path)
      return true
    } catch {
      // No room after all: the next look will find it or not.
      rmSync(draft, { force: true })
      return false
    }
  }

  /** Written out, with content that no file system compresses: a sparse file would hold no room. */
  #fill(path: string): void {
    const noise = randomFillSync(Buffer.allocUnsafe(CHUNK))
    const file = openSync(path, 'w', 0o600)
    try {
      for (let left = this.#bytes; left > 0;) left -= writeSync(file, noise, 0, Math.min(CHUNK, left))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}

/** What the file system of a folder would still give to this process, in bytes. */
export function freeBytesOf(dir: string): number {
  const { bavail, bsize } = statfsSync(dir)
  return bavail * bsize
}
