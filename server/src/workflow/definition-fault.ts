import { Fault } from '@bellhop/sdk'
import type { Mistake } from './mistakes.ts'

/** A definition that cannot be used as it is, with everything that is wrong with it. */
export class DefinitionFault extends Fault {
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly Mistake[], hint = 'Correct the definition, and deploy it again.') {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`
    super('definition_invalid', `the definition has ${count}`, { status: 422, hint })
    this.mistakes = mistakes
  }
}
