/**
 * Builds as folders: unpacked out of the database when a version is first run, with every file checked against its hash.
 * Sandbox processes get copies; nobody writes here but this.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Fault } from '@bellhop/sdk'
import type { Reader } from '../storage/tx.ts'
import { buildHashes, fileOfBuild, filesOfBuild } from '../workflow/build-commands.ts'
import { Positions } from './positions.ts'

/** A file of a program, uncompressed. */
export interface ProgramFile {
  name: string
  hash: string
  content: Uint8Array
}

/** Source maps that are kept at hand. */
const KEPT_MAPS = 20

export class Programs {
  readonly #root: string
  readonly #reader: () => Reader
  /** Folders that this process has checked. */
  readonly #checked = new Set<string>()
  /** Folders that are being looked after, by build. */
  readonly #going = new Map<string, Promise<string>>()
  /** One after the other: what one unpacks, another's tidying must not take for something old. */
  #last: Promise<unknown> = Promise.resolve()
  readonly #positions = new Map<string, Positions>()

  private constructor(root: string, reader: () => Reader) {
    this.#root = root
    this.#reader = reader
  }

  /** @param folder the sandbox's own folder in the data directory. Takes away what builds left there that are gone. */
  static async open(folder: string, reader: () => Reader): Promise<Programs> {
    const programs = new Programs(join(folder, 'programs'), reader)
    mkdirSync(programs.#root, { recursive: true, mode: 0o700 })
    await programs.#tidy()
    return programs
  }

  /**
   * The folder with a build's files; no promise where it was asked for before.
   * @throws Fault `build_missing`, `build_damaged`
   */
  directory(build: string): string | Promise<string> {
    if (this.#checked.has(build)) return join(this.#root, build)
    return this.#going.get(build) ?? this.#prepare(build)
  }

  /** Where the lines of an entry come from; undefined for a build that is gone. */
  async positions(build: string, entry: string): Promise<Positions | undefined> {
    const key = `${build}/${entry}`
    const kept = this.#positions.get(key)
    if (kept !== undefined) return kept
    const row = await this.#reader().get(fileOfBuild, { build, name: `${entry}.map` })
    if (row === undefined) return undefined
    const positions = new Positions(gunzipSync(row.content).toString())
    this.#positions.set(key, positions)
    const [oldest] = this.#positions.keys()
    if (this.#positions.size > KEPT_MAPS && oldest !== undefined) this.#positions.delete(oldest)
    return positions
  }

  #prepare(build: string): Promise<string> {
    const mine = this.#last.then(() => this.#lookAfter(build)).finally(() => this.#going.delete(build))
    this.#last = mine.catch(() => {})
    this.#going.set(build, mine)
    return mine
  }

  async #lookAfter(build: string): Promise<string> {
    const folder = join(this.#root, build)
    const files = await this.#filesOf(build)
    if (!isThere(folder, files)) {
      await this.#tidy()
      unpack(folder, files)
    }
    this.#checked.add(build)
    return folder
  }

  async #filesOf(build: string): Promise<ProgramFile[]> {
    const rows = await this.#reader().all(filesOfBuild, { build })
    if (rows.length === 0) {
      throw new Fault('build_missing', 'what was built of this version’s code is gone', {
        hint: 'Deploy the workflow again.'
      })
    }
    return rows.map(({ name, hash, content }) => {
      const file = { name, hash, content: gunzipSync(content) }
      if (hashOf(file.content) === hash) return file
      throw new Fault('build_damaged', 'what was built of this version’s code is damaged in the database', {
        hint: 'Deploy the workflow again, and look after the disk.'
      })
    })
  }

  async #tidy(): Promise<void> {
    const builds = await this.#reader().all(buildHashes)
    const known = new Set(builds.map(({ hash }) => hash))
    for (const name of readdirSync(this.#root)) {
      if (known.has(name)) continue
      this.#checked.delete(name)
      rmSync(join(this.#root, name), { recursive: true, force: true })
    }
  }
}

/** SHA-256 in hex: under what a content is stored. */
export function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Whether a folder has exactly these files. What was changed there meanwhile is not run. */
function isThere(folder: string, files: readonly ProgramFile[]): boolean {
  try {
    const names = readdirSync(folder)
    if (names.length !== files.length) return false
    return files.every(({ name, hash }) => hashOf(readFileSync(join(folder, name))) === hash)
  } catch {
    return false
  }
}

/** Whole or not at all: a crash leaves a folder of another name, which the next start takes away. */
export function unpack(folder: string, files: readonly ProgramFile[]): void {
  const made = `${folder}.${randomBytes(6).toString('hex')}`
  mkdirSync(made, { mode: 0o700 })
  for (const { name, content } of files) writeFileSync(join(made, name), content, { mode: 0o400 })
  rmSync(folder, { recursive: true, force: true })
  renameSync(made, folder)
}
