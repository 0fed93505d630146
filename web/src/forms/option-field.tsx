import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import type { ControlIds } from '../ui/field.tsx'
import { ErrorNotice } from '../ui/notice.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { isObject, type Json, type JsonObject } from '../values/json.ts'
import { AskCredentials, keepKeys } from './offer-credentials.tsx'
import { defaultWords } from './prop-value.ts'
import { idOf, optionsQuery, type DraftStep, type PropForm } from './step-offers.ts'

interface Choice {
  label: string
  value: Json
}

interface OptionFieldProps {
  prop: PropForm
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  ids: ControlIds
  draft: DraftStep
  /** What else is filled in: choices may depend on it. */
  values: JsonObject
}

/** A value from a list: one that the action says, or one that its service is asked for. */
export function OptionField(props: OptionFieldProps) {
  return props.prop.async_options ? (
    <LoadedOptions {...props} />
  ) : (
    <Options {...props} choices={props.prop.options ?? []} />
  )
}

interface ListedProps extends OptionFieldProps {
  choices: readonly Choice[]
  onType?: (typed: string) => void
  onOpenChange?: (open: boolean) => void
  onMore?: () => void
  below?: React.ReactNode
}

function Options({ prop, value, onChange, ids, choices, onType, onOpenChange, onMore, below }: ListedProps) {
  const rest = {
    ...(onType && { onType }),
    ...(onMore && { onMore }),
    ...(onOpenChange && { onOpenChange })
  }
  const several = prop.type.endsWith('[]')
  const given = value === undefined ? [] : Array.isArray(value) && several ? value : [value]
  const chosen = given.map((one) => idOf({ value: plain(one) }))
  const labelOf = (one: Json): string => {
    const id = idOf({ value: plain(one) })
    return choices.find((choice) => idOf(choice) === id)?.label ?? words(one)
  }
  const set = (next: Json): void => {
    if (!several) return onChange(next)
    const id = idOf({ value: next })
    const without = given.filter((one) => idOf({ value: plain(one) }) !== id)
    const all = without.length === given.length ? [...given, next] : without
    onChange(all.length === 0 ? undefined : all)
  }
  const numbers = prop.type.startsWith('integer')
  // What a fixed list does not have is refused at deploy.
  const free = { onFree: (typed: string) => set(numbers && /^-?\d+$/.test(typed) ? Number(typed) : typed) }
  return (
    <Combobox
      {...ids}
      {...rest}
      below={below}
      {...(prop.async_options ? free : {})}
      disabled={prop.disabled}
      several={several}
      chosen={chosen}
      placeholder={defaultWords(prop) || 'Choose…'}
      shown={given.length === 0 ? undefined : several ? <Chosen of={given.map(labelOf)} /> : labelOf(given[0] ?? null)}
      choices={choices.map((choice) => ({
        value: idOf(choice),
        label: choice.label,
        ...hintOf(choice)
      }))}
      onChoose={(id) => set(JSON.parse(id) as Json)}
    />
  )
}

function LoadedOptions({ draft, values, ...props }: OptionFieldProps) {
  const { prop } = props
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const looked = useSettled(typed.trim())
  const asked = optionsQuery(draft, prop, values, looked)
  const { data, error, isFetching, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({ ...asked, enabled: open })
  const pages = data?.pages ?? []
  const choices = [
    ...new Map(pages.flatMap(({ options }) => options.map((one) => [idOf(one), one as Choice]))).values()
  ]
  return (
    <Options
      {...{ draft, values, ...props, choices }}
      onOpenChange={setOpen}
      {...(hasNextPage && !isFetching ? { onMore: () => void fetchNextPage() } : {})}
      {...(prop.use_query ? { onType: setTyped } : {})}
      below={<Below empty={choices.length === 0} {...{ error, busy: isFetching }} onAgain={() => void refetch()} />}
    />
  )
}

interface BelowProps {
  empty: boolean
  error: unknown
  busy: boolean
  onAgain: () => void
}

/** How loading stands. What a person types can be used whatever it is. */
function Below({ empty, error, busy, onAgain }: BelowProps) {
  if (busy)
    return (
      <p role="status" className="flex items-center gap-2 px-2 py-2 text-sm text-ink-3">
        <Spinner /> Asking the service…
      </p>
    )
  if (error !== null)
    return (
      <div className="flex flex-col gap-2 p-1">
        <ErrorNotice error={error} />
        <p className="px-1 text-xs text-ink-3">
          Choices come from the service, with the step’s credential. You can type a value, or use a reference.
        </p>
        <div className="flex flex-col gap-2">
          <Button size="small" onKeyDown={keepKeys} onClick={onAgain}>
            Ask again
          </Button>
          <AskCredentials />
        </div>
      </div>
    )
  if (empty)
    return <p className="px-2 py-2 text-sm text-ink-3">The service has nothing to choose from. You can type a value.</p>
  return null
}

function Chosen({ of }: { of: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {of.map((label) => (
        <span key={label} className="max-w-full truncate rounded bg-sunken px-1.5 text-xs leading-5">
          {label}
        </span>
      ))}
    </span>
  )
}

/** What was typed, once the typing has stopped for a moment: a service is not asked at every key. */
function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), 300)
    return () => clearTimeout(timer)
  }, [typed])
  return settled
}

/** What is written into the definition, where the words do not say it. */
function hintOf({ label, value }: Choice): { hint?: string } {
  if (typeof value === 'object' || typeof value === 'boolean' || String(value) === label) return {}
  return { hint: String(value) }
}

/** Some definitions hold the words beside the value. */
function plain(value: Json): Json {
  return isObject(value) && value['value'] !== undefined ? value['value'] : value
}

function words(value: Json): string {
  if (isObject(value) && typeof value['label'] === 'string') return value['label']
  return typeof value === 'string' ? value : JSON.stringify(value)
}
