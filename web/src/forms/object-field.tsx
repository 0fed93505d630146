import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { groupIds, Input, type ControlIds } from '../ui/field.tsx'
import type { Json } from '../values/json.ts'
import type { Scope } from '../values/scope.ts'
import { JsonField } from './json-field.tsx'
import { objectOfRows, readJson, rowsOfObject, textOf, type Row } from './prop-value.ts'
import { ReferenceField } from './reference-field.tsx'

interface ObjectFieldProps {
  label: string
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  scope: Scope
  ids: ControlIds
  disabled: boolean
  placeholder: string
}

/** An object: names and values in rows, or as JSON. */
export function ObjectField({ label, value, onChange, scope, ids, disabled, placeholder }: ObjectFieldProps) {
  const [json, setJson] = useState(() => rowsOfObject(value).some((row) => typeof row.value === 'object'))
  return (
    <div className="flex flex-col gap-1.5">
      {json ? (
        <JsonField {...{ value, onChange, scope, ids, disabled }} placeholder={placeholder || '{ }'} />
      ) : (
        <Rows {...{ label, value, onChange, scope, ids, disabled }} />
      )}
      <div>
        <Button size="small" look="quiet" className="-ml-2 text-ink-3!" onClick={() => setJson(!json)}>
          {json ? 'Edit as rows' : 'Edit as JSON'}
        </Button>
      </div>
    </div>
  )
}

function Rows({ label, value, onChange, scope, ids, disabled }: Omit<ObjectFieldProps, 'placeholder'>) {
  const [draft, setDraft] = useState<Row[]>()
  // Rows that have no name yet are known here only; what is changed elsewhere wins over them.
  const same = draft !== undefined && JSON.stringify(objectOfRows(draft)) === JSON.stringify(value)
  const rows = same ? draft : rowsOfObject(value)
  const change = (next: Row[]): void => {
    setDraft(next)
    onChange(objectOfRows(next))
  }
  return (
    <div role="group" {...groupIds(ids)} className="flex flex-col gap-1.5">
      {rows.map((row, index) => {
        const called = row.name === '' ? `${label} ${index + 1}` : row.name
        return (
          <div key={index} className="flex items-start gap-1">
            <Input
              aria-label={`Name of ${called}`}
              placeholder="name"
              value={row.name}
              disabled={disabled}
              className="w-2/5! shrink-0 font-mono"
              onChange={(event) => change(rows.with(index, { ...row, name: event.target.value }))}
            />
            <ReferenceField
              label={`Value of ${called}`}
              placeholder="value"
              value={textOf(row.value)}
              scope={scope}
              disabled={disabled}
              onChange={(text) => change(rows.with(index, { ...row, value: typedLike(row.value, text) }))}
            />
            {disabled ? null : (
              <IconButton label={`Remove ${called}`} onClick={() => change(rows.toSpliced(index, 1))}>
                <X className="size-3.5" />
              </IconButton>
            )}
          </div>
        )
      })}
      <div>
        <Button size="small" disabled={disabled} onClick={() => setDraft([...rows, { name: '', value: '' }])}>
          <Plus className="size-3.5" /> Add row
        </Button>
      </div>
    </div>
  )
}

/** Text stays text; where a number or the like stood, what reads as JSON is that. */
function typedLike(before: Json, text: string): Json {
  return typeof before === 'string' ? text : (readJson(text)?.value ?? text)
}
