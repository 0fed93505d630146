/**
 * The token of a set-up link. It is taken out of the address before anything else of the page looks at it, and lives in memory
 * until it is used.
 */
import { useSyncExternalStore } from 'react'

let token: string | undefined
let changes = 0
const listeners = new Set<() => void>()

function take(): void {
  if (location.pathname !== '/setup' || location.hash === '') return
  token = location.hash.slice(1)
  changes += 1
  history.replaceState(history.state, '', '/setup')
  for (const listener of listeners) listener()
}

take()
// Another link that is opened in the same tab changes nothing else of its address.
addEventListener('hashchange', take)

export function setupToken(): string | undefined {
  return token
}

/** It is used up. */
export function forgetSetupToken(): void {
  token = undefined
}

/** Which link it is, by a number that says nothing of it; 0 for none. */
export function useSetupLink(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => changes
  )
}
