/**
 * A field for text with references in it. They are chips; `{{`, a `/` at the beginning of a word or the button at its end open the
 * picker, and a reference that is pasted or dropped becomes a chip. Its value is the template as it stands in the definition.
 */
import { Braces } from 'lucide-react'
import { Popover as Radix } from 'radix-ui'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { createPortal } from 'react-dom'
import { IconButton } from '../ui/button.tsx'
import { CONTROL, type ControlIds } from '../ui/field.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { referenceText } from '../values/paths.ts'
import { parseTemplate } from '../values/reference.ts'
import { itemsOf } from '../values/resolve.ts'
import type { Scope } from '../values/scope.ts'
import type { TreeHandle } from '../values/tree.tsx'
import { brokenWords, Chip } from './chip.tsx'
import { Picker } from './picker.tsx'
import { TemplateEditor } from './template-editor.ts'
import { ChipSlots } from './template-state.ts'

interface ReferenceFieldProps {
  value: string
  onChange: (value: string) => void
  /** What can be referred to. */
  scope: Scope
  /** Of the `Field` that it stands in. Otherwise it needs a `label`. */
  ids?: ControlIds
  label?: string
  multiline?: boolean
  placeholder?: string
  disabled?: boolean
  /**
   * Whether there may be nothing but references: the field of a credential. What else is typed stays in the field, which says why,
   * and is not handed on, so that it is written nowhere.
   */
  only?: boolean
  /** Whether the text is JSON, in whose texts a path in double quotes would not stand. */
  json?: boolean
  className?: string
}

/** A place in the text for what is picked. */
interface Asked {
  from: number
  to: number
  /** What was typed behind the keys that opened the picker: it is looked for, and the focus stays in the field. */
  query?: string
}

export function ReferenceField(props: ReferenceFieldProps) {
  const { value, onChange, scope, ids, label, multiline = false, disabled = false, only = false } = props
  const { json = false } = props
  const placeholder = props.placeholder ?? ''
  const host = useRef<HTMLDivElement>(null)
  const [slots] = useState(() => new ChipSlots())
  const [editor, setEditor] = useState<TemplateEditor>()
  const [asked, setAsked] = useState<Asked>()
  const [refused, setRefused] = useState(false)
  const tree = useRef<TreeHandle>(null)
  const latest = useRef({ onChange, scope, only, asked })
  useEffect(() => {
    latest.current = { onChange, scope, only, asked }
  })

  // The text at first; later ones are put in below.
  const [first] = useState(value)
  useEffect(() => {
    if (host.current === null) return
    const made = new TemplateEditor(host.current, first, multiline, slots, {
      changed: (text) => {
        const bad = latest.current.only && !isReferences(text)
        setRefused(bad)
        if (!bad) latest.current.onChange(text)
      },
      asked: (from, to) => setAsked({ from, to, query: '' }),
      moved: (before) => setAsked((now) => (now?.query === undefined ? now : follow(now, before))),
      pressed: (key) => {
        if (latest.current.asked?.query === undefined) return false
        if (key === 'Escape') setAsked(undefined)
        return key === 'Escape' || (STEERING.has(key) && tree.current?.press(key === 'Tab' ? 'Enter' : key) === true)
      },
      items: () => itemsOf(latest.current.scope)
    })
    setEditor(made)
    return () => made.view.destroy()
  }, [first, multiline, slots])

  useEffect(() => editor?.set(value), [editor, value])
  const named = ids === undefined ? { 'aria-label': label ?? '' } : { ...ids, 'aria-labelledby': `${ids.id}-label` }
  const attributes = JSON.stringify({ ...named, 'aria-multiline': multiline })
  useEffect(() => editor?.configure(attributes, placeholder, disabled), [editor, attributes, placeholder, disabled])

  const pick = (text: string): void => {
    if (asked !== undefined) editor?.replace(asked.from, asked.to + (asked.query?.length ?? 0), text)
    setAsked(undefined)
  }
  const ask = (open: boolean): void => {
    const { from, to } = editor?.view.state.selection.main ?? { from: 0, to: 0 }
    setAsked(open ? { from, to } : undefined)
  }
  return (
    <Radix.Root open={asked !== undefined} onOpenChange={ask}>
      <Radix.Anchor asChild>
        <div
          className={`${CONTROL} relative flex min-h-8 items-start py-0 pr-8 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent ${refused || ids?.['aria-invalid'] === true ? 'border-bad' : ''} ${disabled ? 'bg-sunken! text-ink-3' : ''} ${props.className ?? ''}`}
        >
          <div ref={host} className={`min-w-0 flex-1 ${multiline ? '[&_.cm-content]:min-h-16' : ''}`} />
          {disabled ? null : (
            <Radix.Trigger asChild>
              <IconButton label="Insert a reference" size="small" className="absolute top-0.75 right-0.75">
                <Braces className="size-3.5" />
              </IconButton>
            </Radix.Trigger>
          )}
        </div>
      </Radix.Anchor>
      {refused ? (
        <p role="alert" className="text-xs text-bad-ink">
          A credential is never written into a definition, so this is not kept. Point at where it comes from: a field of
          the event, an earlier step, or a secret variable, <code className="font-mono">{'{{env.NAME}}'}</code>.
        </p>
      ) : null}
      {ids === undefined ? null : <Broken slots={slots} scope={scope} />}
      <Radix.Portal>
        <Radix.Content
          align="end"
          sideOffset={5}
          collisionPadding={10}
          aria-label="Choose a reference"
          onOpenAutoFocus={(event) => {
            if (asked?.query !== undefined) event.preventDefault()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            editor?.view.focus()
          }}
          className="float-in z-50 w-[30rem] max-w-[calc(100vw-2rem)] rounded-lg bg-surface shadow-float outline-none"
        >
          <Picker
            scope={scope}
            onPick={(path) => pick(referenceText(json ? singleQuoted(path) : path))}
            tree={tree}
            {...(asked?.query === undefined ? {} : { query: asked.query })}
            onFound={(count) => {
              // Who writes `/orders` means no reference.
              if (count === 0 && asked?.query !== undefined && asked.to - asked.from === 1) setAsked(undefined)
            }}
            onExpression={() => {
              pick('{{  }}')
              const end = editor?.view.state.selection.main.head ?? 0
              editor?.goTo(end - 3)
            }}
          />
        </Radix.Content>
      </Radix.Portal>
      {editor === undefined ? null : (
        <Chips
          editor={editor}
          slots={slots}
          scope={scope}
          disabled={disabled}
          onChoose={(from, to) => setAsked({ from, to })}
        />
      )}
    </Radix.Root>
  )
}

