import type { Json } from './json.ts'

/** What a reference may begin with, and what is known of it. */
export interface Source {
  /** `steps.trigger.event`, `steps.fetch_user`, `item`, `env`. */
  path: string
  /** How people call it: the step's name. */
  label: string
  /** The value that it had last, with handles where secrets were; absent before anything ran. */
  sample?: Json
  /** Where the sample is from, in a few words: `test event, 2 min ago`. */
  from?: string
}

/** What a step may refer to: the event and the steps before it, in their order. */
export type Scope = readonly Source[]
