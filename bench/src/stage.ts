import type { Generator } from './load/generator.ts'
import type { Service } from './service.ts'

/** What every row is measured with. */
export interface Stage {
  /** Empty; each row makes folders of its own in it. */
  directory: string
  vendor: Service
  generator: Generator
  rounds: number
  roundMs: number
  /** Also what takes long. */
  full: boolean
  /** Progress, for who watches. */
  say(text: string): void
}
