/** The draft of the workflow that is open: whether it is saved, and what is deployed. */
import { createContext, use } from 'react'
import type { Schemas } from '../../api/client.ts'
import type { Draft, VersionText } from './draft.ts'
import type { Saver, SaveState } from './saver.ts'

export interface DraftState {
  /** As it is on the server. */
  readonly draft: Draft
  readonly saving: SaveState
  readonly saver: Saver
  /** `undefined` where nothing is. */
  readonly deployed: VersionText | undefined
  /** Saves what is not saved yet; settles when it is, or could not be. */
  save: () => Promise<SaveState>
  /** Tells that a text was deployed: the draft is that version now. */
  onDeployed: (deployment: Schemas['Deployment'], text: string) => void
  /** Calls a workflow otherwise that was never deployed. @throws ApiProblem `name_taken` */
  rename: (name: string) => Promise<void>
}

export const DraftContext = createContext<DraftState | undefined>(undefined)

/** @throws outside of an editor */
export function useDraft(): DraftState {
  const draft = use(DraftContext)
  if (draft === undefined) throw new Error('not inside of an editor')
  return draft
}
