import type { Step } from '../../api/runs.ts'
import { CodeWords } from '../../ui/code-words.tsx'
import { Notice } from '../../ui/notice.tsx'

/** An error as the step left it, with what to do next. */
export function Failure({ error }: { error: NonNullable<Step['error']> }) {
  return (
    <Notice tone="bad" title={<CodeWords text={error.message} />}>
      {error.hint === undefined ? null : (
        <p className="mt-0.5">
          <CodeWords text={error.hint} />
        </p>
      )}
      <p className="mt-1 font-mono text-xs opacity-80">
        {error.code}
        {error.status === undefined ? '' : ` · HTTP ${error.status}`}
        {error.retryable ? ' · may work later' : ''}
      </p>
    </Notice>
  )
}
