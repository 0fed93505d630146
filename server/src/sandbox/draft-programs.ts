/**
 * Builds of definitions that are being written: kept for a while, so that a form or a test need not wait for the same build
 * twice, and never those of a version. They are folders of their own, and gone with the server.
 *
 * Who owns what: this object owns the folders; whoever takes a build holds it until it lets go, and what nobody holds is
 * removed when it has been idle for a while, or when there are too many.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Fault } from '@bellhop/sdk'
import type { Build, Builder, CodeProblem, CodeToBuild, NewBuild } from '../workflow/building.ts'
import { canonicalJson } from '../workflow/canonical.ts'
import { Positions } from './positions.ts'
import { hashOf, unpack } from './programs.ts'

/** A build that is there until it is let go. */
export interface HeldBuild {
  build: Build
  release: () => void
}

interface Kept {
  build: Build
  folder: string
  /** Source maps by entry, compressed. */
  maps: ReadonlyMap<string, Uint8Array>
  holders: number
  idle: NodeJS.Timeout | undefined
}

/** Builds that nobody holds. */
const MOST_IDLE = 20
const IDLE_MS = 30 * 60_000

export class DraftPrograms {
  readonly #root: string
  readonly #builder: Builder
  /** By what was asked for; the one that was used last is the last. */
  readonly #kept = new Map<string, Kept>()
  readonly #building = new Map<string, Promise<NewBuild | { problems: CodeProblem[] }>>()

  /** @param folder the sandbox's own folder in the data directory. Takes away what an earlier server left there. */
  constructor(folder: string, builder: Builder) {
    this.#root = join(folder, 'drafts')
    this.#builder = builder
    rmSync(this.#root, { recursive: true, force: true })
    mkdirSync(this.#root, { recursive: true, mode: 0o700 })
  }

  /**
   * What is built of these steps, now or before.
   * @param progress gets sentences about what is being done
   * @throws Fault as {@link Builder.build}
   */
  async take(
    steps: readonly CodeToBuild[],
    progress: (line: string) => void
  ): Promise<HeldBuild | { problems: CodeProblem[] }> {
    // Where a step stands says nothing of what is built.
    const key = hashOf(canonicalJson(steps.map(({ path: _path, ...code }) => code)))
    const kept = this.#kept.get(key)
    if (kept !== undefined) return this.#hold(key, kept)
    const built = await this.#build(key, steps, progress)
    if ('problems' in built) return built
    return this.#hold(key, this.#kept.get(key) ?? this.#keep(key, built))
  }

  /** @throws Fault `build_missing` */
  directory(build: string): string {
    const kept = this.#find(build)
    if (kept !== undefined) return kept.folder
    throw new Fault('build_missing', 'what was built of this draft’s code is gone', { hint: 'Try again.' })
  }

  positions(build: string, entry: string): Positions | undefined {
    const map = this.#find(build)?.maps.get(entry)
    return map === undefined ? undefined : new Positions(gunzipSync(map).toString())
  }

  /** Removes everything. */
  close(): void {
    for (const { idle } of this.#kept.values()) clearTimeout(idle)
    this.#kept.clear()
    rmSync(this.#root, { recursive: true, force: true })
  }

  /** Two that ask for the same at the same time wait for one build. */
  async #build(
    key: string,
    steps: readonly CodeToBuild[],
    progress: (line: string) => void
  ): Promise<NewBuild | { problems: CodeProblem[] }> {
    const going = this.#building.get(key)
    if (going !== undefined) return going
    const building = this.#builder.build(steps, progress)
    this.#building.set(key, building)
    try {
      return await building
    } finally {
      this.#building.delete(key)
    }
  }

  #keep(key: string, { files, ...build }: NewBuild): Kept {
    const folder = join(this.#root, key)
    const isMap = ({ name }: { name: string }): boolean => name.endsWith('.map')
    const programs = files.filter((file) => !isMap(file))
    unpack(
      folder,
      programs.map(({ name, hash, content }) => ({ name, hash, content: gunzipSync(content) }))
    )
    const maps = new Map(files.filter(isMap).map(({ name, content }) => [name.slice(0, -'.map'.length), content]))
    const kept: Kept = { build, folder, maps, holders: 0, idle: undefined }
    this.#kept.set(key, kept)
    return kept
  }

  #hold(key: string, kept: Kept): HeldBuild {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    clearTimeout(kept.idle)
    kept.holders += 1
    let held = true
    return {
      build: kept.build,
      release: () => {
        if (!held) return
        held = false
        kept.holders -= 1
        if (kept.holders === 0) this.#rest(key, kept)
      }
    }
  }

  #rest(key: string, kept: Kept): void {
    if (this.#kept.get(key) !== kept) return
    kept.idle = setTimeout(() => this.#remove(key, kept), IDLE_MS).unref()
    const idle = [...this.#kept].filter(([, { holders }]) => holders === 0)
    for (const [oldest, its] of idle.slice(0, Math.max(0, idle.length - MOST_IDLE))) this.#remove(oldest, its)
  }

  #remove(key: string, kept: Kept): void {
    clearTimeout(kept.idle)
    this.#kept.delete(key)
    rmSync(kept.folder, { recursive: true, force: true })
  }

  #find(build: string): Kept | undefined {
    return [...this.#kept.values()].find((kept) => kept.build.hash === build)
  }
}
