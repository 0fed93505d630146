/** How much is in a scratch folder, where no file system of its own limits it. */
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'

/** Most entries, and most megabytes in them, of a process's scratch folder at any level of isolation. */
export const MOST_SCRATCH = { files: 20_000, megabytes: 256 }

/** Whether there is more in the folder than there may be. Looks no further than it has to, and follows no link. */
export async function isOverfull(folder: string): Promise<boolean> {
  let files = 0
  let bytes = 0
  const directory = await opendir(folder, { recursive: true })
  for await (const entry of directory) {
    files += 1
    const stat = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined)
    bytes += (stat?.blocks ?? 0) * 512
    if (files > MOST_SCRATCH.files || bytes > MOST_SCRATCH.megabytes << 20) return true
  }
  return false
}
