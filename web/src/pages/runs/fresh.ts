import { useEffect, useEffectEvent, useRef } from 'react'
import { useLive, type Connection } from '../../api/live.ts'
import { runsPage, runsQuery, type RunFilter, type RunStatus } from '../../api/runs.ts'
import { queries } from '../../app/queries.ts'
import type { Schemas } from '../../api/client.ts'
import { mergeNewest } from './merge.ts'

type Message = Schemas['ListMessage']

/** Under load every run tells of itself several times; the list is asked for again at most this often. */
const EVERY_MS = 700
/** So many pages are asked for again as a whole; of more, only the newest. */
const FEW_PAGES = 2

/** Keeps a list of runs as it is on the server, while runs come, wait and end. */
export function useFresh(filter: RunFilter): Connection {
  const next = useRef<{ timer?: ReturnType<typeof setTimeout>; at: number }>({ at: 0 })
  const changed = useRef(new Map<string, RunStatus>())
  const soon = (): void => {
    if (next.current.timer !== undefined) return
    const wait = Math.max(30, next.current.at + EVERY_MS - Date.now())
    next.current.timer = setTimeout(() => {
      next.current = { at: Date.now() }
      const told = changed.current
      changed.current = new Map()
      // What cannot be read now is told by the list, or by the next message.
      bringUpToDate(filter, told).catch(() => undefined)
    }, wait)
  }
  const connection = useLive<Message>('/runs/events', ['run', 'cut_off'], (message) => {
    if (message.type === 'run') changed.current.set(message.id, message.status)
    soon()
  })
  // What happened before it, or while it was broken, was not told.
  const opened = useEffectEvent(soon)
  useEffect(() => {
    if (connection === 'open') opened()
  }, [connection])
  return connection
}

async function bringUpToDate(filter: RunFilter, changed: ReadonlyMap<string, RunStatus>): Promise<void> {
  const { queryKey } = runsQuery(filter)
  const loaded = queries.getQueryData(queryKey)?.pages.length ?? 0
  if (loaded <= FEW_PAGES) return queries.invalidateQueries({ queryKey })
  const newest = await runsPage(filter, '')
  // A page on its way would put back what the list was when it was asked for; where one is, it comes first.
  await queries
    .getQueryCache()
    .find({ queryKey })
    ?.promise?.catch(() => undefined)
  queries.setQueryData(queryKey, (now) =>
    now === undefined ? undefined : (mergeNewest(now, newest, changed, filter) ?? { pages: [newest], pageParams: [''] })
  )
}
