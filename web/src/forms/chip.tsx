/** One reference as a chip: the end of its path, and what it is at the moment. */
import { FunctionSquare, Lock as LockIcon, TriangleAlert } from 'lucide-react'
import { Popover as Radix } from 'radix-ui'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { lockOf } from '../values/copying.ts'
import type { Json } from '../values/json.ts'
import { keyText, referenceText, type Key } from '../values/paths.ts'
import type { Braces } from '../values/reference.ts'
import { resolve, type Resolution } from '../values/resolve.ts'
import type { Scope } from '../values/scope.ts'
import { Value } from '../values/value.tsx'

/** What a chip is of, and what is known of it. */
interface Known {
  look: 'plain' | 'secret' | 'broken' | 'code'
  /** In the chip. */
  from?: string
  end: string
  /** What its value is now; undefined where nobody knows. */
  value?: Json
  /** Why there is no value, or what is wrong. */
  why?: string
  /** What to write instead. */
  suggestion?: string
}

const LOOKS: Record<Known['look'], { box: string; icon: ReactNode }> = {
  plain: { box: 'bg-accent-soft text-accent-ink', icon: null },
  secret: { box: 'bg-brass-soft text-brass-ink', icon: <LockIcon /> },
  broken: { box: 'bg-bad-soft text-bad-ink', icon: <TriangleAlert /> },
  code: { box: 'bg-sunken text-ink', icon: <FunctionSquare /> }
}

export interface ChipActions {
  /** Puts another text in its place; an empty one takes it away. */
  replace: (text: string) => void
  /** Makes it text that can be edited. */
  edit: () => void
  /** Lets another reference be chosen in its place. */
  choose: () => void
}

interface ChipProps extends ChipActions {
  part: Braces
  /** As it is written, with its braces. */
  text: string
  scope: Scope
  disabled: boolean
}

