/** A list of runs that has been loaded far down, brought up to date by its newest page alone. */
import type { InfiniteData } from '@tanstack/react-query'
import type { Schemas } from '../../api/client.ts'
import type { RunFilter, RunItem, RunStatus } from '../../api/runs.ts'

type RunPages = InfiniteData<Schemas['RunPage']>

/**
 * Puts what is new in front of what is there, and what has changed in its place. What is older than the newest page keeps all
 * but its status; where that is filtered by, it goes.
 * @param newest the first page, as it is now
 * @param changed what was told of runs since the list was asked for, by id
 * @returns undefined where the newest page does not reach down to what is there: what came between is not known
 */
export function mergeNewest(
  { pages, pageParams }: RunPages,
  newest: Schemas['RunPage'],
  changed: ReadonlyMap<string, RunStatus>,
  filter: RunFilter
): RunPages | undefined {
  const fresh = new Map(newest.runs.map((run) => [run.id, run]))
  const known = new Set(pages.flatMap(({ runs }) => runs.map(({ id }) => id)))
  if (known.size > 0 && newest.next_cursor !== null && !newest.runs.some(({ id }) => known.has(id))) return undefined
  const update = (run: RunItem): RunItem[] => {
    const status = changed.get(run.id)
    const now = fresh.get(run.id) ?? (status === undefined || status === run.status ? run : { ...run, status })
    return now !== run && filter.status !== undefined && now.status !== filter.status ? [] : [now]
  }
  const updated = pages.map((page) =>
    page.runs.some(({ id }) => fresh.has(id) || changed.has(id)) ? { ...page, runs: page.runs.flatMap(update) } : page
  )
  const [first = newest, ...rest] = updated
  const came = newest.runs.filter(({ id }) => !known.has(id))
  return { pages: [{ ...first, runs: [...came, ...first.runs].sort(newestFirst) }, ...rest], pageParams }
}

/** A run's id begins with the time at which it came (RFC 9562, version 7). */
function newestFirst(a: RunItem, b: RunItem): number {
  return a.id < b.id ? 1 : -1
}
