/** What steps can be: the apps and actions of this server. It does not change while the server runs. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, body, type Schemas } from '../api/client.ts'

export type Action = Schemas['Action']
export type App = Schemas['App']

export interface Catalogue {
  apps: readonly App[]
  actions: readonly Action[]
  /** Languages of code steps that this server does not run are left out. */
  native: boolean
}

export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async (): Promise<Catalogue> => {
    const [apps, actions, native] = await Promise.all([
      body(api.GET('/apps')),
      body(api.GET('/actions')),
      body(api.GET('/native-steps'))
    ])
    const { allowed, problem } = native
    return { apps: apps.apps, actions: actions.actions, native: allowed && problem === undefined }
  },
  staleTime: Infinity
})

export const EMPTY_CATALOGUE: Catalogue = { apps: [], actions: [], native: false }

/** The catalogue; empty until it is there. */
export function useCatalogue(): Catalogue {
  return useQuery(catalogueQuery).data ?? EMPTY_CATALOGUE
}

/** The app that an action belongs to: the one whose credentials it uses. */
export function appOf(catalogue: Catalogue, action: Action): App | undefined {
  const [slug] = Object.values(action.apps)
  return catalogue.apps.find(({ app }) => app === slug)
}
