import { z } from 'zod'
import { notYet } from '../../workflow/warnings.ts'
import { ProblemMistake } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { definitionBody } from './definition-body.ts'
import { inventoryOf } from './inventory.ts'
import { route, type Route } from './route.ts'

const CheckedStep = z
  .object({
    name: z.string(),
    auth: z
      .record(
        z.string(),
        z.object({
          app: z.string().meta({ description: 'The app’s slug.' }),
          kind: z.enum(['runtime', 'store', 'account', 'external_user', 'none']),
          says: z.string().meta({ description: 'One sentence: what a run does to get these credentials.' })
        })
      )
      .meta({ description: 'By the name that the step gives the app.' }),
    references: z.array(z.string()).meta({ description: 'Everything that the step refers to, as it is written.' })
  })
  .meta({ id: 'CheckedStep' })

const Checked = z
  .object({
    mistakes: z.array(ProblemMistake),
    warnings: z
      .array(ProblemMistake)
      .meta({ description: 'None while there are mistakes, or code that is not built.' }),
    definition: z.record(z.string(), z.json()).nullable().meta({ description: 'As it was written, as data.' }),
    plan: z
      .object({ steps: z.array(CheckedStep).meta({ description: 'All steps, those of an `each` behind it.' }) })
      .nullable()
      .meta({
        description: 'What is known of the steps, also while there are mistakes; null where it is no definition.'
      })
  })
  .meta({ id: 'CheckedDefinition' })

/** Judges a definition that is being written. */
export function checkRoute(services: Pick<ApiServices, 'versions' | 'accounts' | 'stores' | 'environment'>): Route {
  const there = inventoryOf(services)
  return route({
    method: 'POST',
    path: '/definitions/check',
    summary: 'Says what is wrong with a definition, and deploys nothing',
    description: 'Builds no code: what only a build can tell of it, a deploy does.',
    body: definitionBody,
    answers: { 200: { description: 'What is wrong, and what is known of its steps.', schema: Checked } },
    async handle({ body }) {
      const { mistakes, warnings, definition, steps, plan } = await services.versions.check(body)
      const missing = plan === undefined ? [] : await notYet(plan, there)
      return {
        status: 200,
        body: { mistakes, warnings: [...warnings, ...missing], definition, plan: steps && { steps } }
      }
    }
  })
}
