/**
 * The folder of archives that all builds share, as the server sees it: a cache, which may be emptied at any time. Files are
 * named after their content, and whoever reads one checks it (`install/tarballs.ts`).
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'

const MOST_BYTES = 1 << 30
/** What a process that was killed was writing is certainly not being written any more. */
const HALF_WRITTEN_MS = 3_600_000

export class ArchiveFolder {
  /** With a separator at its end, as permissions are written. */
  readonly path: string

  constructor(path: string) {
    this.path = resolve(path) + sep
    mkdirSync(this.path, { recursive: true, mode: 0o700 })
  }

  /** Takes away the oldest where there are too many, and what was never finished. */
  prune(): void {
    const files = readdirSync(this.path).flatMap((name) => {
      const stat = statSync(join(this.path, name), { throwIfNoEntry: false })
      return stat === undefined ? [] : [{ name, bytes: stat.size, at: stat.mtimeMs }]
    })
    let bytes = 0
    for (const file of files.toSorted((a, b) => b.at - a.at)) {
      bytes += file.bytes
      const lost = file.name.startsWith('.') && file.at < Date.now() - HALF_WRITTEN_MS
      if (lost || bytes > MOST_BYTES) rmSync(join(this.path, file.name), { force: true })
    }
  }
}
