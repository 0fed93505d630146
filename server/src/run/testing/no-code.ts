/** What an interpreter needs for code, in tests whose workflows have none. */
import type { CodeParts } from '../code-step.ts'

const none = (): never => {
  throw new Error('this test runs no code')
}

export const NO_CODE: Omit<CodeParts, 'door'> = {
  sandbox: { call: none, close: async () => {} },
  programs: { directory: none, positions: none },
  audit: { add: none }
}
