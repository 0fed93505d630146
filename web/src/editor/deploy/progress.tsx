import { Check } from 'lucide-react'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import type { DeployState } from './use-deploy.ts'

/** What was done so far, and what is being done. */
export function DeployProgress({ state }: { state: Extract<DeployState, { at: 'deploying' | 'failed' }> }) {
  const { done } = state
  const failed = state.at === 'failed'
  return (
    <div className="flex flex-col gap-3">
      <ol role="status" aria-label="What is being done" className="flex flex-col gap-1.5 text-sm">
        {done.length === 0 && !failed ? <Step doing>Checking the definition</Step> : null}
        {done.map((text, index) => (
          <Step key={index} doing={!failed && index === done.length - 1}>
            {text}
          </Step>
        ))}
      </ol>
      {failed ? <ErrorNotice error={state.error} /> : null}
      {failed ? null : (
        <p className="text-xs text-ink-3">Packages that are not here yet are fetched first, which may take a minute.</p>
      )}
    </div>
  )
}

function Step({ doing, children }: { doing: boolean; children: React.ReactNode }) {
  return (
    <li className={`flex items-start gap-2 ${doing ? 'text-ink' : 'text-ink-3'}`}>
      <span className="flex h-5 w-4 shrink-0 items-center justify-center">
        {doing ? <Spinner /> : <Check className="size-3.5 text-good" aria-hidden="true" />}
      </span>
      <span className="block min-w-0 [overflow-wrap:anywhere] first-letter:uppercase">{children}</span>
    </li>
  )
}
