/** What is known of the event and the exports before anything is tested here: of the newest test event, or the last run. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { api, body } from '../api/client.ts'
import { relative } from '../ui/time.tsx'
import type { Json } from '../values/json.ts'
import { useEditor } from './context.tsx'
import type { Sample } from './scope.ts'

/** Fills the samples of the editor once. What a test finds later is newer, and stands. */
export function useSamples(): void {
  const { workflow, samples, learn } = useEditor()
  const { data } = useQuery({
    queryKey: ['test-events', workflow],
    queryFn: () => body(api.GET('/workflows/{name}/test-events', { params: { path: { name: workflow } } })),
    retry: false
  })
  const newest = data?.test_events[0]
  const fill = useEffectEvent(() => {
    if (newest === undefined || samples.has('steps.trigger.event')) return
    const from = `test event, ${relative(Date.parse(newest.received_at), Date.now())}`
    const found: Record<string, Sample> = { 'steps.trigger.event': { value: newest.event as Json, from } }
    learn(found)
  })
  useEffect(() => (newest === undefined ? undefined : fill()), [newest])
}
