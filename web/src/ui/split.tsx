import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'

interface SplitProps {
  /** Under which the width is kept in this browser. */
  name: string
  /** What the line between the two is called, for screen readers. */
  label: string
  /** Width of the second part at first, in percent. */
  initial: number
  children: readonly [ReactNode, ReactNode]
}

const LEAST = 28
const MOST = 68
const STEP = 2

/** Two parts beside each other; the line between them can be dragged, and moved by the arrow keys. */
export function Split({ name, label, initial, children }: SplitProps) {
  const key = `bellhop.split.${name}`
  const [width, setWidth] = useState(() => bounded(Number(localStorage.getItem(key)) || initial))
  function become(next: number) {
    const allowed = bounded(next)
    setWidth(allowed)
    localStorage.setItem(key, String(allowed))
  }
  function drag(event: PointerEvent<HTMLElement>) {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (box !== undefined) become(((box.right - event.clientX) / box.width) * 100)
  }
  function press(event: KeyboardEvent) {
    const by = event.key === 'ArrowLeft' ? STEP : event.key === 'ArrowRight' ? -STEP : 0
    if (by === 0) return
    event.preventDefault()
    event.stopPropagation()
    become(width + by)
  }
  const [first, second] = children
  return (
    <div className="flex min-h-0 min-w-0 flex-1">
      <div className="min-w-0 flex-1">{first}</div>
      <div
        role="separator"
        aria-label={label}
        aria-orientation="vertical"
        aria-valuenow={Math.round(100 - width)}
        aria-valuemin={100 - MOST}
        aria-valuemax={100 - LEAST}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={press}
        className="relative w-px shrink-0 cursor-col-resize touch-none bg-line after:absolute after:inset-y-0 after:-left-1 after:w-2 hover:bg-accent focus-visible:bg-accent"
      />
      <div className="min-w-0" style={{ width: `${width}%` }}>
        {second}
      </div>
    </div>
  )
}

function bounded(width: number): number {
  return Math.min(MOST, Math.max(LEAST, width))
}
