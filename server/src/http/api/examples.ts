import { z } from 'zod'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'

const Example = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    text: z.string().meta({ description: 'The definition in YAML.' })
  })
  .meta({ id: 'Example' })

/** Workflows to begin with. */
export function examplesRoute({ examples }: Pick<ApiServices, 'examples'>): Route {
  return route({
    method: 'GET',
    path: '/examples',
    summary: 'Workflows to begin with',
    answers: { 200: { description: 'The examples.', schema: z.object({ examples: z.array(Example) }) } },
    handle: () => ({ status: 200, body: { examples: [...examples()] } })
  })
}
