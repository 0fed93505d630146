import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Radio, Trash2 } from 'lucide-react'
import { runsQuery } from '../api/runs.ts'
import type { EventSource } from '../api/tests.ts'
import { removeTestEvent, testEventsQuery, useArrivals, type TestEvent } from '../api/test-events.ts'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { ErrorNotice } from '../ui/notice.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { StatusMark } from '../ui/status.tsx'
import { Time } from '../ui/time.tsx'
import { toastError } from '../ui/toast.tsx'
import { isObject, type Json } from '../values/json.ts'

export interface Picked {
  source: EventSource
  /** In a few words: `test event`. */
  from: string
}

interface EventPickerProps {
  workflow: string
  /** Where requests go; absent for a schedule. */
  url: string | undefined
  onPick: (picked: Picked) => void
}

/** Events that came: test events, new ones as they arrive, and those of earlier runs. */
export function EventPicker({ workflow, url, onPick }: EventPickerProps) {
  const events = useQuery(testEventsQuery(workflow))
  const listening = useArrivals(workflow)
  return (
    <div className="flex flex-col gap-4">
      {url === undefined ? null : <Waiting url={url} listening={listening === 'open'} />}
      <section aria-label="Test events" className="flex flex-col">
        <h4 className="mb-1 text-xs font-medium text-ink-3">Test events, kept for a day</h4>
        {events.error === null ? null : <ErrorNotice error={events.error} />}
        {events.isPending ? <SkeletonRows count={2} className="h-8" /> : null}
        {events.data?.length === 0 ? <p className="py-2 text-sm text-ink-3">None yet.</p> : null}
        {events.data?.map((event) => (
          <EventRow key={event.id} workflow={workflow} event={event} onPick={onPick} />
        ))}
      </section>
      <EarlierRuns workflow={workflow} onPick={onPick} />
    </div>
  )
}

function Waiting({ url, listening }: { url: string; listening: boolean }) {
  const curl = `curl -X POST '${url}' -H 'x-pd-notrigger: 1' -H 'content-type: application/json' -d '{}'`
  return (
    <div className="flex flex-col gap-1.5 rounded-lg bg-sunken px-3 py-2.5" role="status">
      <p className="flex items-center gap-2 text-sm">
        <Radio className={`size-3.5 ${listening ? 'breathe text-good' : 'text-ink-3'}`} aria-hidden="true" />
        {listening ? 'Waiting for an event: send one, and it shows up here.' : 'Connecting…'}
      </p>
      <p className="flex items-center gap-1">
        <code className="min-w-0 flex-1 truncate font-mono text-xs text-ink-2">{curl}</code>
        <CopyButton text={curl} label="Copy the command" />
      </p>
    </div>
  )
}

interface EventRowProps {
  workflow: string
  event: TestEvent
  onPick: (picked: Picked) => void
}

function EventRow({ workflow, event, onPick }: EventRowProps) {
  return (
    <div className="flex items-center gap-2 border-b">
      <button
        type="button"
        className="flex h-9 min-w-0 flex-1 items-center gap-3 text-left text-sm hover:text-accent-ink"
        onClick={() => onPick({ source: { test_event: event.id }, from: 'test event' })}
      >
        <span className="font-mono text-xs">{methodOf(event.event as Json)}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-ink-3">{glimpse(event.event as Json)}</span>
        <Time at={event.received_at} className="text-xs text-ink-3" />
      </button>
      <IconButton
        label="Delete this test event"
        size="small"
        onClick={() => void removeTestEvent(workflow, event.id).catch(toastError)}
      >
        <Trash2 className="size-3.5" />
      </IconButton>
    </div>
  )
}

function methodOf(event: Json): string {
  return isObject(event) && typeof event['method'] === 'string' ? event['method'] : 'event'
}

/** Something to tell it by. Handles say nothing here. */
function glimpse(event: Json): string {
  const body = isObject(event) ? event['body'] : event
  return (JSON.stringify(body ?? null) ?? '').replaceAll(/bhdl\.[\w.-]+/g, '•••').slice(0, 120)
}

function EarlierRuns({ workflow, onPick }: Omit<EventPickerProps, 'url'>) {
  const runs = useInfiniteQuery(runsQuery({ workflow }))
  const latest = runs.data?.pages[0]?.runs.slice(0, 10) ?? []
  if (latest.length === 0) return null
  return (
    <section aria-label="Earlier runs" className="flex flex-col">
      <h4 className="mb-1 text-xs font-medium text-ink-3">
        Events of earlier runs: their credentials are asked for again
      </h4>
      {latest.map((run) => (
        <button
          key={run.id}
          type="button"
          className="flex h-9 items-center gap-3 border-b text-left text-sm hover:text-accent-ink"
          onClick={() => onPick({ source: { run: run.id }, from: 'earlier run' })}
        >
          <StatusMark status={run.status} />
          <span className="min-w-0 flex-1 truncate font-mono text-xs text-ink-3">{run.id.slice(-12)}</span>
          <Time at={run.accepted_at} className="text-xs text-ink-3" />
        </button>
      ))}
    </section>
  )
}
