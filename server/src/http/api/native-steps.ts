/** What is in force for steps in Python and Bash, for `bellhop doctor`. */
import { z } from 'zod'
import type { NativeStatus } from '../../sandbox/native/native.ts'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'

const NativeSteps = z
  .object({
    allowed: z.boolean().meta({ description: 'Whether the server was started with --allow-native-steps.' }),
    isolation: z
      .enum(['namespaces', 'user-namespaces', 'user'])
      .optional()
      .meta({ description: 'How their processes are kept apart; left out where they cannot be run.' }),
    python: z.string().optional().meta({ description: 'The version of the machine’s python3.' }),
    bash: z.string().optional(),
    problem: z.string().optional().meta({ description: 'Why they cannot be run.' })
  })
  .meta({ id: 'NativeSteps' })

export function nativeStepsRoute({ nativeSteps }: Pick<ApiServices, 'nativeSteps'>): Route {
  return route({
    method: 'GET',
    path: '/native-steps',
    summary: 'What is in force for steps in Python and Bash',
    answers: { 200: { description: 'What there is.', schema: NativeSteps } },
    handle: async () => ({
      status: 200,
      body: nativeSteps === undefined ? { allowed: false } : viewOf(await nativeSteps.status())
    })
  })
}

function viewOf(status: NativeStatus): z.output<typeof NativeSteps> {
  if ('unavailable' in status) return { allowed: true, problem: status.unavailable.message }
  const { python, bash } = status.interpreters
  return {
    allowed: true,
    isolation: status.level,
    ...(python === undefined ? {} : { python: python.version }),
    ...(bash === undefined ? {} : { bash: bash.version })
  }
}
