/**
 * `/tmp`, where the operating system cannot give a process one of its own: paths below it lead to the process's scratch folder.
 * What Node's permissions say of a path they say of where it leads.
 */
import fs from 'node:fs'
import os from 'node:os'
import { fileURLToPath } from 'node:url'

const SHOWN = '/tmp'

/** The functions of `fs` whose first argument is a path, and those whose first two are. Each has a `Sync` and a promise form. */
const ONE = `access appendFile chmod chown exists lchown lutimes lstat mkdir mkdtemp mkdtempDisposable open openAsBlob opendir readdir readFile readlink
  realpath rm rmdir stat statfs truncate unlink unwatchFile utimes watch watchFile writeFile createReadStream createWriteStream glob`
const TWO = 'copyFile cp link rename symlink'

type Functions = Record<string, unknown>
type Call = (this: unknown, ...args: unknown[]) => unknown

/** The process's real folders may be below the real /tmp: their paths stay what they are. */
interface Move {
  folder: string
  real: readonly string[]
}

export function moveScratch(folder: string, program: string): void {
  const move = { folder, real: [folder, program] }
  const lead = (path: unknown) => leadTo(move, path)
  for (const functions of [fs, fs.promises] as unknown as Functions[]) {
    for (const name of ONE.split(/\s+/)) redirect(functions, name, 1, lead)
    for (const name of TWO.split(' ')) redirect(functions, name, 2, lead)
  }
  os.tmpdir = () => SHOWN
}

function redirect(functions: Functions, name: string, paths: number, lead: (path: unknown) => unknown): void {
  for (const form of [name, `${name}Sync`]) {
    const original = functions[form]
    if (typeof original !== 'function') continue
    const moved: Call = function (...args) {
      return (original as Call).apply(
        this,
        args.map((arg, at) => (at < paths ? lead(arg) : arg))
      )
    }
    functions[form] = Object.assign(moved, original)
  }
}

/** Whatever else it is given is left to Node, which says what is wrong with it. */
function leadTo({ folder, real }: Move, path: unknown): unknown {
  const text = path instanceof URL && path.protocol === 'file:' ? fileURLToPath(path) : path
  const isBytes = text instanceof Uint8Array
  const plain = isBytes ? Buffer.from(text).toString('latin1') : text
  if (typeof plain !== 'string' || (plain !== SHOWN && !plain.startsWith(`${SHOWN}/`))) return path
  if (plain !== SHOWN && real.some((one) => isWithin(one, plain) || isWithin(plain, one))) return path
  const led = folder + plain.slice(SHOWN.length)
  return isBytes ? Buffer.from(led, 'latin1') : led
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
