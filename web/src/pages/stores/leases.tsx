import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body } from '../../api/client.ts'
import { Time } from '../../ui/time.tsx'

/** What runs hold of stores and could not be renewed or given back. Shown only where there is such a thing. */
export function Leases() {
  const { data } = useQuery({
    queryKey: ['leases'],
    queryFn: async () => (await body(api.GET('/leases'))).leases,
    refetchInterval: 30_000
  })
  if (data === undefined || data.length === 0) return null
  return (
    <section aria-label="Leases in trouble" className="px-6 py-5">
      <h2 className="mb-1 text-base font-semibold">Leases in trouble</h2>
      <p className="mb-3 text-sm text-ink-3">
        Runs hold these of a store, and they could not be renewed or given back yet.
      </p>
      <ul>
        {data.map((lease) => (
          <li key={`${lease.run} ${lease.expires_at}`} className="flex items-center gap-4 border-t py-2 text-sm">
            <span className="w-40 truncate font-medium">{lease.store}</span>
            <Link
              to="/runs/$id"
              params={{ id: lease.run }}
              className="font-mono text-xs text-accent-ink hover:underline"
            >
              {lease.run.slice(-12)}
            </Link>
            <span className="min-w-0 flex-1 truncate text-bad-ink">{lease.problem}</span>
            <span className="text-xs text-ink-3">
              next try <Time at={lease.next_try_at} />, lapses <Time at={lease.expires_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
