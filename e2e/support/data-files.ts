import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/**
 * The files of a data directory that may hold something, by their paths in it: all but the ballast, which is noise that was
 * written once.
 */
export async function dataFiles(data: string): Promise<string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('ballast'))
    .map((entry) => relative(data, join(entry.parentPath, entry.name)))
}
