/** Who is signed in. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, onSignedOut, proveWith, type Schemas } from '../api/client.ts'
import { queries } from './queries.ts'

type Session = Schemas['Session']

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    const session = await body(api.GET('/session'))
    proveWith(session.csrf)
    return session
  },
  staleTime: Infinity
})

/** Somebody has signed in: nothing that was shown to somebody else stays. */
export function enter(session: Session): void {
  queries.clear()
  keepSession(session)
}

/** The same person goes on with another session. */
export function keepSession(session: Session): void {
  proveWith(session.csrf)
  queries.setQueryData(sessionQuery.queryKey, session)
}

/**
 * Goes, and leaves nothing: the page that is shown would ask again for what is forgotten under it.
 * @param leave resolves when the sign-in page is there
 */
async function goOut(leave: () => Promise<void>): Promise<void> {
  keepSession({ setup_needed: false })
  await leave()
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
}

/**
 * @param everywhere ends the sessions of all of this person's browsers
 * @param leave goes to the sign-in page
 */
export async function signOut(everywhere: boolean, leave: () => Promise<void>): Promise<void> {
  await (everywhere ? api.DELETE('/sessions') : api.DELETE('/session'))
  await goOut(leave)
}

/** @param leave goes to the sign-in page */
export function watchSession(leave: () => Promise<void>): void {
  onSignedOut(() => void goOut(leave))
}
