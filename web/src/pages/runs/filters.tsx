import { useQuery } from '@tanstack/react-query'
import { Search, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { RunFilter } from '../../api/runs.ts'
import { workflowsQuery } from '../../api/workflows.ts'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { statusWord } from '../../ui/status.tsx'

interface FiltersProps {
  filter: RunFilter
  onChange: (filter: RunFilter) => void
}

const STATUSES = [
  'running',
  'waiting',
  'succeeded',
  'ended_early',
  'failed',
  'timed_out',
  'crashed',
  'cancelled'
] as const
const ANY = 'any'
const HOUR_MS = 3_600_000

/** Lengths of time back from now. The address holds the moment, so that a link shows the same to everybody. */
const SINCE = [
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last day' },
  { value: '168', label: 'Last 7 days' }
]

export function Filters({ filter, onChange }: FiltersProps) {
  const { data: workflows = [] } = useQuery(workflowsQuery)
  const set = (key: keyof RunFilter) => (value: string) => {
    const { [key]: _before, ...rest } = filter
    onChange(value === ANY || value === '' ? rest : { ...rest, [key]: value })
  }
  return (
    <div role="search" className="mt-3 flex flex-wrap items-center gap-2">
      <Text key={filter.text ?? ''} value={filter.text ?? ''} onChange={set('text')} />
      <Select
        aria-label="Workflow"
        className="!w-48"
        value={filter.workflow ?? ANY}
        onChange={set('workflow')}
        choices={[
          { value: ANY, label: 'All workflows' },
          ...workflows.map(({ name }) => ({ value: name, label: name })),
          ...(filter.workflow === undefined || workflows.some(({ name }) => name === filter.workflow)
            ? []
            : [{ value: filter.workflow, label: filter.workflow }])
        ]}
      />
      <Select
        aria-label="Status"
        className="!w-36"
        value={filter.status ?? ANY}
        onChange={set('status')}
        choices={[
          { value: ANY, label: 'Any status' },
          ...STATUSES.map((status) => ({ value: status, label: statusWord(status) }))
        ]}
      />
      <Period filter={filter} onChange={onChange} />
      {Object.keys(filter).length === 0 ? null : (
        <Button look="quiet" onClick={() => onChange({})}>
          <X className="size-3.5" aria-hidden="true" />
          Clear
        </Button>
      )}
    </div>
  )
}

/** What is typed goes into the address when the typing pauses. */
function Text({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value)
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), 350)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <div className="relative w-64">
      <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" aria-hidden="true" />
      <Input
        type="search"
        aria-label="Search runs"
        placeholder="Id, error, event or export"
        className="pl-8"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  )
}

function Period({ filter, onChange }: FiltersProps) {
  const { since, until } = filter
  const custom = since !== undefined || until !== undefined
  const choose = (value: string) => {
    const { since: _since, until: _until, ...rest } = filter
    if (value === ANY) onChange(rest)
    else if (value !== 'custom')
      onChange({ ...rest, since: new Date(Date.now() - Number(value) * HOUR_MS).toISOString() })
  }
  return (
    <Select
      aria-label="Time"
      className="!w-52"
      value={custom ? 'custom' : ANY}
      onChange={choose}
      choices={[
        { value: ANY, label: 'Any time' },
        ...SINCE,
        ...(custom ? [{ value: 'custom', label: periodWords(since, until) }] : [])
      ]}
    />
  )
}

const SHORT = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' })

function periodWords(since: string | undefined, until: string | undefined): string {
  const words = (at: string): string => (Number.isNaN(Date.parse(at)) ? at : SHORT.format(new Date(at)))
  if (until === undefined) return `Since ${words(since ?? '')}`
  return since === undefined ? `Before ${words(until)}` : `${words(since)} – ${words(until)}`
}
