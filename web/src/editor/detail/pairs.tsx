import { Plus, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { isObject, type Json, type JsonObject } from '../../values/json.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { useAt } from './bound.tsx'
import type { Path } from '../path.ts'

interface Row {
  key: string
  value: Json
}

interface PairsProps {
  path: Path
  /** What a pair is: `header`, `variable`. */
  of: string
  keyPlaceholder: string
  /** The control of a value. */
  children: (value: Json, set: (value: Json) => void, label: string) => ReactNode
}

/** An object whose keys a person chooses: a row for each. A row without a key is not in the document yet. */
export function PairsAt({ path, of, keyPlaceholder, children }: PairsProps) {
  const { value, set, error } = useAt(path)
  const written = isObject(value) ? value : {}
  const [typed, setTyped] = useState<Row[]>(() => rowsOf(written))
  const rows = JSON.stringify(objectOf(typed)) === JSON.stringify(written) ? typed : rowsOf(written)
  function change(next: Row[]) {
    setTyped(next)
    const object = objectOf(next)
    set(Object.keys(object).length === 0 ? undefined : object)
  }
  function put(index: number, row: Row) {
    change(rows.map((each, place) => (place === index ? row : each)))
  }
  return (
    <div className="flex flex-col gap-2">
      {rows.map((row, index) => (
        <div key={index} className="flex items-start gap-2">
          <Input
            aria-label={`Name of ${of} ${index + 1}`}
            value={row.key}
            placeholder={keyPlaceholder}
            className="w-2/5 shrink-0 font-mono text-xs"
            onChange={({ target }) => put(index, { ...row, key: target.value })}
          />
          <div className="min-w-0 flex-1">
            {children(row.value, (next) => put(index, { ...row, value: next }), row.key || `${of} ${index + 1}`)}
          </div>
          <IconButton
            label={`Remove ${row.key || `this ${of}`}`}
            onClick={() => change(rows.filter((_, place) => place !== index))}
          >
            <X className="size-3.5" />
          </IconButton>
        </div>
      ))}
      {error === undefined ? null : <p className="text-xs text-bad-ink">{error}</p>}
      <div>
        <Button size="small" look="quiet" onClick={() => setTyped([...rows, { key: '', value: '' }])}>
          <Plus className="size-3.5" />
          Add a {of}
        </Button>
      </div>
    </div>
  )
}

function rowsOf(object: JsonObject): Row[] {
  return Object.entries(object).map(([key, value]) => ({ key, value }))
}

function objectOf(rows: readonly Row[]): JsonObject {
  return Object.fromEntries(rows.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]))
}