/** What is there in place of what a reference names, under the field of its own that it stands in. */
function Broken({ slots, scope }: { slots: ChipSlots; scope: Scope }) {
  const parts = useSyncExternalStore(slots.subscribe, slots.now)
  const words = new Set(parts.flatMap(({ part }) => brokenWords(part, scope) ?? []))
  return [...words].map((one) => <Markdown key={one} text={one} className="text-xs text-bad-ink" />)
}

interface ChipsProps {
  editor: TemplateEditor
  slots: ChipSlots
  scope: Scope
  disabled: boolean
  onChoose: (from: number, to: number) => void
}

/** The chips, each where CodeMirror has made room for it. */
function Chips({ editor, slots, scope, disabled, onChoose }: ChipsProps) {
  return useSyncExternalStore(slots.subscribe, slots.now).map(({ element, part, text }, index) => {
    const place = (): { from: number; to: number } => {
      const from = editor.view.posAtDOM(element)
      return { from, to: from + text.length }
    }
    return createPortal(
      <Chip
        part={part}
        text={text}
        scope={scope}
        disabled={disabled}
        replace={(other) => editor.replace(place().from, place().to, other)}
        edit={() => editor.goTo(place().from + 2)}
        choose={() => onChoose(place().from, place().to)}
      />,
      element,
      `${index} ${text}`
    )
  })
}

/** Keys that go to the list while something is looked for by typing. */
const STEERING = new Set(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Enter', 'Tab'])

/** What is looked for after the cursor has moved or something was typed; undefined where that is over. */
function follow(asked: Asked, before: string): Asked | undefined {
  const query = before.slice(asked.to)
  if (before.length < asked.to || query.includes('}}') || query.includes('\n')) return undefined
  return { ...asked, query }
}

/** The path with its keys in single quotes, where they have none themselves. */
function singleQuoted(path: string): string {
  return path.replace(/\["([^"'\\]*)"\]/g, "['$1']")
}

/** Whether a text is nothing but references that are complete. */
function isReferences(text: string): boolean {
  return parseTemplate(text.trim()).every(({ kind }) => kind === 'path' || kind === 'expression')
}
