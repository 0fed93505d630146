/** Versions out of the database, each with its plan. */
import { Fault } from '@bellhop/sdk'
import type { Reader } from '../storage/tx.ts'
import { readBuild } from './builds.ts'
import type { Catalogue } from './catalogue.ts'
import { versionById } from './commands.ts'
import { makePlan, type Plan } from './plan.ts'

/** A version as it stands in the database, and its plan. */
export interface ReadVersion {
  row: Readonly<{ id: number; workflow_id: number; number: number; deployment_id: string }>
  plan: Plan
  name: string
}

export class VersionReader {
  readonly #reader: Reader
  readonly #catalogue: Catalogue
  /** All who ask for a version while it is being read get the same. */
  readonly #reading = new Map<number, Promise<ReadVersion | undefined>>()

  constructor(reader: Reader, catalogue: Catalogue) {
    this.#reader = reader
    this.#catalogue = catalogue
  }

  /** Undefined where it is gone. @throws Fault `version_unreadable`, `build_missing` */
  read(id: number): Promise<ReadVersion | undefined> {
    const going = this.#reading.get(id)
    if (going !== undefined) return going
    const reading = this.#readAnew(id).finally(() => this.#reading.delete(id))
    this.#reading.set(id, reading)
    return reading
  }

  /** A stored definition was valid once; the catalogue or Bellhop may have changed since. */
  async #readAnew(id: number): Promise<ReadVersion | undefined> {
    const row = await this.#reader.get(versionById, { id })
    if (row === undefined) return undefined
    const built = row.build === null ? undefined : await readBuild(this.#reader, row.build)
    const planning = makePlan(JSON.parse(row.definition), this.#catalogue, built)
    if ('plan' in planning) return { row, plan: planning.plan, name: planning.plan.definition.name }
    const [first] = 'mistakes' in planning ? planning.mistakes : []
    const what = first === undefined ? '' : `: ${first.path}: ${first.message}`
    throw new Fault(
      'version_unreadable',
      `version ${row.number} of this workflow no longer fits what this Bellhop has${what}`,
      { status: 500, hint: 'Correct the definition and deploy it again.' }
    )
  }
}
