import { Plus, X } from 'lucide-react'
import { useId } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { Field, Input, Textarea } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { IDENTITY_HEADERS, type EventDraft } from './event.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

interface EventFormProps {
  draft: EventDraft
  onChange: (draft: EventDraft) => void
  mistake: string | undefined
}

/** A request as somebody would send it. */
export function EventForm({ draft, onChange, mistake }: EventFormProps) {
  const bodyless = draft.method === 'GET'
  return (
    <div className="flex flex-col gap-3">
      <div className="flex gap-2">
        <Select
          aria-label="Method"
          className="!w-28"
          value={draft.method}
          onChange={(method) => onChange({ ...draft, method })}
          choices={METHODS.map((method) => ({ value: method, label: method }))}
        />
        <Input
          aria-label="Path and query"
          placeholder="/path?and=query, where the workflow looks at them"
          className="font-mono text-xs"
          value={draft.path}
          onChange={({ target }) => onChange({ ...draft, path: target.value })}
        />
      </div>
      <Headers draft={draft} onChange={onChange} />
      {bodyless ? null : (
        <Field label="Body" error={mistake}>
          {(ids) => (
            <Textarea
              {...ids}
              rows={8}
              className="font-mono text-xs"
              value={draft.body}
              onChange={({ target }) => onChange({ ...draft, body: target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}

function Headers({ draft, onChange }: Pick<EventFormProps, 'draft' | 'onChange'>) {
  const id = useId()
  const set = (headers: EventDraft['headers']): void => onChange({ ...draft, headers })
  const offered = IDENTITY_HEADERS.filter((name) => !draft.headers.some(([each]) => each.toLowerCase() === name))
  return (
    <div role="group" aria-labelledby={id} className="flex flex-col gap-1.5">
      <span id={id} className="text-sm font-medium">
        Headers
      </span>
      {draft.headers.map(([name, value], index) => (
        <div key={index} className="flex items-center gap-1.5">
          <Input
            aria-label={`Name of header ${index + 1}`}
            className="!w-56 font-mono text-xs"
            value={name}
            onChange={({ target }) => set(draft.headers.with(index, [target.value, value]))}
          />
          <Input
            aria-label={`Value of ${name === '' ? `header ${index + 1}` : name}`}
            className="font-mono text-xs"
            value={value}
            onChange={({ target }) => set(draft.headers.with(index, [name, target.value]))}
          />
          <IconButton
            label={`Remove ${name === '' ? `header ${index + 1}` : name}`}
            size="small"
            onClick={() => set(draft.headers.toSpliced(index, 1))}
          >
            <X className="size-3.5" />
          </IconButton>
        </div>
      ))}
      <div className="flex flex-wrap gap-1">
        <Button look="quiet" size="small" onClick={() => set([...draft.headers, ['', '']])}>
          <Plus className="size-3" aria-hidden="true" /> Header
        </Button>
        {offered.map((name) => (
          <Button key={name} look="quiet" size="small" onClick={() => set([...draft.headers, [name, '']])}>
            <Plus className="size-3" aria-hidden="true" /> <span className="font-mono">{name}</span>
          </Button>
        ))}
      </div>
    </div>
  )
}
