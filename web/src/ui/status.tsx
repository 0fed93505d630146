import type { Schemas } from '../api/client.ts'

type Status = Schemas['RunStatus'] | Schemas['Step']['status'] | 'off' | 'draft'

const LOOKS: Record<Status, { word: string; dot: string; text: string }> = {
  running: { word: 'Running', dot: 'bg-accent breathe', text: 'text-accent-ink' },
  waiting: { word: 'Waiting', dot: 'bg-wait', text: 'text-wait-ink' },
  succeeded: { word: 'Succeeded', dot: 'bg-good', text: 'text-good-ink' },
  ended_early: { word: 'Ended early', dot: 'bg-good opacity-60', text: 'text-ink-2' },
  failed: { word: 'Failed', dot: 'bg-bad', text: 'text-bad-ink' },
  cancelled: { word: 'Cancelled', dot: 'bg-ink-3', text: 'text-ink-3' },
  stopped: { word: 'Stopped', dot: 'bg-ink-3', text: 'text-ink-3' },
  timed_out: { word: 'Timed out', dot: 'bg-bad', text: 'text-bad-ink' },
  crashed: { word: 'Crashed', dot: 'bg-bad', text: 'text-bad-ink' },
  off: { word: 'Off', dot: 'bg-line-strong', text: 'text-ink-3' },
  draft: { word: 'Draft', dot: 'bg-transparent ring-1 ring-inset ring-ink-3', text: 'text-ink-3' }
}

export function statusWord(status: Status): string {
  return LOOKS[status].word
}

/** How something stands: a dot, with its word or (in narrow places) without. */
export function StatusMark({ status, word = true }: { status: Status; word?: boolean }) {
  const look = LOOKS[status]
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm whitespace-nowrap ${look.text}`}>
      <span className={`size-2 shrink-0 rounded-full ${look.dot}`} aria-hidden="true" />
      {word ? look.word : <span className="sr-only">{look.word}</span>}
    </span>
  )
}

/** A word in a small box. */
export function Badge({
  tone = 'plain',
  children
}: {
  tone?: 'plain' | 'brass' | 'warn' | 'bad' | 'accent'
  children: React.ReactNode
}) {
  const tones = {
    plain: 'bg-sunken text-ink-2',
    brass: 'bg-brass-soft text-brass-ink',
    warn: 'bg-warn-soft text-warn-ink',
    bad: 'bg-bad-soft text-bad-ink',
    accent: 'bg-accent-soft text-accent-ink'
  }
  return (
    <span className={`inline-flex h-5 items-center gap-1 rounded px-1.5 text-xs whitespace-nowrap ${tones[tone]}`}>
      {children}
    </span>
  )
}
