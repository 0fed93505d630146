import { RadioGroup as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export interface RadioChoice<T extends string> {
  value: T
  label: ReactNode
  hint?: ReactNode
}

interface RadiosProps<T extends string> {
  /** What is chosen, for screen readers. */
  label: string
  value: T | undefined
  onChange: (value: T) => void
  choices: readonly RadioChoice<T>[]
}

/** One of a few, each with a sentence that says what it means. */
export function Radios<T extends string>({ label, value, onChange, choices }: RadiosProps<T>) {
  return (
    <Radix.Root
      aria-label={label}
      value={value ?? ''}
      onValueChange={(next) => onChange(next as T)}
      className="flex flex-col gap-0.5"
    >
      {choices.map((choice) => (
        <Radix.Item
          key={choice.value}
          value={choice.value}
          className="group flex items-start gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-hover data-[state=checked]:bg-sunken"
        >
          <span
            aria-hidden="true"
            className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface group-data-[state=checked]:border-accent"
          >
            <Radix.Indicator className="size-2 rounded-full bg-accent" />
          </span>
          <span className="min-w-0">
            <span className="block text-sm text-ink">{choice.label}</span>
            {choice.hint === undefined ? null : <span className="block text-xs text-ink-3">{choice.hint}</span>}
          </span>
        </Radix.Item>
      ))}
    </Radix.Root>
  )
}
