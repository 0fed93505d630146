import { CircleOff } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Run, Step } from '../../api/runs.ts'
import { Empty } from '../../ui/empty.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Tabs, type Tab } from '../../ui/tabs.tsx'
import { duration, Time } from '../../ui/time.tsx'
import type { Json } from '../../values/json.ts'
import { Value } from '../../values/value.tsx'
import type { Entry } from './entries.ts'
import { Failure } from './failure.tsx'
import { Input } from './input.tsx'
import { Items } from './items.tsx'
import { Logs } from './logs.tsx'

/** What is known of the event, or of one step. */
export function Detail({ run, entry }: { run: Run; entry: Entry }) {
  return entry.step === undefined ? <EventDetail run={run} /> : <StepDetail run={run} step={entry.step} />
}

function EventDetail({ run }: { run: Run }) {
  return (
    <Panel title="trigger" aside={<Time at={run.accepted_at} />}>
      {run.event === undefined ? (
        <Gone bytes={run.event_omitted_bytes} what="The event" />
      ) : (
        <Value value={run.event as Json} label="the event" path="steps.trigger.event" className="max-h-[60vh]" />
      )}
    </Panel>
  )
}

function StepDetail({ run, step }: { run: Run; step: Step }) {
  return (
    <Panel
      title={step.name}
      aside={
        <>
          {step.kind === undefined ? null : <span>{step.kind}</span>}
          {step.started_at === undefined ? null : <Time at={step.started_at} />}
          {step.duration_ms === undefined ? null : <span className="tabular-nums">{duration(step.duration_ms)}</span>}
        </>
      }
    >
      {step.error === undefined ? null : <Failure error={step.error} />}
      {step.exit_reason === undefined ? null : (
        <Notice title="The run ended after this step.">{step.exit_reason}</Notice>
      )}
      <Tabs label="What is known of this step" tabs={tabsOf(run, step)} />
    </Panel>
  )
}

function tabsOf(run: Run, step: Step): Tab[] {
  return [
    ...(step.items === undefined
      ? []
      : [{ value: 'items', label: `Items (${step.items.total})`, content: <Items run={run} step={step} /> }]),
    { value: 'exports', label: 'Exports', content: <Exports step={step} /> },
    { value: 'input', label: 'Input', content: <Input run={run} step={step} /> },
    { value: 'logs', label: counted('Logs', step.logs.length), content: <Logs lines={step.logs} kept={step.kept} /> },
    ...(step.attempts.length === 0
      ? []
      : [{ value: 'attempts', label: `Failed attempts (${step.attempts.length})`, content: <Attempts step={step} /> }])
  ]
}

function counted(word: string, count: number): string {
  return count === 0 ? word : `${word} (${count})`
}

function Panel({ title, aside, children }: { title: string; aside: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-4 p-6">
      <header className="flex items-baseline gap-4">
        <h2 className="flex-1 text-base font-semibold">{title}</h2>
        <span className="flex gap-4 text-xs text-ink-3">{aside}</span>
      </header>
      {children}
    </section>
  )
}

/** Not empty, but not here: the difference is said. */
export function Gone({ what, bytes }: { what: string; bytes: number | undefined }) {
  if (bytes !== undefined)
    return (
      <Empty icon={<CircleOff />} title={`${what} is too large to be shown`}>
        {bytes.toLocaleString('en')} bytes. It is kept, and later steps had all of it.
      </Empty>
    )
  return (
    <Empty icon={<CircleOff />} title={`${what} is not kept`}>
      The workflow’s retention is off, or has taken it away by now. Nobody can see it any more.
    </Empty>
  )
}

function Exports({ step }: { step: Step }) {
  const { exports, omitted_bytes, kept, status } = step
  if (!kept || omitted_bytes !== undefined) return <Gone what="What this step left" bytes={omitted_bytes} />
  const path = `steps.${step.name}`
  if (exports !== undefined && Object.keys(exports).length > 0)
    return (
      <div className="pt-4">
        <Value value={exports as Json} label={`exports of ${step.name}`} path={path} className="max-h-[55vh]" />
      </div>
    )
  return (
    <p className="py-6 text-sm text-ink-3">
      {status === 'succeeded' ? 'It exported nothing.' : 'It has exported nothing.'}
    </p>
  )
}

function Attempts({ step }: { step: Step }) {
  return (
    <ol className="flex flex-col gap-4 pt-4">
      {step.attempts.map((attempt) => (
        <li key={attempt.number} className="flex flex-col gap-2">
          <p className="flex gap-4 text-xs text-ink-3">
            <span>Attempt {attempt.number}</span>
            {attempt.started_at === undefined ? null : <Time at={attempt.started_at} />}
            {attempt.duration_ms === undefined ? null : <span>{duration(attempt.duration_ms)}</span>}
            {attempt.next_at === undefined ? null : (
              <span>
                next one <Time at={attempt.next_at} />
              </span>
            )}
          </p>
          {attempt.error === undefined ? null : <Failure error={attempt.error} />}
          {attempt.logs.length === 0 ? null : <Logs lines={attempt.logs} kept />}
        </li>
      ))}
    </ol>
  )
}
