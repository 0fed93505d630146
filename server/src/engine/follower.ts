/**
 * Who follows what one line of a run does, the main line or a lane: another durable engine, which keeps an account of its own. It
 * is told of each step and lane in their order, and has no part in what they leave.
 */
import type { Scope } from './scope.ts'

export interface Follower {
  /**
   * @param work commits the step, or leaves its checkpoint with the scope
   * @returns what the work leaves, as soon as it does
   * @throws what the work throws; Stopped when the run is somebody else's
   */
  step<T>(name: string, scope: Scope, work: () => Promise<T>): Promise<T>
  /** @param name unique within the line */
  lane(name: string, walk: (lane: Follower) => Promise<void>): Promise<void>
}
