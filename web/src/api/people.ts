/** Signing in, and who may. Passwords and tokens are sent once, and are in no key of a query. */
import { queryOptions } from '@tanstack/react-query'
import { queries } from '../app/queries.ts'
import { enter, keepSession } from '../app/session.ts'
import { forgetSetupToken, setupToken } from '../app/setup-token.ts'
import { api, body, type Schemas } from './client.ts'

export type User = Schemas['User']
export type UserLink = Schemas['UserLink']
export type BrowserSession = Schemas['BrowserSession']

export async function signIn(name: string, password: string): Promise<void> {
  enter(await body(api.POST('/session', { body: { name, password } })))
}

/** Whose password the link sets. @param link which link it is: `useSetupLink` */
export const linkQuery = (link: number) =>
  queryOptions({
    queryKey: ['set-up link', link],
    queryFn: () => body(api.POST('/setup/check', { body: { token: setupToken() ?? '' } })),
    staleTime: Infinity,
    retry: false,
    enabled: link > 0
  })

/** Sets a password by link, and signs in. */
export async function setUp(name: string, password: string): Promise<void> {
  const session = await body(api.POST('/setup', { body: { token: setupToken() ?? '', name, password } }))
  forgetSetupToken()
  enter(session)
}

export async function changePassword(current: string, next: string): Promise<void> {
  keepSession(await body(api.PUT('/password', { body: { current, next } })))
  await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey })
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await body(api.GET('/sessions'))).sessions
})

export async function endSession(id: number): Promise<void> {
  await api.DELETE('/sessions/{id}', { params: { path: { id } } })
  await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey })
}

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async () => (await body(api.GET('/users'))).users
})

export async function addUser(name: string): Promise<UserLink> {
  const link = await body(api.POST('/users', { body: { name } }))
  await queries.invalidateQueries({ queryKey: usersQuery.queryKey })
  return link
}

export async function linkUser(name: string): Promise<UserLink> {
  const link = await body(api.POST('/users/{name}/link', { params: { path: { name } } }))
  await queries.invalidateQueries({ queryKey: usersQuery.queryKey })
  return link
}

export async function removeUser(name: string): Promise<void> {
  await api.DELETE('/users/{name}', { params: { path: { name } } })
  await queries.invalidateQueries({ queryKey: usersQuery.queryKey })
}
