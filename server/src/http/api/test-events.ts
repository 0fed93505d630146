import { z } from 'zod'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'
import { workflowMissing } from './workflows.ts'

const TestEventView = z
  .object({ id: z.string(), received_at: z.iso.datetime(), event: z.json() })
  .meta({ id: 'TestEvent' })

/** Events that came with `x-pd-notrigger`, for trying a workflow. */
export function testEventsRoute({ versions, testEvents }: Pick<ApiServices, 'versions' | 'testEvents'>): Route {
  return route({
    method: 'GET',
    path: '/workflows/{name}/test-events',
    summary: 'The latest test events of a workflow, newest first',
    params: z.object({ name: z.string().meta({ description: 'The workflow’s name.' }) }),
    answers: {
      200: { description: 'The test events.', schema: z.object({ test_events: z.array(TestEventView) }) }
    },
    handle({ params: { name } }) {
      const deployed = versions.byName(name)
      if (deployed === undefined) throw workflowMissing()
      return { status: 200, body: { test_events: testEvents.list(deployed) } }
    }
  })
}
