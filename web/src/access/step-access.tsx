import type { StepNode } from '../editor/steps.ts'

/** Whose credentials a step uses: one selector for each app of its form. */
export function StepAccess({ step }: { step: StepNode }) {
  return <div data-step={step.id} />
}
