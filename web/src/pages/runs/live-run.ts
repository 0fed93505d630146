import { useRef } from 'react'
import type { Schemas } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { runQuery } from '../../api/runs.ts'
import { queries } from '../../app/queries.ts'

type Message = Schemas['LiveMessage']

/** A run that does much tells much; it is read again at most this often. */
const EVERY_MS = 250

/** Keeps a run as it is on the server until it has ended. */
export function useLiveRun(id: string, going: boolean): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const types = [
    'snapshot',
    'step_started',
    'attempt_failed',
    'step_finished',
    'item_finished',
    'waiting',
    'ended'
  ] as const
  useLive<Message>(going ? `/runs/${id}/events` : undefined, types, (message) => {
    if (message.type === 'snapshot') {
      queries.setQueryData(runQuery(id).queryKey, message.run)
      return
    }
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void queries.invalidateQueries({ queryKey: runQuery(id).queryKey })
    }, EVERY_MS)
  })
}
