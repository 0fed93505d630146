/**
 * Archives of packages in the data directory, by the hash of their content. Whatever is read is hashed: a file that is not
 * what its name says is as good as not there, so nobody can leave something here for a version to come.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `sha512-…` of bytes. https://www.w3.org/TR/sri/ */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}

/** Whether an integrity is one that a file can be found by. */
export function isIntegrity(text: string): boolean {
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(text)
}

export class Tarballs {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Undefined where it is not there, or is another one. */
  read(integrity: string): Buffer | undefined {
    try {
      const bytes = readFileSync(this.#fileOf(integrity))
      return integrityOf(bytes) === integrity ? bytes : undefined
    } catch {
      return undefined
    }
  }

  /** Returns the integrity under which it can be read. */
  write(bytes: Buffer): string {
    const integrity = integrityOf(bytes)
    const made = join(this.#folder, `.${randomBytes(12).toString('hex')}`)
    try {
      writeFileSync(made, bytes, { mode: 0o600, flag: 'wx' })
      renameSync(made, this.#fileOf(integrity))
    } catch (error) {
      rmSync(made, { force: true })
      throw error
    }
    return integrity
  }

  #fileOf(integrity: string): string {
    if (!isIntegrity(integrity)) throw new Error('not an integrity')
    return join(this.#folder, Buffer.from(integrity.slice(7), 'base64').toString('hex'))
  }
}
