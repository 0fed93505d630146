/** Who is signed in. */
import { queryOptions } from '@tanstack/react-query'
import { call, onSignedOut, proveWith } from '../api/client.ts'
import { queries } from './queries.ts'

interface Session {
  setup_needed: boolean
  user?: { name: string }
  /** Proves that a call comes from this page. */
  csrf?: string
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    const session = (await (await call('/session')).json()) as Session
    proveWith(session.csrf)
    return session
  },
  staleTime: Infinity
})

/** Forgets everything that was shown, and asks anew who is there. */
export async function renewSession(): Promise<void> {
  proveWith(undefined)
  queries.clear()
  await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
}

/** @param leave goes to the sign-in page */
export function watchSession(leave: () => void): void {
  onSignedOut(() => {
    proveWith(undefined)
    queries.clear()
    leave()
  })
}
