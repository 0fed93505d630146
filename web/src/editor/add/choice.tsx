import { Command } from 'cmdk'
import type { ReactNode } from 'react'
import { Tile } from '../step-icon.tsx'

export const HEADING =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3'

interface ChoiceProps {
  /** What it is told apart by, and found by; more words to find it by are `keywords`. */
  value: string
  keywords?: string[]
  icon: ReactNode
  title: string
  summary: string
  /** At the right. */
  aside?: ReactNode
  disabled?: boolean
  /** Shown whatever is searched for. */
  forceMount?: boolean
  onChoose: () => void
}

/** One thing that a step can be. */
export function Choice({ value, keywords, icon, title, summary, aside, disabled, forceMount, onChoose }: ChoiceProps) {
  return (
    <Command.Item
      value={value}
      {...(keywords === undefined ? {} : { keywords })}
      {...(forceMount === true ? { forceMount } : {})}
      disabled={disabled === true}
      onSelect={onChoose}
      className="flex cursor-default items-center gap-3 rounded-md px-2.5 py-1.5 select-none data-[disabled=true]:opacity-50 data-[selected=true]:bg-hover"
    >
      <Tile>{icon}</Tile>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{title}</span>
        <span className="block truncate text-xs text-ink-3">{summary}</span>
      </span>
      {aside === undefined ? null : <span className="shrink-0 text-xs text-ink-3">{aside}</span>}
    </Command.Item>
  )
}
