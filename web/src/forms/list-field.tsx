import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../ui/button.tsx'
import { groupIds, type ControlIds } from '../ui/field.tsx'
import { Switch } from '../ui/switch.tsx'
import type { Json } from '../values/json.ts'
import type { Scope } from '../values/scope.ts'
import { JsonField } from './json-field.tsx'
import { NumberField } from './number-field.tsx'
import { textOf } from './prop-value.ts'
import { ReferenceField } from './reference-field.tsx'
import type { PropForm } from './step-offers.ts'

interface ListFieldProps {
  /** What each item is called, for screen readers: `Recipient 2`. */
  label: string
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  /** What a new item is. */
  fresh: Json
  ids: ControlIds
  prop: PropForm
  scope: Scope
}

/** A list, item by item. */
export function ListField({ prop, label, value, onChange, fresh, ids, scope }: ListFieldProps) {
  const items = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
  const change = (next: readonly Json[]): void => onChange(next.length === 0 ? undefined : [...next])
  return (
    <div role="group" {...groupIds(ids)} className="flex flex-col gap-1.5">
      {items.map((one, index) => (
        <div key={index} className="flex items-start gap-1">
          <div className="min-w-0 flex-1">
            <Item
              {...{ prop, scope }}
              value={one}
              onChange={(next) => change(items.with(index, next))}
              label={`${label} ${index + 1}`}
            />
          </div>
          {prop.disabled ? null : (
            <IconButton label={`Remove ${label} ${index + 1}`} onClick={() => change(items.toSpliced(index, 1))}>
              <X className="size-3.5" />
            </IconButton>
          )}
        </div>
      ))}
      <div>
        <Button size="small" disabled={prop.disabled} onClick={() => change([...items, fresh])}>
          <Plus className="size-3.5" /> Add item
        </Button>
      </div>
    </div>
  )
}

interface ItemProps {
  prop: PropForm
  value: Json
  onChange: (value: Json) => void
  label: string
  scope: Scope
}

function Item({ prop, value, onChange, label, scope }: ItemProps) {
  const kind = prop.type.replace('[]', '')
  if (kind === 'integer' && typeof value === 'number') {
    return <NumberField prop={prop} value={value} onChange={(next) => onChange(next ?? '')} label={label} />
  }
  if (kind === 'boolean' && typeof value === 'boolean') {
    return <Switch checked={value} onChange={onChange} aria-label={label} disabled={prop.disabled} />
  }
  if (kind === 'object') {
    return (
      <JsonField
        value={value}
        onChange={(next) => onChange(next ?? {})}
        scope={scope}
        label={label}
        disabled={prop.disabled}
      />
    )
  }
  return (
    <ReferenceField
      value={textOf(value)}
      onChange={(text) => onChange(kind === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text)}
      scope={scope}
      label={label}
      disabled={prop.disabled}
    />
  )
}
