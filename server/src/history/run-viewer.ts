/**
 * What one viewer of one run has seen, and so what it still has to be told.
 *
 * The engine tells what happened after its commit, so an event may speak of something that the viewer's snapshot
 * already held. Finished steps are therefore told by their place, not by their event: an event says only that the lane
 * has come further, and what stands behind the last place told is read and told, each once. Failed attempts and waits of
 * the snapshot are remembered until their lane goes on.
 */
import type { History } from './history.ts'
import type { LiveMessage } from './live-messages.ts'
import { iso } from './run-view.ts'
import type { ErrorView, RunStatus, RunView, StepView } from './views.ts'

/** What an engine tells of a run (the engine's `RunEvent`, of which this is the shape). */
export type RunEvent =
  | { type: 'accepted'; run: string; at: number }
  | { type: 'step_started'; run: string; step: string; lane: string; attempt: number; at: number }
  | { type: 'attempt_failed'; run: string; step: string; lane: string; attempt: number; error: ErrorView; at: number }
  | { type: 'step_finished'; run: string; step: string; lane: string; at: number }
  | { type: 'waiting'; run: string; step: string; until: number; at: number }
  | { type: 'ended'; run: string; status: RunStatus; at: number }

export class RunViewer {
  readonly #history: History
  /** The last position told of each lane. */
  readonly #told = new Map<string, number>()
  /** Attempts and waits of the snapshot, by lane, whose events may still come. */
  readonly #known = new Map<string, Set<string>>()

  constructor(history: History) {
    this.#history = history
  }

  /** The first messages: the run as it is, and its end if it has ended. */
  opening(run: RunView): LiveMessage[] {
    for (const step of run.steps) this.#remember(step)
    const snapshot: LiveMessage = { type: 'snapshot', run }
    if (run.ended_at === undefined) return [snapshot]
    const { kept: _kept, event: _event, steps: _steps, ...item } = run
    return [snapshot, { type: 'ended', status: run.status, at: run.ended_at, run: item }]
  }

  /** What an event adds to what was told. */
  messages(event: RunEvent): LiveMessage[] {
    const at = iso(event.at)
    switch (event.type) {
      case 'accepted':
        return []
      case 'step_started': {
        const { type, step, lane, attempt } = event
        return [{ type, step, lane, attempt, at }]
      }
      case 'attempt_failed': {
        const { type, step, lane, attempt, error } = event
        return this.#knows(lane, attemptKey(step, attempt)) ? [] : [{ type, step, lane, attempt, error, at }]
      }
      case 'step_finished':
        return this.#finished(event.run, event.lane)
      case 'waiting': {
        const until = iso(event.until)
        return this.#knows('', waitKey(event.step, until)) ? [] : [{ type: 'waiting', step: event.step, until, at }]
      }
      case 'ended':
        break
    }
    return [...this.#rest(event.run), this.#ended(event)]
  }

  #remember(step: StepView): void {
    if (isFinished(step)) this.#told.set(step.lane, Math.max(step.position, this.#told.get(step.lane) ?? -1))
    for (const attempt of step.attempts) this.#know(step.lane, attemptKey(step.name, attempt.number))
    // The event of a wait does not name its lane.
    if (step.waiting_until !== undefined) this.#know('', waitKey(step.name, step.waiting_until))
  }

  #know(lane: string, key: string): void {
    const keys = this.#known.get(lane) ?? new Set()
    this.#known.set(lane, keys.add(key))
  }

  #knows(lane: string, key: string): boolean {
    return this.#known.get(lane)?.has(key) ?? false
  }

  #finished(run: string, lane: string): LiveMessage[] {
    this.#known.delete(lane)
    return this.#history.stepsAfter(run, lane, this.#told.get(lane) ?? -1).map((step) => this.#tell(step))
  }

  /** Steps that no event has told of: those which commit with the run's end, and whatever a queue missed. */
  #rest(run: string): LiveMessage[] {
    const lanes = new Set(['', ...this.#told.keys()])
    return [...lanes].flatMap((lane) => this.#finished(run, lane))
  }

  #tell(step: StepView): LiveMessage {
    this.#told.set(step.lane, step.position)
    return { type: 'step_finished', step }
  }

  #ended(event: RunEvent & { type: 'ended' }): LiveMessage {
    const item = this.#history.getListItem(event.run)
    return { type: 'ended', status: event.status, at: iso(event.at), ...(item === undefined ? {} : { run: item }) }
  }
}

function isFinished(step: StepView): boolean {
  return step.status === 'succeeded' || step.status === 'failed'
}

function attemptKey(step: string, attempt: number): string {
  return `attempt ${attempt} ${step}`
}

function waitKey(step: string, until: string): string {
  return `wait ${until} ${step}`
}
