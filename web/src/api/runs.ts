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

/** Runs of the first page, which is soon there, and of those that are loaded while a list is scrolled. */
const FIRST_PAGE = 100
const PAGE = 200

/** @param cursor of the page before; empty for the newest */
export function runsPage(filter: RunFilter, cursor: string, signal?: AbortSignal): Promise<Schemas['RunPage']> {
  const page = cursor === '' ? { limit: FIRST_PAGE } : { limit: PAGE, cursor }
  return body(
    api.GET('/runs', {
      params: { query: { ...page, ...(filter as object) } },
      ...(signal === undefined ? {} : { signal })
    })
  )
}

export function runsQuery(filter: RunFilter) {
  return infiniteQueryOptions({
    queryKey: ['runs', filter],
    queryFn: ({ pageParam, signal }) => runsPage(filter, pageParam, signal),
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
