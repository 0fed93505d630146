import { Lock as LockIcon } from 'lucide-react'
import { Tooltip } from './tooltip.tsx'

interface LockProps {
  /** Where the secret came from: `slack.oauth_access_token`. */
  label: string
  /** Why it cannot be seen, in a sentence. */
  why?: string
  /** Whether it stands in the order of the tab key; not where its row says what it is. */
  tabbable?: boolean
}

const WHY = 'A secret. Its run holds a handle in its place; the value is shown to nobody.'

/** Stands where a secret is. There is no value behind it in this page, and nothing to copy. */
export function Lock({ label, why = WHY, tabbable = true }: LockProps) {
  return (
    <Tooltip text={why}>
      <button
        type="button"
        tabIndex={tabbable ? 0 : -1}
        aria-label={`Secret ${label}. ${why}`}
        className="inline-flex cursor-help h-5 max-w-full items-center gap-1 rounded bg-brass-soft px-1.5 align-middle font-mono text-xs text-brass-ink"
      >
        <LockIcon className="size-3 shrink-0" aria-hidden="true" />
        <span className="truncate">{label}</span>
      </button>
    </Tooltip>
  )
}
