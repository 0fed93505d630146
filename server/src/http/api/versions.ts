import { z } from 'zod'
import type { VersionEntry } from '../../workflow/version-texts.ts'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'
import { workflowMissing } from './workflows.ts'

const LONGEST_PAGE = 200

const VersionView = z
  .object({
    version: z.int().meta({ description: 'From 1.' }),
    deployment_id: z.uuid(),
    created_at: z.iso.datetime(),
    current: z.boolean()
  })
  .meta({ id: 'Version' })

const VersionText = VersionView.extend({
  text: z.string().meta({ description: 'The definition in YAML or JSON, as it was written.' })
}).meta({ id: 'VersionText' })

const params = z.object({ name: z.string().meta({ description: 'The workflow’s name.' }) })

/** What was deployed before, to be compared and restored. */
export function versionRoutes({ versions, versionTexts }: Pick<ApiServices, 'versions' | 'versionTexts'>): Route[] {
  const found = (name: string) => {
    const workflow = versions.workflow(name)
    if (workflow === undefined) throw workflowMissing()
    return workflow
  }
  const viewOf = (entry: VersionEntry, current: number): z.infer<typeof VersionView> => ({
    version: entry.version,
    deployment_id: entry.deploymentId,
    created_at: new Date(entry.createdAt).toISOString(),
    current: entry.version === current
  })
  return [
    route({
      method: 'GET',
      path: '/workflows/{name}/versions',
      summary: 'The versions of a workflow, newest first',
      params,
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(LONGEST_PAGE).default(50),
        before: z.coerce.number().int().optional().meta({ description: 'Only those before this version.' })
      }),
      answers: { 200: { description: 'The versions.', schema: z.object({ versions: z.array(VersionView) }) } },
      async handle({ params: { name }, query: { limit, before } }) {
        const { id, version } = found(name)
        const entries = await versionTexts.list(id, { limit, ...(before === undefined ? {} : { before }) })
        return { status: 200, body: { versions: entries.map((entry) => viewOf(entry, version)) } }
      }
    }),
    route({
      method: 'GET',
      path: '/workflows/{name}/versions/{version}',
      summary: 'One version with its text',
      params: params.extend({
        version: z.union([z.coerce.number().int().min(1), z.literal('current')], {
          error: 'expected the number of a version, or `current`'
        })
      }),
      answers: { 200: { description: 'The version.', schema: VersionText } },
      async handle({ params: { name, version } }) {
        const { id, version: current } = found(name)
        const entry = await versionTexts.read(id, version === 'current' ? current : version)
        if (entry === undefined) throw versionMissing()
        return { status: 200, body: { ...viewOf(entry, current), text: entry.text } }
      }
    })
  ]
}

function versionMissing(): HttpFault {
  return new HttpFault('version_missing', 404, 'this workflow has no such version', 'List them without the number.')
}
