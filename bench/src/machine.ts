/** What the figures were measured on, without a name or a path. */
import { closeSync, fdatasyncSync, openSync, readFileSync, statfsSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { quantile } from './stats.ts'

export interface Machine {
  processor: string
  cores: number
  memoryGiB: number
  fileSystem: string
  /** A sync after 4 KiB, in milliseconds. */
  sync: { median: number; p99: number }
  system: string
  node: string
  /** Runnable processes over the last minute, before the benchmark began: much more than 0 is company. */
  loadBefore: number
}

/** @param directory where the data directories will be */
export function describeMachine(directory: string): Machine {
  const [load = NaN] = loadavg()
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    fileSystem: FILE_SYSTEMS.get(statfsSync(directory).type) ?? 'unknown',
    sync: syncTime(join(directory, 'sync')),
    system: systemName(),
    node: process.version,
    loadBefore: load
  }
}

/** `f_type`: https://man7.org/linux/man-pages/man2/statfs.2.html */
const FILE_SYSTEMS = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0x794c7630, 'overlay'],
  [0x6969, 'nfs'],
  [0x01021994, 'tmpfs (syncing costs nothing here)']
])

const SYNCS = 300

function syncTime(path: string): Machine['sync'] {
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4096, 1)
  const times = Float64Array.from({ length: SYNCS }, () => {
    writeSync(file, block)
    const startedAt = performance.now()
    fdatasyncSync(file)
    return performance.now() - startedAt
  }).sort()
  closeSync(file)
  return { median: quantile(times, 0.5), p99: quantile(times, 0.99) }
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
  } catch {
    return process.platform
  }
}
