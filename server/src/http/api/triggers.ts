import { z } from 'zod'
import type { FastifyRequest } from 'fastify'
import { originOf } from '../origin.ts'
import type { ApiServices } from '../services.ts'

export const Trigger = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('http'), url: z.string() }),
    z.object({
      type: z.literal('schedule'),
      next: z.iso
        .datetime()
        .nullable()
        .meta({ description: 'When it fires next; null while the workflow is switched off.' })
    })
  ])
  .meta({ id: 'Trigger' })

export interface TriggerParts {
  versions: Pick<ApiServices['versions'], 'nextTick'>
  /** By default, what the caller used. */
  publicUrl: string | undefined
}

/** What starts a workflow; one that is still to be deployed has an address. */
export async function triggersOf(
  parts: TriggerParts,
  request: FastifyRequest,
  id: number,
  endpoint: string
): Promise<z.infer<typeof Trigger>[]> {
  const next = await parts.versions.nextTick(id)
  if (next === undefined) return [{ type: 'http', url: urlOf(parts, request, endpoint) }]
  return [{ type: 'schedule', next: next === null ? null : new Date(next).toISOString() }]
}

export function urlOf({ publicUrl }: TriggerParts, request: FastifyRequest, endpoint: string): string {
  return `${originOf(request, publicUrl)}/in/${endpoint}`
}
