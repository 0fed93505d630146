/**
 * A disk that a test can fill. Where the machine lets this user mount, it is a file system of its own. Everywhere, it
 * is also played with a seam in the server's writer thread: SQLite is given no further page, and the file system's own
 * count of what is free says nothing, for as long as a file says so.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  /** The data directory on it. */
  data: string
  /** What the server's node is started with. */
  nodeArgs: readonly string[]
  /** Takes all the room that is left. */
  fill(): void
  /** Gives back what `fill` took. */
  free(): void
  /** Whatever happened: nothing stays mounted, nothing stays behind. */
  remove(): void
}

export type DiskKind = 'a file system' | 'a page limit'

/** A mount needs privileges that not every machine gives. */
export const diskKinds: readonly DiskKind[] = canMount() ? ['a file system', 'a page limit'] : ['a page limit']

/** @param megabytes of a file system; a page limit has none until it is filled */
export function makeDisk(kind: DiskKind, megabytes: number): SmallDisk {
  return kind === 'a file system' ? mounted(megabytes) : limited()
}

function mounted(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'bellhop-disk-'))
  try {
    mount(folder, megabytes)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  const foreign = join(folder, 'foreign')
  return {
    data: join(folder, 'data'),
    nodeArgs: [],
    fill: () => fillWith(foreign),
    free: () => rmSync(foreign, { force: true }),
    remove() {
      // Lazily, so that a process that still has a file open keeps nothing mounted.
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function limited(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'bellhop-disk-'))
  const full = join(folder, 'full')
  const seam = new URL('page-limit.ts', import.meta.url)
  seam.searchParams.set('full', full)
  return {
    data: join(folder, 'data'),
    nodeArgs: ['--import', seam.href],
    fill: () => writeFileSync(full, ''),
    free: () => rmSync(full, { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'bellhop-disk-'))
  try {
    mount(folder, 1)
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function mount(folder: string, megabytes: number): void {
  mkdirSync(folder, { recursive: true })
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'bellhop-crash', folder]
  execFileSync('mount', options, { stdio: 'ignore' })
}

/** Writes a file, or more of it, until the file system takes no further byte. */
function fillWith(path: string): void {
  const file = openSync(path, existsSync(path) ? 'a' : 'w', 0o600)
  try {
    for (const size of [1 << 20, 1 << 12, 1]) {
      const chunk = new Uint8Array(size).fill(1)
      while (takes(file, chunk));
    }
  } finally {
    closeSync(file)
  }
}

function takes(file: number, chunk: Uint8Array): boolean {
  try {
    return writeSync(file, chunk) > 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}
