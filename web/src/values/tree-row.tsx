import { Braces, Check, ChevronRight, Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../ui/button.tsx'
import { dragReference, isWithheld, lockOf } from './copying.ts'
import { Glimpse, kindOf } from './glimpse.tsx'
import { LongText } from './long-text.tsx'
import { Marked } from './pieces.tsx'
import { isLongText, pathOf, type Row } from './rows.ts'

export type Copied = 'path' | 'value'

interface TreeRowProps {
  row: Row
  id: string
  active: boolean
  query: string
  /** Whether its path means something where it is shown. */
  paths: boolean
  /** What was copied of it a moment ago. */
  copied: Copied | undefined
  onToggle: () => void
  /** Whether a click does something. */
  clickable: boolean
  onCopy: (what: Copied) => void
}

/** One value: its key, what can be seen of it, and what can be done with it. */
export function TreeRow({ row, id, active, query, paths, copied, onToggle, clickable, onCopy }: TreeRowProps) {
  const { node, open, place, count } = row
  const { key, value, source, depth } = node
  const name = key === undefined ? source.label : String(key)
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-posinset={place}
      aria-setsize={count}
      aria-selected={active}
      {...(open === undefined ? {} : { 'aria-expanded': open })}
      draggable={paths}
      onDragStart={(event) => dragReference(event.dataTransfer, pathOf(node))}
      className="group/row px-1"
    >
      <div
        className={`relative flex h-6.5 items-center gap-1 rounded pr-1 ${clickable ? 'cursor-pointer' : ''} ${active ? 'bg-hover' : 'group-hover/row:bg-hover'}`}
        style={{ paddingLeft: `${depth * 14 + 2}px` }}
      >
        <Chevron open={open} onToggle={onToggle} />
        <span
          className={`max-w-[60%] shrink-0 truncate font-mono text-xs ${typeof key === 'number' ? 'text-ink-3' : 'text-ink'}`}
        >
          <Marked text={name} query={query} />
        </span>
        <span className="min-w-0 flex-1 truncate pl-2 font-mono text-xs">
          <Glimpse value={value} query={query} open={open === true} />
        </span>
        <span className="shrink-0 pl-2 text-xs text-ink-3 group-hover/row:invisible group-data-[keys]/tree:group-aria-selected/row:invisible">
          {key === undefined && source.from !== undefined ? source.from : kindOf(value)}
        </span>
        <span
          className={`invisible absolute right-1 flex rounded bg-hover pl-1 group-hover/row:visible group-data-[keys]/tree:group-aria-selected/row:visible`}
        >
          {paths ? (
            <Act label="Copy path" keys="c" done={copied === 'path'} onPress={() => onCopy('path')} icon={<Braces />} />
          ) : null}
          {value === undefined ? null : (
            <Act
              label={uncopyable(value) ?? 'Copy value'}
              keys="shift+c"
              done={copied === 'value'}
              disabled={uncopyable(value) !== undefined}
              onPress={() => onCopy('value')}
              icon={<Copy />}
            />
          )}
        </span>
      </div>
      {open === true && isLongText(value) ? (
        <div className="cursor-text py-1 pr-1" style={{ paddingLeft: `${depth * 14 + 22}px` }} data-text>
          <LongText text={value} query={query} />
        </div>
      ) : null}
    </div>
  )
}

function Chevron({ open, onToggle }: { open: boolean | undefined; onToggle: () => void }) {
  if (open === undefined) return <span className="w-4 shrink-0" />
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden="true"
      onClick={(event) => {
        event.stopPropagation()
        onToggle()
      }}
      className="flex size-4 shrink-0 items-center justify-center rounded text-ink-3 hover:text-ink"
    >
      <ChevronRight className={`size-3.5 ${open ? 'rotate-90' : ''}`} />
    </button>
  )
}

interface ActProps {
  label: string
  keys: string
  done: boolean
  disabled?: boolean
  icon: ReactNode
  onPress: () => void
}

/** Not `disabled` in HTML: what cannot be copied says why when it is pointed at. */
function Act({ label, keys, done, disabled = false, icon, onPress }: ActProps) {
  return (
    <IconButton
      label={done ? 'Copied' : label}
      {...(disabled ? {} : { keys })}
      size="small"
      tabIndex={-1}
      aria-disabled={disabled}
      className="aria-disabled:opacity-40 [&>svg]:size-3.5"
      onClick={(event) => {
        event.stopPropagation()
        if (!disabled) onPress()
      }}
    >
      {done ? <Check className="text-good" /> : icon}
    </IconButton>
  )
}

/** Why a value cannot be copied, if so. */
export function uncopyable(value: Row['node']['value']): string | undefined {
  if (value === undefined) return 'There is no sample yet, so there is no value to copy.'
  const lock = lockOf(value)
  if (lock !== undefined) return `${lock} is a secret: this page has no value to copy. Copy its path instead.`
  return isWithheld(value) ? 'This was withheld, so there is no value to copy.' : undefined
}

/** What a screen reader says of a row. */
export function spoken({ node: { key, value, source } }: Row): string {
  const name = key === undefined ? source.label : typeof key === 'number' ? `item ${key}` : key
  const lock = lockOf(value)
  if (lock !== undefined) return `${name}, secret ${lock}, no value to copy`
  if (value === undefined) return `${name}, no sample yet`
  if (typeof value === 'object' && value !== null) return `${name}, ${kindOf(value).replace(' ·', ' of')}`
  return `${name}: ${String(value).slice(0, 120)}`
}
