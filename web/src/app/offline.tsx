import { useQuery } from '@tanstack/react-query'
import { CloudOff } from 'lucide-react'
import { Unreachable } from '../api/client.ts'
import { answers } from '../api/reachable.ts'

/** Asks every few seconds whether the server is there, and says so when it is not. */
export function Offline() {
  const { error } = useQuery({
    queryKey: ['reachable'],
    queryFn: async () => {
      if (!(await answers())) throw new Unreachable()
      return true
    },
    refetchInterval: ({ state }) => (state.error === null ? 15_000 : 2_000),
    retry: false
  })
  if (error === null) return null
  return (
    <div role="alert" className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-sm text-warn-ink">
      <CloudOff className="size-4" aria-hidden="true" />
      The server does not answer. What you see may be old; the page goes on by itself when it is back.
    </div>
  )
}
