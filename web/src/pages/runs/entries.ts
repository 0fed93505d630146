import type { Run, Step } from '../../api/runs.ts'

/** One line of a run's timeline. */
export interface Entry {
  /** Stands in the address: `trigger`, a step's name, or its name and place where the name alone says too little. */
  key: string
  name: string
  /** Absent for the event. */
  step?: Step
  failed: boolean
}

/** The event and the steps of a run, in their order. */
export function entriesOf(run: Run): Entry[] {
  const names = new Map<string, number>()
  for (const { name } of run.steps) names.set(name, (names.get(name) ?? 0) + 1)
  return [
    { key: 'trigger', name: 'trigger', failed: false },
    ...run.steps.map((step) => ({
      key: names.get(step.name) === 1 ? step.name : `${step.name}@${step.lane}/${step.position}`,
      name: step.name,
      step,
      failed: step.status === 'failed'
    }))
  ]
}

/** Where a step stands in its run, as parts of the whole: for the bar beside it. */
export function spanOf(run: Run, step: Step, now: number): { from: number; width: number } | undefined {
  const begin = Date.parse(run.accepted_at)
  const end = run.ended_at === undefined ? now : Date.parse(run.ended_at)
  if (step.started_at === undefined) return undefined
  const whole = Math.max(1, end - begin)
  const started = Date.parse(step.started_at) - begin
  const lasted = step.duration_ms ?? Math.max(0, end - Date.parse(step.started_at))
  const from = Math.min(1, Math.max(0, started / whole))
  return { from, width: Math.min(1 - from, lasted / whole) }
}
