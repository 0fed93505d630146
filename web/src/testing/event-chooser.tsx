import { useMemo, useState } from 'react'
import type { EventSource } from '../api/tests.ts'
import { Button } from '../ui/button.tsx'
import { Field, SecretInput } from '../ui/field.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { EMPTY_EVENT, eventOf } from './event.ts'
import { EventForm } from './event-form.tsx'
import { EventPicker } from './event-picker.tsx'
import { keyOf, type RuntimeField } from './runtime-fields.ts'

interface EventChooserProps {
  workflow: string
  url: string | undefined
  fields: readonly RuntimeField[]
  values: Readonly<Record<string, string>>
  onValues: (values: Record<string, string>) => void
  onChoose: (source: EventSource, from: string) => Promise<void>
}

/** Which event a test is made with: one that is made up, one that came, or one that is waited for. */
export function EventChooser({ workflow, url, fields, values, onValues, onChoose }: EventChooserProps) {
  const [draft, setDraft] = useState(EMPTY_EVENT)
  const [busy, setBusy] = useState(false)
  const made = useMemo(() => eventOf(draft), [draft])
  async function choose(source: EventSource, from: string) {
    setBusy(true)
    await onChoose(source, from)
    setBusy(false)
  }
  return (
    <div className="flex flex-col gap-4">
      <Tabs
        label="Event to test with"
        tabs={[
          {
            value: 'send',
            label: 'Make an event',
            content: (
              <div className="flex flex-col gap-3 pt-3">
                <EventForm draft={draft} onChange={setDraft} mistake={'mistake' in made ? made.mistake : undefined} />
                <div>
                  <Button
                    look="primary"
                    busy={busy}
                    disabled={'mistake' in made}
                    onClick={() => 'event' in made && void choose({ event: made.event }, 'test event')}
                  >
                    Send test event
                  </Button>
                </div>
              </div>
            )
          },
          {
            value: 'pick',
            label: 'Pick or wait for one',
            content: (
              <div className="pt-3">
                <EventPicker workflow={workflow} url={url} onPick={({ source, from }) => void choose(source, from)} />
              </div>
            )
          }
        ]}
      />
      <TestValues fields={fields} values={values} onChange={onValues} />
    </div>
  )
}

interface TestValuesProps {
  fields: readonly RuntimeField[]
  values: Readonly<Record<string, string>>
  onChange: (values: Record<string, string>) => void
}

/** Credentials for the test. They are in this page's memory only, and gone with it. */
function TestValues({ fields, values, onChange }: TestValuesProps) {
  if (fields.length === 0) return null
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-sm font-medium">Test values of runtime credentials</legend>
      <p className="text-xs text-ink-3">
        Left empty, a test uses what the event brings. What you type stays in this page’s memory and is gone when you
        leave.
      </p>
      {fields.map((field) => (
        <Field
          key={keyOf(field)}
          label={
            <span className="font-mono text-xs">
              {field.step} · {field.field}
            </span>
          }
          hint={
            field.reference === '' ? (
              'The binding has no reference yet.'
            ) : (
              <code className="font-mono">{field.reference}</code>
            )
          }
        >
          {(ids) => (
            <SecretInput
              {...ids}
              value={values[keyOf(field)] ?? ''}
              onChange={({ target }) => onChange({ ...values, [keyOf(field)]: target.value })}
            />
          )}
        </Field>
      ))}
    </fieldset>
  )
}
