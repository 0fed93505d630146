/** What the editor asks of a step that is being written. Nothing of it is kept. */
import type { Program } from '../../sandbox/sandbox.ts'
import type { Part } from '../../workflow/part.ts'
import { noCode, type Asked, type AskedOptions, type AskedStep, type Offered, type Offers } from '../offers.ts'
import { formOf, foreignProps, type FormProp, type StepForm } from './form.ts'
import type { DraftReader } from './drafts.ts'

/** A step of a definition that is being written; of an action alone, as if it were a workflow of nothing else. */
export type DraftStep = { definition: string; step: string } | { use: string }

export interface FormsParts {
  drafts: Pick<DraftReader, 'part'>
  offers: Pick<Offers, 'optionsOf' | 'propsOf'>
  programs: {
    /** @throws Fault `build_missing` */
    directory(build: string): string
  }
}

export class Forms {
  readonly #parts: FormsParts

  constructor(parts: FormsParts) {
    this.#parts = parts
  }

  /**
   * Everything that the step asks for.
   * @param progress gets sentences about what is being built
   * @throws DefinitionFault, Fault `step_undecided`, and what building throws
   */
  async describe(asked: DraftStep, progress?: (line: string) => void): Promise<StepForm> {
    const { definition, step } = written(asked)
    const part = await this.#parts.drafts.part(definition, step, progress)
    try {
      return formOf(part)
    } finally {
      part.release()
    }
  }

  /** The choices of a prop, a page of them. @throws as {@link Offers.options}, and DefinitionFault */
  options(draft: DraftStep, asked: AskedOptions): Promise<Offered> {
    return this.#asking(draft, (step) => this.#parts.offers.optionsOf(step, asked))
  }

  /** The props that depend on others, and those that are others now. @throws as `options` */
  props(draft: DraftStep, asked: Asked): Promise<FormProp[]> {
    return this.#asking(draft, async (step) => foreignProps(await this.#parts.offers.propsOf(step, asked)))
  }

  async #asking<T>(draft: DraftStep, ask: (step: AskedStep) => Promise<T>): Promise<T> {
    const { definition, step } = written(draft)
    const part = await this.#parts.drafts.part(definition, step)
    try {
      return await ask(askedStep(part, this.#parts.programs))
    } finally {
      part.release()
    }
  }
}

function askedStep({ drafted, settings, build }: Part, programs: FormsParts['programs']): AskedStep {
  if (drafted?.kind !== 'use' || drafted.code === undefined || build === undefined) throw noCode()
  const { action, code, auth } = drafted
  // Its build counts as a version of its own (I7).
  const program = (): Program => ({ owner: `draft:${build.hash}`, directory: programs.directory(build.hash) })
  return { action, code, auth, settings, program }
}

/** JSON is YAML. */
function written(asked: DraftStep): { definition: string; step: string } {
  if ('definition' in asked) return asked
  const steps = [{ name: 'step', use: asked.use }]
  return { definition: JSON.stringify({ name: 'none', trigger: { type: 'http' }, steps }), step: 'step' }
}
