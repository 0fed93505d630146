/** Tells those who do not see it what a key did. */
import { useSyncExternalStore } from 'react'

let said = ''
const listeners = new Set<() => void>()

export function announce(text: string): void {
  // The same text twice is two messages: a space at the end makes it another one.
  said = said === text ? `${text} ` : text
  for (const listener of listeners) listener()
}

/** What was said last; for a live region. */
export function useAnnounced(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => said
  )
}
