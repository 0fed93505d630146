import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { CodeWords } from './code-words.tsx'
import { ApiProblem, Unreachable, type Mistake } from '../api/client.ts'

type Tone = 'info' | 'good' | 'warn' | 'bad'

const TONES: Record<Tone, { box: string; icon: ReactNode }> = {
  info: { box: 'bg-sunken text-ink-2', icon: <Info className="size-4 text-ink-3" /> },
  good: { box: 'bg-good-soft text-good-ink', icon: <CircleCheck className="size-4" /> },
  warn: { box: 'bg-warn-soft text-warn-ink', icon: <TriangleAlert className="size-4" /> },
  bad: { box: 'bg-bad-soft text-bad-ink', icon: <CircleAlert className="size-4" /> }
}

interface NoticeProps {
  tone?: Tone
  title?: ReactNode
  children?: ReactNode
  /** At the right: what can be done about it. */
  action?: ReactNode
  className?: string
}

/** Something to be known, where it matters. */
export function Notice({ tone = 'info', title, children, action, className = '' }: NoticeProps) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={`flex items-start gap-2.5 rounded-lg px-3 py-2.5 text-sm ${TONES[tone].box} ${className}`}
    >
      <span className="mt-0.5 shrink-0" aria-hidden="true">
        {TONES[tone].icon}
      </span>
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {title === undefined ? null : <p className="font-medium">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  )
}

/** What went wrong, in the words of the server, with what to do next. */
export function ErrorNotice({ error, action }: { error: unknown; action?: ReactNode }) {
  const { title, hint, mistakes } = explain(error)
  return (
    <Notice tone="bad" title={<Words of={title} />} action={action}>
      {hint === undefined ? null : (
        <p className="mt-0.5">
          <Words of={hint} />
        </p>
      )}
      {mistakes.length === 0 ? null : <MistakeList mistakes={mistakes} />}
    </Notice>
  )
}

/** A sentence of the server, in which `code` stands between backticks. */
function Words({ of }: { of: string }) {
  return of.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={index} className="font-mono text-xs">
        {part}
      </code>
    )
  )
}

export function MistakeList({ mistakes }: { mistakes: readonly Mistake[] }) {
  return (
    <ul className="mt-1.5 flex flex-col gap-1">
      {mistakes.map((mistake) => (
        <li key={`${mistake.path} ${mistake.message}`}>
          {mistake.path === '' ? null : <code className="mr-1.5 font-mono text-xs">{mistake.path}</code>}
          <CodeWords text={mistake.message} />
          {mistake.expected === undefined ? null : (
            <span className="opacity-80">
              {' '}
              (expected <CodeWords text={mistake.expected} />)
            </span>
          )}
          {mistake.suggestion === undefined ? null : (
            <span>
              {' '}
              Write <code className="font-mono text-xs">{mistake.suggestion}</code>.
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

interface Explained {
  title: string
  hint?: string
  mistakes: readonly Mistake[]
}

/** An error as a person is told of it. */
export function explain(error: unknown): Explained {
  if (error instanceof ApiProblem) {
    const { title, detail, hint, errors } = error.problem
    return { title: sentence(detail ?? title), ...(hint === undefined ? {} : { hint }), mistakes: errors ?? [] }
  }
  if (error instanceof Unreachable)
    return {
      title: 'The server does not answer.',
      hint: 'Nothing is lost: it is asked again when it is back.',
      mistakes: []
    }
  return { title: 'Something went wrong in this page.', hint: 'Load it again; drafts are kept.', mistakes: [] }
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