export function Chip({ part, text, scope, disabled, ...actions }: ChipProps) {
  const [open, setOpen] = useState(false)
  const known = knowledgeOf(part, scope)
  const { box, icon } = LOOKS[known.look]
  const press = (event: KeyboardEvent): void => {
    if (disabled || (event.key !== 'Backspace' && event.key !== 'Delete')) return
    event.preventDefault()
    actions.replace('')
  }
  const close = (act: () => void) => (): void => {
    setOpen(false)
    act()
  }
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Tooltip text={open ? text : <Sample known={known} />}>
        <Radix.Trigger
          onKeyDown={press}
          className={`mx-px inline-flex h-5 max-w-full items-center gap-1 rounded px-1.5 align-middle font-mono text-xs leading-none ${box}`}
        >
          {icon === null ? null : <span className="shrink-0 [&>svg]:size-3">{icon}</span>}
          <span className="sr-only">{KINDS[known.look]} </span>
          {known.from === undefined ? null : <span className="max-w-32 truncate">{known.from} </span>}
          <span className="max-w-60 truncate font-semibold">{known.end}</span>
          <Now known={known} />
        </Radix.Trigger>
      </Tooltip>
      <Radix.Portal>
        <Radix.Content
          side="bottom"
          align="start"
          sideOffset={5}
          collisionPadding={10}
          aria-label="Reference"
          className="float-in z-50 flex w-96 max-w-[calc(100vw-2rem)] flex-col gap-2.5 rounded-lg bg-surface p-3 shadow-float outline-none"
        >
          <code className="font-mono text-xs [overflow-wrap:anywhere] text-ink-2">{text}</code>
          <Details known={known} />
          {disabled ? null : (
            <div className="flex flex-wrap gap-1.5">
              {known.suggestion === undefined ? null : (
                <Button
                  size="small"
                  look="primary"
                  onClick={close(() => actions.replace(referenceText(known.suggestion ?? '')))}
                >
                  <span className="max-w-64 truncate">Use {known.suggestion}</span>
                </Button>
              )}
              <Button size="small" onClick={close(actions.choose)}>
                Choose another
              </Button>
              <Button size="small" onClick={close(actions.edit)}>
                Edit as text
              </Button>
              <Button size="small" look="quiet" onClick={close(() => actions.replace(''))}>
                Remove
              </Button>
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** What it is now, where it is pointed at. */
function Sample({ known }: { known: Known }) {
  if (known.value === undefined) return known.why ?? known.end
  const lock = lockOf(known.value)
  if (lock !== undefined) return `A secret, ${lock}: its value is shown to nobody.`
  const text = typeof known.value === 'string' ? known.value : JSON.stringify(known.value)
  return <span className="line-clamp-4 font-mono [overflow-wrap:anywhere]">{text.slice(0, 300) || 'empty text'}</span>
}

function Details({ known }: { known: Known }) {
  return (
    <>
      {known.why === undefined ? null : (
        <Markdown text={known.why} className={`text-sm ${known.look === 'broken' ? 'text-bad-ink' : 'text-ink-2'}`} />
      )}
      {known.value === undefined ? null : <Value value={known.value} label="its sample" className="max-h-52" />}
    </>
  )
}

/** Holds what can be read of the chip as it is written, for those who say it to their computer (WCAG 2.2, 2.5.3). */
/** What a screen reader says before a chip's own words. */
const KINDS: Record<Known['look'], string> = {
  plain: 'Reference',
  secret: 'Secret',
  broken: 'Broken reference',
  code: 'Expression'
}

/** What it is now, in the chip itself: only what is short enough to be read there. */
function Now({ known: { look, why, value } }: { known: Known }) {
  if (look === 'broken') return <span className="sr-only"> {why}</span>
  if (look !== 'plain' || value === undefined || typeof value === 'object') return null
  return (
    <>
      <span className="sr-only"> now </span>
      <span className="max-w-40 truncate border-l border-current/25 pl-1.5">{String(value).slice(0, 80)}</span>
    </>
  )
}

/** What is wrong with a reference, and what is there instead; undefined where nothing is. */
export function brokenWords(part: Braces, scope: Scope): string | undefined {
  const { look, why } = knowledgeOf(part, scope)
  return look === 'broken' ? why : undefined
}

function knowledgeOf(part: Braces, scope: Scope): Known {
  switch (part.kind) {
    case 'quoted':
      return { look: 'code', end: part.text, why: `Stands for the text ${part.text} itself.` }
    case 'wrong':
      return { look: 'broken', end: part.source || '{{ }}', why: part.message }
    case 'expression': {
      const broken = part.reads
        .map((keys) => resolve(scope, keys))
        .find((found) => found.kind === 'missing' && found.source === undefined)
      if (broken?.kind === 'missing') return { look: 'broken', end: part.source, why: broken.message }
      return { look: 'code', end: part.source, why: 'An expression, computed when the step runs.' }
    }
    case 'path':
      return pathKnown(part.keys, resolve(scope, part.keys))
  }
}

function pathKnown(keys: readonly Key[], found: Resolution): Known {
  const words = { end: endOf(keys), ...from(keys, found) }
  if (found.kind === 'missing') {
    const { message: why, suggestion } = found
    return { ...words, look: 'broken', why, ...(suggestion === undefined ? {} : { suggestion }) }
  }
  if (found.kind === 'unknown') return { ...words, look: 'plain', why: found.why }
  return { ...words, look: lockOf(found.value) === undefined ? 'plain' : 'secret', value: found.value }
}

/** Whose value it is, where the end does not say so. */
function from(keys: readonly Key[], found: Resolution): { from?: string } {
  const label = found.source?.label ?? (keys[0] === 'steps' && keys.length > 2 ? String(keys[1]) : undefined)
  return label === undefined || endOf(keys) === label ? {} : { from: label }
}

/** The last key with the places in lists around it: `id`, `items[0]`. */
function endOf(keys: readonly Key[]): string {
  const last = keys.findLastIndex((key) => typeof key === 'string')
  return (
    String(keys[last]) +
    keys
      .slice(last + 1)
      .map(keyText)
      .join('')
  )
}
