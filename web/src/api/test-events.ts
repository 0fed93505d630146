/** Test events of a workflow, deployed or a draft. */
import { queryOptions } from '@tanstack/react-query'
import { queries } from '../app/queries.ts'
import { api, body, call, type Schemas } from './client.ts'
import { useLive, type Connection } from './live.ts'

export type TestEvent = Schemas['TestEvent']

export function testEventsQuery(workflow: string) {
  return queryOptions({
    queryKey: ['test-events', workflow],
    queryFn: async () =>
      (await body(api.GET('/workflows/{name}/test-events', { params: { path: { name: workflow } } }))).test_events
  })
}

export async function removeTestEvent(workflow: string, id: string): Promise<void> {
  await call(`/workflows/${encodeURIComponent(workflow)}/test-events/${encodeURIComponent(id)}`, { method: 'DELETE' })
  await queries.invalidateQueries({ queryKey: testEventsQuery(workflow).queryKey })
}

/** Shows test events as they arrive, while the component is there. */
export function useArrivals(workflow: string): Connection {
  return useLive<{ type: 'test_event' }>(
    `/workflows/${encodeURIComponent(workflow)}/test-events/events`,
    ['test_event'],
    () => void queries.invalidateQueries({ queryKey: testEventsQuery(workflow).queryKey })
  )
}
