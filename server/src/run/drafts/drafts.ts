/**
 * Definitions that are being written, for forms and tests: what they say of a step, or as a whole, with the code of it built.
 * Nothing of it becomes a version.
 */
import type { Build, CodeProblem, CodeToBuild } from '../../workflow/building.ts'
import type { Catalogue } from '../../workflow/catalogue.ts'
import { DefinitionFault } from '../../workflow/definition-fault.ts'
import type { Mistake } from '../../workflow/mistakes.ts'
import type { RefuseNative } from '../../workflow/native-plan.ts'
import { readPart, readSecrets, type Part, type SecretPlan } from '../../workflow/part.ts'
import { makePlan, type Plan } from '../../workflow/plan.ts'

/** Something with a build that is there until it is let go. */
export type Held<T> = T & { release: () => void }

/** What builds drafts, and keeps what it built for a while. */
export interface DraftBuilds {
  /** @throws Fault as {@link Builder.build} */
  take(
    steps: readonly CodeToBuild[],
    progress: (line: string) => void
  ): Promise<Held<{ build: Build }> | { problems: CodeProblem[] }>
}

export interface DraftReaderParts {
  catalogue: Catalogue
  builds: DraftBuilds
  refuseNative: () => Promise<RefuseNative>
}

const HINT = 'Correct the definition first.'

export class DraftReader {
  readonly #parts: DraftReaderParts

  constructor(parts: DraftReaderParts) {
    this.#parts = parts
  }

  /**
   * A step as far as it is written.
   * @param progress gets sentences about what is being built
   * @throws DefinitionFault where it cannot be read, or its code cannot be built; Fault as {@link Builder.build}
   */
  async part(text: string, step: string, progress: (line: string) => void = () => {}): Promise<Held<Part>> {
    const { catalogue, builds, refuseNative } = this.#parts
    const makings = { catalogue, refuseNative: await refuseNative() }
    const part = readPart(text, step, { ...makings, build: undefined })
    if (!('toBuild' in part)) return held(part)
    const built = await builds.take(part.toBuild, progress)
    if ('problems' in built) throw new DefinitionFault(part.told(built.problems), HINT)
    const whole = readPart(text, step, { ...makings, build: built.build })
    return 'toBuild' in whole ? unbuilt() : held(whole, built.release)
  }

  /** What a definition says of secrets, as far as it is written. @throws DefinitionFault where it cannot be read */
  async secrets(text: string): Promise<SecretPlan> {
    const { catalogue, refuseNative } = this.#parts
    const read = readSecrets(text, { catalogue, build: undefined, refuseNative: await refuseNative() })
    return 'mistakes' in read ? refused(read.mistakes) : read
  }

  /**
   * The plan of the whole definition.
   * @throws DefinitionFault with everything that is wrong with it; Fault as {@link Builder.build}
   */
  async whole(text: string, progress: (line: string) => void = () => {}): Promise<Held<{ plan: Plan }>> {
    const { catalogue, builds, refuseNative } = this.#parts
    const planning = makePlan(text, catalogue, undefined, await refuseNative())
    if ('mistakes' in planning) throw new DefinitionFault(planning.mistakes, HINT)
    if ('plan' in planning) return { plan: planning.plan, release: () => {} }
    const built = await builds.take(planning.toBuild, progress)
    if ('problems' in built) {
      for (const { path, at, ...problem } of built.problems) planning.report.add(path, problem, at ?? 'value')
      throw new DefinitionFault(planning.report.list(), HINT)
    }
    const whole = makePlan(text, catalogue, built.build)
    if ('plan' in whole) return { plan: whole.plan, release: built.release }
    built.release()
    return 'mistakes' in whole ? refused(whole.mistakes) : unbuilt()
  }
}

function held(part: Part | { mistakes: Mistake[] }, release = (): void => {}): Held<Part> {
  if (!('written' in part)) {
    release()
    return refused(part.mistakes)
  }
  return { ...part, release }
}

function refused(mistakes: readonly Mistake[]): never {
  throw new DefinitionFault(mistakes, HINT)
}

/** A build has every step that it was asked for: otherwise it is a mistake of ours. */
function unbuilt(): never {
  throw new Error('code was not built')
}
