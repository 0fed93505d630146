import type { ComponentProps, ReactNode } from 'react'
import { Slot } from 'radix-ui'
import { Spinner } from './spinner.tsx'
import { Tooltip } from './tooltip.tsx'

type Look = 'primary' | 'plain' | 'quiet' | 'danger'
type Size = 'small' | 'medium'

const LOOKS: Record<Look, string> = {
  primary: 'bg-button text-button-ink hover:bg-button-hover border-transparent',
  plain: 'bg-surface text-ink border-line-strong hover:bg-hover',
  quiet: 'bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-surface text-bad-ink border-line-strong hover:bg-bad-soft'
}

const SIZES: Record<Size, string> = { small: 'h-7 px-2 text-xs gap-1.5', medium: 'h-8 px-3 text-sm gap-2' }

const SHAPE =
  'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap select-none ' +
  'transition-colors disabled:opacity-50 disabled:cursor-default aria-disabled:opacity-50'

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look
  size?: Size
  /** Whether what it started is going on: it shows so, and cannot be pressed. */
  busy?: boolean
  /** Gives the look to the one child, a link for example. */
  asChild?: boolean
  children: ReactNode
}

export function Button({
  look = 'plain',
  size = 'medium',
  busy = false,
  asChild = false,
  className = '',
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const classes = `${SHAPE} ${LOOKS[look]} ${SIZES[size]} ${className}`
  if (asChild)
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    )
  return (
    <button type="button" className={classes} disabled={disabled === true || busy} aria-busy={busy} {...rest}>
      {busy ? <Spinner /> : null}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  /** What it does: its name for screen readers, and its tooltip. */
  label: string
  /** Shown behind the label in the tooltip. */
  keys?: string
  size?: Size
}

/** A button that is an icon. */
export function IconButton({ label, keys, size = 'medium', className = '', children, ...rest }: IconButtonProps) {
  const side = size === 'small' ? 'size-6' : 'size-7'
  return (
    <Tooltip text={label} {...(keys === undefined ? {} : { keys })}>
      <button
        type="button"
        aria-label={label}
        className={`inline-flex ${side} shrink-0 items-center justify-center rounded-md text-ink-3 transition-colors hover:bg-hover hover:text-ink disabled:opacity-40 aria-pressed:bg-hover aria-pressed:text-ink data-[state=open]:bg-hover ${className}`}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  )
}
