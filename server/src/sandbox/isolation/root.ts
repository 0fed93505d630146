/** The root folder of isolated processes: what Node needs to run, and places for what each process gets besides. */
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where things are in the root folder. */
export const IN_ROOT = {
  node: '/bin/node',
  runtime: '/runtime.mjs',
  program: '/program',
  scratch: '/tmp',
  proc: '/proc'
}

/**
 * Makes it anew: the system's libraries may have changed since the last time. Node itself is mounted, so that its code is in
 * memory once for all processes and this server; the libraries are few and small.
 */
export function makeRoot(path: string): string {
  rmSync(path, { recursive: true, force: true })
  for (const library of libraries()) {
    const copy = join(path, library)
    makeFolder(path, dirname(copy))
    copyFileSync(library, copy)
    chmodSync(copy, 0o555)
  }
  for (const folder of ['/bin', IN_ROOT.program, IN_ROOT.scratch, IN_ROOT.proc]) makeFolder(path, join(path, folder))
  for (const file of [IN_ROOT.node, IN_ROOT.runtime]) writeFileSync(join(path, file), '', { mode: 0o444 })
  return path
}

/** The shared libraries that this process has loaded, which is the same Node. */
function libraries(): string[] {
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] }
  return sharedObjects.filter((path) => path.startsWith('/') && path !== process.execPath)
}

/** Others may pass through it, whatever this process's umask is. */
function makeFolder(root: string, folder: string): void {
  if (folder !== root) makeFolder(root, dirname(folder))
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
}
