/** Secrets of the environment. Values go in and never come out. */
import { queryOptions } from '@tanstack/react-query'
import { queries } from '../app/queries.ts'
import { api, body, type Schemas } from './client.ts'

export type EnvSecret = Schemas['EnvSecret']

export const environmentQuery = queryOptions({
  queryKey: ['env'],
  queryFn: async () => (await body(api.GET('/env'))).secrets
})

export interface NewSecret {
  value: string
  hosts: string[]
  headers: boolean | string[]
  query: string[]
  body: string[]
}

export async function saveVariable(name: string, secret: NewSecret): Promise<void> {
  await api.PUT('/env/{name}', { params: { path: { name } }, body: secret })
  await queries.invalidateQueries({ queryKey: environmentQuery.queryKey })
}

export async function removeVariable(name: string): Promise<void> {
  await api.DELETE('/env/{name}', { params: { path: { name } } })
  await queries.invalidateQueries({ queryKey: environmentQuery.queryKey })
}
