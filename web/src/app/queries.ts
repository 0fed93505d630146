import { QueryClient } from '@tanstack/react-query'
import { ApiProblem } from '../api/client.ts'

/**
 * What the page knows of the server. A refusal is an answer and is not asked for again; a server that does not answer is.
 * Nothing of it is kept anywhere but in memory.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof ApiProblem) && failures < 4,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5_000),
      // The server is on this machine or beside it: the browser's idea of being online says nothing of it.
      networkMode: 'always'
    },
    mutations: { networkMode: 'always' }
  }
})
