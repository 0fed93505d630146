/** When a life of the server ends. Planned ahead from the seed; `killer.ts` carries it out. */
import type { Random } from '../random.ts'

export type Moment =
  /** So long after it began to listen, in milliseconds. */
  | { kind: 'any'; afterMs: number }
  /** After so many answers, however fast this machine is. */
  | { kind: 'busy'; answers: number }
  /** On its way up: so long after its process was started. */
  | { kind: 'starting'; afterMs: number }
  /** Right after it listens, when it brings runs back; often the second kill in quick succession. */
  | { kind: 'recovering'; afterMs: number }
  /** In the moment in which a caller has its acknowledgement. */
  | { kind: 'acknowledged' }
  /** While the vendor holds a call. */
  | { kind: 'call_held' }
  /** So long after the vendor let go of a held call: about when the checkpoint is written. */
  | { kind: 'call_answered'; afterMs: number }

const KINDS: readonly { kind: Moment['kind']; weight: number }[] = [
  { kind: 'any', weight: 3 },
  { kind: 'busy', weight: 3 },
  { kind: 'starting', weight: 2 },
  { kind: 'recovering', weight: 2 },
  { kind: 'acknowledged', weight: 2 },
  { kind: 'call_held', weight: 2 },
  { kind: 'call_answered', weight: 3 }
]

/** @param startMs how long a start takes on this machine */
export function planMoments(random: Random, count: number, startMs: number): Moment[] {
  return Array.from({ length: count }, () => planMoment(random, startMs))
}

function planMoment(random: Random, startMs: number): Moment {
  const { kind } = random.pick(KINDS)
  switch (kind) {
    case 'any':
      return { kind, afterMs: random.between(0, 1_000) }
    case 'busy':
      return { kind, answers: random.between(1, 40) }
    case 'starting':
      return { kind, afterMs: random.between(0, Math.round(startMs * 1.1)) }
    case 'recovering':
      return { kind, afterMs: random.between(0, 60) }
    case 'call_answered':
      return { kind, afterMs: random.between(0, 6) }
    default:
      return { kind }
  }
}
