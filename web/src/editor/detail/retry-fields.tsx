import type { Path } from '../path.ts'
import { DurationAt, NumberAt } from './bound.tsx'

/** How often something is tried, and how long is waited in between. */
export function RetryFields({
  path,
  attempts,
  backoff,
  longest
}: {
  path: Path
  attempts: string
  backoff: string
  longest: string
}) {
  return (
    <div className="grid grid-cols-3 items-start gap-3">
      <NumberAt path={[...path, 'attempts']} label="Attempts in all" placeholder={attempts} />
      <DurationAt path={[...path, 'backoff']} label="First wait" placeholder={backoff} />
      <DurationAt path={[...path, 'max_backoff']} label="Longest wait" placeholder={longest} />
    </div>
  )
}
