import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface DataFile {
  /** Its path in the data directory. */
  name: string
  bytes: Buffer
}

/**
 * The files of a data directory that may hold something: all but the ballast, which is noise that was written once. The
 * folders of sandbox processes come and go, so what is gone when it is looked at holds nothing.
 */
export async function dataFiles(data: string, folder = ''): Promise<DataFile[]> {
  const entries = await readdir(join(data, folder), { withFileTypes: true }).catch(ifThere)
  const files: DataFile[] = []
  for (const entry of entries ?? []) {
    const name = join(folder, entry.name)
    if (entry.isDirectory()) files.push(...(await dataFiles(data, name)))
    if (!entry.isFile() || entry.name.startsWith('ballast')) continue
    const bytes = await readFile(join(data, name)).catch(ifThere)
    if (bytes !== undefined) files.push({ name, bytes })
  }
  return files
}

function ifThere(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
