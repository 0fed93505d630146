/** Apps, connected accounts and stores, as the page asks for them. Values of credentials go in and never come out. */
import { queryOptions } from '@tanstack/react-query'
import { queries } from '../app/queries.ts'
import { api, body, type Schemas } from './client.ts'

export type Account = Schemas['Account']
export type Store = Schemas['Store']

export const appsQuery = queryOptions({
  queryKey: ['apps'],
  queryFn: async () => (await body(api.GET('/apps'))).apps,
  staleTime: Infinity
})

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: async () => (await body(api.GET('/accounts'))).accounts
})

export const storesQuery = queryOptions({
  queryKey: ['stores'],
  queryFn: async () => (await body(api.GET('/stores'))).stores
})

export const storeKindsQuery = queryOptions({
  queryKey: ['store-kinds'],
  queryFn: async () => (await body(api.GET('/store-kinds'))).kinds,
  staleTime: Infinity
})

/** Connects an account, or replaces its values. */
export async function saveAccount(
  app: string,
  name: string,
  fields: Record<string, string>,
  unlisted: boolean
): Promise<void> {
  await api.PUT('/accounts/{app}/{name}', { params: { path: { app, name } }, body: { fields, unlisted } })
  await queries.invalidateQueries({ queryKey: accountsQuery.queryKey })
}

export async function removeAccount(app: string, name: string): Promise<void> {
  await api.DELETE('/accounts/{app}/{name}', { params: { path: { app, name } } })
  await queries.invalidateQueries({ queryKey: accountsQuery.queryKey })
}
