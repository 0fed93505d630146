/** What is known of the event and the exports before anything is tested here: of the last run, and the newest test event. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { api, body } from '../api/client.ts'
import type { Run } from '../api/runs.ts'
import { testEventsQuery, type TestEvent } from '../api/test-events.ts'
import { relative } from '../ui/time.tsx'
import type { Json } from '../values/json.ts'
import { useEditor } from './context.tsx'
import { useDraft } from './draft/context.tsx'
import type { Sample } from './scope.ts'

function lastRunQuery(workflow: string) {
  return queryOptions({
    queryKey: ['last-run', workflow],
    queryFn: async ({ signal }): Promise<Run | null> => {
      const { runs } = await body(api.GET('/runs', { params: { query: { workflow, limit: 1 } }, signal }))
      const [last] = runs
      return last === undefined ? null : body(api.GET('/runs/{id}', { params: { path: { id: last.id } }, signal }))
    },
    staleTime: 60_000
  })
}

/** Fills the samples of the editor. What a test finds is newer, and stands. */
export function useSamples(): void {
  const { workflow, samples, learn } = useEditor()
  const { deployed } = useDraft()
  const run = useQuery({ ...lastRunQuery(workflow), enabled: deployed !== undefined }).data
  const event = useQuery(testEventsQuery(workflow)).data?.[0]
  const fill = useEffectEvent(() => {
    const known = { ...ofRun(run ?? undefined), ...ofEvent(event, run?.accepted_at) }
    learn(Object.fromEntries(Object.entries(known).filter(([path]) => !samples.has(path))))
  })
  useEffect(() => {
    if (run !== undefined || event !== undefined) fill()
  }, [run, event])
}

function ofRun(run: Run | undefined): Record<string, Sample> {
  if (run === undefined) return {}
  const from = `last run, ${ago(run.accepted_at)}`
  const steps = run.steps.filter(({ lane, exports }) => lane === '' && exports !== undefined)
  const entries = steps.map(({ name, exports = {} }) => [`steps.${name}`, { value: exports as Json, from }] as const)
  const event = run.event === undefined ? {} : { 'steps.trigger.event': { value: run.event as Json, from } }
  return { ...event, ...Object.fromEntries(entries) }
}

/** A test event that came after the last run says more of what comes next. */
function ofEvent(event: TestEvent | undefined, since: string | undefined): Record<string, Sample> {
  if (event === undefined || (since !== undefined && event.received_at < since)) return {}
  return { 'steps.trigger.event': { value: event.event as Json, from: `test event, ${ago(event.received_at)}` } }
}

function ago(at: string): string {
  return relative(Date.parse(at), Date.now())
}
