/** One connection of sandboxed code, as all parts of the serving see it. */
import type { Duplex } from 'node:stream'
import type { Door, DoorScope } from '../door.ts'
import type { Target } from '../hosts.ts'

export interface Connection {
  readonly door: Door
  readonly scope: DoorScope
  /** The one place that its requests go to. */
  readonly target: Target
  readonly stream: Duplex
  /** Whether a request is being answered: the next one has to wait until then. */
  busy: boolean
}
