/** Components of npm packages. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, body } from '../../api/client.ts'

export function packagesQuery(search: string) {
  return queryOptions({
    queryKey: ['components', 'search', search],
    queryFn: ({ signal }) => body(api.GET('/components', { params: { query: { search } }, signal })),
    enabled: search.length > 1,
    staleTime: 300_000,
    placeholderData: keepPreviousData,
    retry: false
  })
}

/** What a package offers. It is fetched and looked at in the sandbox, which may take a minute. */
export function packageQuery(name: string) {
  return queryOptions({
    queryKey: ['components', 'package', name],
    queryFn: ({ signal }) => body(api.GET('/components/{package}', { params: { path: { package: name } }, signal })),
    staleTime: Infinity,
    retry: false
  })
}
