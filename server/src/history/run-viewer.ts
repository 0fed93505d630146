/**
 * What one viewer of one run has seen, and so what it still has to be told.
 *
 * The engine tells what happened after its commit, so an event may speak of something that the viewer's snapshot
 * already held. Finished steps are therefore told by their place, not by their event: an event says only that the lane
 * has come further, and what stands behind the last place told is read and told, each once. Waits, failed attempts and
 * finished steps of the snapshot are remembered, so that earlier events about them are passed over.
 */
import type { History } from './history.ts'
import type { LiveMessage } from './live-messages.ts'
import { iso } from './run-view.ts'
import type { ErrorView, ItemCounts, RunStatus, RunView, StepView } from './views.ts'

/** What an engine tells of a run (the engine's `RunEvent`, of which this is the shape). */
export type RunEvent =
  | { type: 'accepted'; run: string; at: number }
  | { type: 'step_started'; run: string; step: string; lane: string; attempt: number; at: number }
  | { type: 'attempt_failed'; run: string; step: string; lane: string; attempt: number; error: ErrorView; at: number }
  | { type: 'step_finished'; run: string; step: string; lane: string; at: number }
  | { type: 'waiting'; run: string; step: string; lane: string; until: number; at: number }
  | { type: 'item_finished'; run: string; step: string; counts: ItemCounts; at: number }
  | { type: 'ended'; run: string; status: RunStatus; at: number }

export class RunViewer {
  readonly #history: History
  /** The last position told of each lane. */
  readonly #told = new Map<string, number>()
  /** What the snapshot held besides finished steps: the number of a step's last failed attempt, and waits. */
  readonly #attempts = new Map<string, number>()
  readonly #waits = new Set<string>()
  /** When the snapshot's steps had finished. */
  readonly #finishedAt = new Map<string, string>()

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
  async messages(event: RunEvent): Promise<LiveMessage[]> {
    const at = iso(event.at)
    switch (event.type) {
      case 'accepted':
        return []
      case 'step_started': {
        const { type, step, lane, attempt } = event
        return this.#isPast(event, at) ? [] : [{ type, step, lane, attempt, at }]
      }
      case 'attempt_failed': {
        const { type, step, lane, attempt, error } = event
        const known = this.#attempts.get(stepKey(event)) ?? 0
        return attempt <= known ? [] : [{ type, step, lane, attempt, error, at }]
      }
      case 'step_finished':
        // A later step of this name counts its attempts from 1 again.
        this.#attempts.delete(stepKey(event))
        return this.#finished(event.run, event.lane)
      case 'waiting': {
        const until = iso(event.until)
        // Behind the step's name stands what makes its wait one of its own.
        const [step = ''] = event.step.split('.', 1)
        return this.#waits.has(waitKey(step, until)) ? [] : [{ type: 'waiting', step, until, at }]
      }
      case 'item_finished': {
        const { type, step, counts } = event
        return [{ type, step, items: counts, at }]
      }
      case 'ended':
        break
    }
    return [...(await this.#rest(event.run)), await this.#ended(event)]
  }

  /** What history has beyond what was told, whoever wrote it: of a run that lives on another node nothing else is heard. */
  async look(run: string): Promise<LiveMessage[]> {
    // First: what has ended by now has all its steps.
    const item = await this.#history.getListItem(run)
    if (item === undefined) return []
    const waits = item.status === 'waiting' ? await this.#newWaits(run) : []
    const steps = await this.#rest(run)
    if (item.ended_at === undefined) return [...steps, ...waits]
    return [...steps, { type: 'ended', status: item.status, at: item.ended_at, run: item }]
  }

  async #newWaits(run: string): Promise<LiveMessage[]> {
    const steps = (await this.#history.getRun(run))?.steps ?? []
    return steps.flatMap(({ name, waiting_until: until, started_at: at }) => {
      if (until === undefined || this.#waits.has(waitKey(name, until))) return []
      this.#waits.add(waitKey(name, until))
      return [{ type: 'waiting' as const, step: name, until, at: at ?? iso(Date.now()) }]
    })
  }

  #remember(step: StepView): void {
    if (isFinished(step)) {
      this.#told.set(step.lane, Math.max(step.position, this.#told.get(step.lane) ?? -1))
      if (step.ended_at !== undefined)
        this.#finishedAt.set(stepKey({ lane: step.lane, step: step.name }), step.ended_at)
    }
    const tried = step.attempts.at(-1)?.number
    if (tried !== undefined) this.#attempts.set(stepKey({ lane: step.lane, step: step.name }), tried)
    if (step.waiting_until !== undefined) this.#waits.add(waitKey(step.name, step.waiting_until))
  }

  async #finished(run: string, lane: string): Promise<LiveMessage[]> {
    const steps = await this.#history.stepsAfter(run, lane, this.#told.get(lane) ?? -1)
    return steps.map((step) => this.#tell(step))
  }

  /** Whether the snapshot held what became of an attempt already: it was read after the attempt had begun. */
  #isPast(event: RunEvent & { type: 'step_started' }, at: string): boolean {
    const key = stepKey(event)
    return event.attempt <= (this.#attempts.get(key) ?? 0) || at <= (this.#finishedAt.get(key) ?? '')
  }

  /** Steps that no event has told of: those which commit with the run's end, and whatever a queue missed. */
  async #rest(run: string): Promise<LiveMessage[]> {
    const lanes = new Set(['', ...this.#told.keys()])
    return (await Promise.all([...lanes].map((lane) => this.#finished(run, lane)))).flat()
  }

  #tell(step: StepView): LiveMessage {
    this.#told.set(step.lane, step.position)
    return { type: 'step_finished', step }
  }

  async #ended(event: RunEvent & { type: 'ended' }): Promise<LiveMessage> {
    const item = await this.#history.getListItem(event.run)
    return { type: 'ended', status: event.status, at: iso(event.at), ...(item === undefined ? {} : { run: item }) }
  }
}

function isFinished(step: StepView): boolean {
  return step.status === 'succeeded' || step.status === 'failed'
}

function stepKey({ lane, step }: { lane: string; step: string }): string {
  return `${lane} ${step}`
}

function waitKey(step: string, until: string): string {
  return `${until} ${step}`
}
