import { Command } from 'cmdk'
import { Check, ChevronDown } from 'lucide-react'
import { Popover as Radix } from 'radix-ui'
import { useId, useState, type MouseEvent, type ReactNode } from 'react'
import { CONTROL, type ControlIds } from './field.tsx'

export interface ComboboxChoice {
  value: string
  label: string
  hint?: ReactNode
}

interface ComboboxProps extends Partial<ControlIds> {
  /** What is chosen, by the values of choices. */
  chosen: readonly string[]
  /** What the closed field shows; the placeholder where it is empty. */
  shown: ReactNode
  choices: readonly ComboboxChoice[]
  onChoose: (value: string) => void
  /** Whether more than one can be chosen: it stays open then. */
  several?: boolean
  placeholder?: string
  disabled?: boolean
  /** Given where the choices are searched elsewhere: by whoever makes them. */
  onType?: (typed: string) => void
  /** What is to be done with a text that is no choice; absent where only choices will do. */
  onFree?: (typed: string) => void
  /** Under the choices: that they are being loaded, or could not be. */
  below?: ReactNode
  /** Gets further choices. */
  onMore?: () => void
  onOpenChange?: (open: boolean) => void
  'aria-label'?: string
}

/** More are not drawn: whoever wants another types a part of it. */
const MOST = 100

/** One or some of many, with a search. */
export function Combobox(props: ComboboxProps) {
  const { chosen, shown, choices, onChoose, several = false, placeholder = 'Choose…', disabled = false } = props
  const { onType, onFree, below, onMore, onOpenChange, ...ids } = rest(props)
  const list = useId()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const change = (next: boolean): void => {
    setOpen(next)
    type('')
    onOpenChange?.(next)
  }
  const type = (text: string): void => {
    setTyped(text)
    onType?.(text)
  }
  const choose = (act: () => void) => (): void => {
    act()
    if (!several) change(false)
  }
  const wanted = typed.trim().toLowerCase()
  const found =
    onType !== undefined || wanted === ''
      ? choices
      : choices.filter(
          ({ label, value }) => label.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted)
        )
  return (
    <Radix.Root open={open} onOpenChange={change}>
      <Radix.Trigger asChild>
        <button
          type="button"
          role="combobox"
          aria-controls={list}
          aria-expanded={open}
          disabled={disabled}
          className={`${CONTROL} flex min-h-8 items-center justify-between gap-2 py-1 text-left`}
          {...ids}
        >
          <span className={`min-w-0 flex-1 ${several ? '' : 'truncate'}`}>
            {shown ?? <span className="text-ink-3">{placeholder}</span>}
          </span>
          <ChevronDown className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
        </button>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          id={list}
          align="start"
          sideOffset={4}
          collisionPadding={10}
          aria-label={props['aria-label'] ?? 'Choices'}
          className="float-in z-50 w-(--radix-popover-trigger-width) min-w-64 rounded-lg bg-surface shadow-float outline-none"
        >
          <Command shouldFilter={false} label="Choices">
            <Command.Input
              value={typed}
              onValueChange={type}
              placeholder="Search"
              className="h-9 w-full border-b bg-transparent px-3 text-sm outline-none placeholder:text-ink-3"
            />
            <Command.List onMouseDown={keepFocus} className="max-h-72 overflow-auto p-1">
              {found.slice(0, MOST).map(({ value, label, hint }) => (
                <Item
                  key={value}
                  value={`=${value}`}
                  checked={chosen.includes(value)}
                  onSelect={choose(() => onChoose(value))}
                >
                  <span className="block truncate">{label}</span>
                  {hint === undefined ? null : <span className="block truncate text-xs text-ink-3">{hint}</span>}
                </Item>
              ))}
              {onFree === undefined || wanted === '' || found.some(({ value }) => value === typed.trim()) ? null : (
                <Item value="free" checked={false} onSelect={choose(() => onFree(typed.trim()))}>
                  Use “<span className="[overflow-wrap:anywhere]">{typed.trim()}</span>”
                </Item>
              )}
              {found.length > MOST ? (
                <p className="px-2 py-1.5 text-xs text-ink-3">
                  {(found.length - MOST).toLocaleString('en')} more: type a part of the name.
                </p>
              ) : null}
              {found.length === 0 && below === undefined && onFree === undefined ? (
                <p className="px-2 py-3 text-sm text-ink-3">Nothing of this name.</p>
              ) : null}
              {below}
              {onMore === undefined ? null : (
                <Item value="more" checked={false} onSelect={onMore}>
                  <span className="text-accent-ink">Load more</span>
                </Item>
              )}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The field for searching keeps the focus, but for other fields. */
function keepFocus(event: MouseEvent): void {
  if (!(event.target instanceof HTMLInputElement)) event.preventDefault()
}

function rest(props: ComboboxProps) {
  const {
    chosen: _c,
    shown: _s,
    choices: _h,
    onChoose: _o,
    several: _v,
    placeholder: _p,
    disabled: _d,
    ...others
  } = props
  return others
}

interface ItemProps {
  value: string
  checked: boolean
  onSelect: () => void
  children: ReactNode
}

function Item({ value, checked, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex cursor-default items-center gap-2 rounded px-2 py-1.5 text-sm select-none data-[selected=true]:bg-hover"
    >
      <span className="min-w-0 flex-1">{children}</span>
      {checked ? <Check className="size-3.5 shrink-0 text-accent" aria-label="chosen" /> : null}
    </Command.Item>
  )
}
