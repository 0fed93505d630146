import { useRef } from 'react'
import { useLive, type Connection } from '../../api/live.ts'
import { runsQuery, type RunFilter } from '../../api/runs.ts'
import { queries } from '../../app/queries.ts'
import type { Schemas } from '../../api/client.ts'

type Message = Schemas['ListMessage']

/** Under load every run tells of itself several times; the list is asked for again at most this often. */
const EVERY_MS = 700

/** Keeps a list of runs as it is on the server, while runs come, wait and end. */
export function useFresh(filter: RunFilter): Connection {
  const next = useRef<{ timer?: ReturnType<typeof setTimeout>; at: number }>({ at: 0 })
  return useLive<Message>('/runs/events', ['run', 'cut_off'], () => {
    if (next.current.timer !== undefined) return
    const wait = Math.max(30, next.current.at + EVERY_MS - Date.now())
    next.current.timer = setTimeout(() => {
      next.current = { at: Date.now() }
      void queries.invalidateQueries({ queryKey: runsQuery(filter).queryKey })
    }, wait)
  })
}
