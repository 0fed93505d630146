import { realpath, stat } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { denied, unreachable } from '../../faults.ts'
import { codeOf } from '../network.ts'

/**
 * Whether this is a file that may be opened.
 * @param own the server's own directory: its keys and sealed rows are no store
 * @throws Fault `store_unreachable`, `store_denied`
 */
export async function checkFile(path: string, own: string | undefined): Promise<void> {
  const file = await realpath(path).catch((error: unknown) => Promise.reject(unopened(path, codeOf(error))))
  if (own !== undefined && isInside(file, await realpath(own))) {
    throw denied(`has the path ${path}, which is the server’s own`, 'Keep the database in another directory.')
  }
  if (!(await stat(file)).isFile()) {
    throw unreachable(`has no file at ${path}: something else is there`, 'Correct `path`.')
  }
}

function isInside(file: string, directory: string): boolean {
  return dirname(file) === directory || file.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}

function unopened(path: string, code: string): Error {
  if (code === 'EACCES') {
    return denied(`may not open ${path}`, 'Let the user that runs the server read the file and enter its directory.')
  }
  return unreachable(`has no file at ${path}`, 'Correct `path`, or look whether its disk is mounted.')
}
