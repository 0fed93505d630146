/** Who is signed in. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, onSignedOut, proveWith } from '../api/client.ts'
import { queries } from './queries.ts'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    const session = await body(api.GET('/session'))
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
