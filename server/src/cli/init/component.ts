/** A new package of components: the template under the names that it is given, and the SDK beside it. */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '@bellhop/sdk'
import { renamed, type Naming } from './naming.ts'

const TEMPLATE = fileURLToPath(new URL('../../../templates/component', import.meta.url))
/** Of the Bellhop that makes the folder, so that types and harness are those of the server that will run it. */
const SDK = dirname(dirname(fileURLToPath(import.meta.resolve('@bellhop/sdk'))))

/**
 * Writes the package into a folder that is empty, or not there yet.
 * @throws Fault `folder_taken`
 */
export async function writeComponent(folder: string, naming: Naming): Promise<void> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) {
    throw new Fault('folder_taken', `${folder} is not empty`, { hint: 'Take another name, or another folder.' })
  }
  for (const file of await filesOf(TEMPLATE)) {
    // Packages leave out files of that name.
    const to = join(folder, renamed(file, naming).replace(/^gitignore$/, '.gitignore'))
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, renamed(await readFile(join(TEMPLATE, file), 'utf8'), naming), { flag: 'wx' })
  }
  await cp(SDK, join(folder, 'vendor', 'bellhop-sdk'), { recursive: true, filter: isNeeded })
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => !/(?:^|[\\/])(?:node_modules|dist|vendor)[\\/]|^package-lock\.json$/.test(file))
}

/** Not the SDK's own tests, nor what tools have left. */
function isNeeded(path: string): boolean {
  const inside = relative(SDK, path)
  return !/\.test\.ts$|(?:^|[\\/])node_modules(?:$|[\\/])/.test(inside)
}
