/** Rows of one height, of which only those in sight are in the page: what it costs does not grow with how many there are. */
import { useEffect, useState, type RefObject } from 'react'

/** Rows that are made above and below what is in sight, so that a fast scroll shows no gap. */
const AROUND = 20

export interface Window {
  /** The first row that is made. */
  from: number
  /** Behind the last one. */
  to: number
  /** Scrolls as little as brings a row into sight. */
  show: (index: number) => void
}

/**
 * @param box what scrolls, and has nothing above the rows
 * @param height of a row, in pixels
 */
export function useWindow(box: RefObject<HTMLElement | null>, count: number, height: number): Window {
  const [seen, setSeen] = useState({ first: 0, rows: 0 })
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const look = (): void => {
      const first = Math.floor(element.scrollTop / height)
      const rows = Math.ceil(element.clientHeight / height)
      setSeen((now) => (now.first === first && now.rows === rows ? now : { first, rows }))
    }
    const sized = new ResizeObserver(look)
    sized.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      sized.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [box, height])
  return {
    from: Math.max(0, Math.min(count, seen.first) - AROUND),
    to: Math.min(count, seen.first + seen.rows + AROUND),
    show(index) {
      const element = box.current
      if (element === null) return
      const top = index * height
      const least = top + height - element.clientHeight
      element.scrollTo({ top: Math.min(top, Math.max(least, element.scrollTop)) })
    }
  }
}
