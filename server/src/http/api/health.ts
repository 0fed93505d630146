import { z } from 'zod'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'

const HealthView = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    version: z.string(),
    reason: z.string().optional().meta({ description: 'Why it is unavailable, in a word.' })
  })
  .meta({ id: 'Health' })

/** For load balancers and supervisors, without a token: it says nothing that a caller could use. */
export function healthRoute({ health }: Pick<ApiServices, 'health'>): Route {
  return route({
    method: 'GET',
    path: '/health',
    summary: 'Whether the server takes on runs',
    open: true,
    answers: {
      200: { description: 'It does.', schema: HealthView },
      503: { description: 'It does not, just now.', schema: HealthView }
    },
    handle() {
      const { ready, version, reason } = health()
      const body = { status: ready ? 'ok' : 'unavailable', version, ...(reason === undefined ? {} : { reason }) }
      return { status: ready ? 200 : 503, body }
    }
  })
}
