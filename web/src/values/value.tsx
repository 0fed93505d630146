/** A value to be looked at: a text as text, what has something inside as a tree, and its JSON. */
import { useMemo, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { copyText, isWithheld } from './copying.ts'
import { Glimpse } from './glimpse.tsx'
import type { Json } from './json.ts'
import { LongText } from './long-text.tsx'
import { isLongText, sizeOf } from './rows.ts'
import { Tree } from './tree.tsx'

interface ValueProps {
  value: Json
  /** What it is, for screen readers: `the event`. */
  label: string
  /** The path that leads to it (`steps.trigger.event`), where references to it can be written. */
  path?: string
  /** Of a tree: its height, or the most that it may have. */
  className?: string
}

export function Value({ value, label, path, className = 'max-h-96' }: ValueProps) {
  const [raw, setRaw] = useState(false)
  const sources = useMemo(() => [{ path: path ?? '', label, sample: value }], [path, label, value])
  if (isLongText(value) && !isWithheld(value))
    return <Copyable value={value} text={<LongText text={value} className="min-w-0 flex-1" />} />
  if (sizeOf(value) === 0) {
    return (
      <Copyable
        value={value}
        text={
          <div className="min-w-0 flex-1 py-0.5 font-mono text-xs [overflow-wrap:anywhere]">
            <Glimpse value={value} tabbable />
          </div>
        }
      />
    )
  }
  return (
    <div className="flex min-h-0 flex-col gap-1">
      {raw ? (
        <LongText text={JSON.stringify(value, undefined, 2)} />
      ) : (
        <Tree sources={sources} inside label={label} paths={path !== undefined} className={className} />
      )}
      <div className="flex items-center justify-end gap-1">
        <Button look="quiet" size="small" aria-pressed={raw} onClick={() => setRaw(!raw)}>
          {raw ? 'Tree' : 'JSON'}
        </Button>
        <CopyButton label="Copy as JSON" text={() => copyText(value) ?? ''} />
      </div>
    </div>
  )
}

function Copyable({ value, text }: { value: Json; text: React.ReactNode }) {
  const copied = value === null || value === '' || isWithheld(value) ? undefined : copyText(value)
  return (
    <div className="flex items-start gap-1">
      {text}
      {copied === undefined ? null : <CopyButton label="Copy value" text={copied} />}
    </div>
  )
}
