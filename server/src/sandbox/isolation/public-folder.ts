/** A folder outside the data directory, which other users may pass through: for processes that are another user. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes one, and takes away the one of an earlier server, whose path is in the sandbox's own folder. */
export function makePublicFolder(directory: string): string {
  const note = join(directory, 'public-folder')
  if (existsSync(note)) rmSync(readFileSync(note, 'utf8'), { recursive: true, force: true })
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bellhop-sandbox-')))
  chmodSync(folder, 0o711)
  writeFileSync(note, folder, { mode: 0o600 })
  return folder
}
