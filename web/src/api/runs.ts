/** Runs, as the page asks for them. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, body, type Schemas } from './client.ts'

export type RunStatus = Schemas['RunStatus']
export type RunItem = Schemas['RunPage']['runs'][number]
export type Run = Schemas['Run']
export type Step = Schemas['Step']

/** What a list of runs is narrowed to. Times are ISO 8601. */
export interface RunFilter {
  workflow?: string
  status?: string
  since?: string
  until?: string
  text?: string
}

const PAGE = 100

export function runsQuery(filter: RunFilter) {
  return infiniteQueryOptions({
    queryKey: ['runs', filter],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/runs', {
          params: { query: { limit: PAGE, ...(filter as object), ...(pageParam === '' ? {} : { cursor: pageParam }) } },
          signal
        })
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined
  })
}

export function runQuery(id: string) {
  return queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => body(api.GET('/runs/{id}', { params: { path: { id } }, signal }))
  })
}

const UNFINISHED: ReadonlySet<RunStatus> = new Set(['running', 'waiting'])

export function isUnfinished(status: RunStatus): boolean {
  return UNFINISHED.has(status)
}
