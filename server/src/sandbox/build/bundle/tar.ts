/**
 * Files of an npm tarball, in memory. Nothing is ever unpacked: what a package calls its files never becomes a path of this
 * machine, and a link is no file. Format: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13
 */
import { posix } from 'node:path'
import { LIMITS } from '../limits.ts'

const BLOCK = 512

/** @throws Error with what is wrong with the archive */
export function readTar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  let next: { path?: string; size?: number } = {}
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK)
    if (header[0] === 0) break
    const size = next.size ?? sizeOf(header)
    if (!Number.isSafeInteger(size) || size < 0) throw new Error('the archive is damaged')
    const body = archive.subarray(at + BLOCK, at + BLOCK + size)
    if (body.length < size) throw new Error('the archive ends in the middle of a file')
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'x') next = paxOf(body)
    else if (type === 'L') next = { path: textOf(body) }
    else {
      const path = insidePackage(next.path ?? pathOf(header))
      if ((type === '0' || type === '\0') && path !== undefined) files.set(path, body)
      next = {}
    }
    if (files.size > LIMITS.files) throw new Error(`it has more than ${LIMITS.files} files`)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}

/** Without the folder that everything in a package stands in, whatever it is called. */
function insidePackage(path: string): string | undefined {
  const normal = posix.normalize(path).replace(/^\/+/, '')
  const slash = normal.indexOf('/')
  return slash < 0 || normal.startsWith('../') ? undefined : normal.slice(slash + 1)
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
}

function pathOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100))
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textOf(header.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function sizeOf(header: Buffer): number {
  // GNU writes large sizes in binary, with the first bit set.
  return (header[124] ?? 0) & 0x80 ? header.readUIntBE(130, 6) : parseInt(textOf(header.subarray(124, 136)), 8)
}

/** `<length> <key>=<value>\n`, any number of times. */
function paxOf(body: Buffer): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {}
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(32, at)
    const length = Number(body.toString('latin1', at, space))
    if (space < 0 || !Number.isSafeInteger(length) || length <= 0) break
    const [key, ...value] = body.toString('utf8', space + 1, at + length - 1).split('=')
    if (key === 'path') found.path = value.join('=')
    if (key === 'size') found.size = Number(value.join('='))
    at += length
  }
  return found
}
