import { z } from 'zod'
import type { FastifyRequest } from 'fastify'
import type { Draft } from '../../workflow/drafts.ts'
import { draftMissing } from '../../workflow/draft-commands.ts'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'
import { Trigger, triggersOf, urlOf, type TriggerParts } from './triggers.ts'

const params = z.object({ name: z.string().meta({ description: 'The workflow’s name.' }) })
const time = z.iso.datetime()
const revision = z.int().min(0)
const text = z.string()

const DraftView = z
  .object({
    name: z.string(),
    text: text.meta({ description: 'YAML, as it was written.' }),
    revision: revision.meta({ description: 'Counts changes, from 1.' }),
    base_version: z
      .int()
      .nullable()
      .meta({ description: 'The version that it began with; null where there was none.' }),
    updated_at: time,
    triggers: z.array(Trigger).meta({
      description:
        'What is sent to the address of a draft that is not deployed is kept as a test event, and runs nothing.'
    })
  })
  .meta({ id: 'Draft' })

const DraftEntry = z
  .object({ name: z.string(), updated_at: time, base_version: z.int().nullable(), endpoint_url: z.string() })
  .meta({ id: 'DraftEntry' })

const newDraft = z.strictObject({
  name: z.string().optional().meta({ description: 'Left out: the text’s, or that with a number where it is taken.' }),
  text: text.optional().meta({ description: 'Left out: a definition without steps.' }),
  example: z.string().optional().meta({ description: 'The name of an example to begin with, instead of a text.' })
})

const saved = z.strictObject({
  text,
  revision: revision.meta({ description: 'The one that this is a change of; 0 where there is no draft yet.' }),
  name: z.string().optional().meta({ description: 'Another name, for a workflow that was never deployed.' })
})

/** What is being written, and is not deployed. */
export function draftRoutes(
  services: Pick<ApiServices, 'versions' | 'drafts' | 'examples'>,
  publicUrl: string | undefined
): Route[] {
  const { versions, drafts } = services
  const parts: TriggerParts = { versions, publicUrl }
  const viewOf = async (request: FastifyRequest, draft: Draft): Promise<z.infer<typeof DraftView>> => ({
    name: draft.name,
    text: draft.text,
    revision: draft.revision,
    base_version: draft.baseVersion,
    updated_at: new Date(draft.updatedAt).toISOString(),
    triggers: await triggersOf(parts, request, draft.workflowId, draft.endpoint)
  })
  return [
    route({
      method: 'GET',
      path: '/drafts',
      summary: 'Workflows that were never deployed, by name',
      answers: { 200: { description: 'The drafts.', schema: z.object({ drafts: z.array(DraftEntry) }) } },
      async handle({ request }) {
        const entries = (await drafts.list()).filter(({ deployed }) => !deployed)
        const views = entries.map(({ name, updatedAt, baseVersion, endpoint }) => ({
          name,
          updated_at: new Date(updatedAt).toISOString(),
          base_version: baseVersion,
          endpoint_url: urlOf(parts, request, endpoint)
        }))
        return { status: 200, body: { drafts: views } }
      }
    }),
    route({
      method: 'POST',
      path: '/drafts',
      summary: 'Makes a workflow that is a draft, with an address of its own',
      description: 'It keeps name and address when it is deployed.',
      body: jsonBody(newDraft),
      answers: { 201: { description: 'The draft.', schema: DraftView } },
      async handle({ body: { name, text: given, example }, request }) {
        if (given !== undefined && example !== undefined) throw bothGiven()
        const written = given ?? (example === undefined ? undefined : exampleText(services, example))
        const draft = await drafts.create({
          ...(name === undefined ? {} : { name }),
          ...(written === undefined ? {} : { text: written })
        })
        return { status: 201, body: await viewOf(request, draft) }
      }
    }),
    route({
      method: 'GET',
      path: '/workflows/{name}/draft',
      summary: 'The draft of a workflow',
      params,
      answers: { 200: { description: 'The draft.', schema: DraftView } },
      async handle({ params: { name }, request }) {
        const draft = await drafts.find(name)
        if (draft === undefined) throw draftMissing()
        return { status: 200, body: await viewOf(request, draft) }
      }
    }),
    route({
      method: 'PUT',
      path: '/workflows/{name}/draft',
      summary: 'Keeps what is being written',
      description: 'Refused with `draft_changed` where it was changed elsewhere since it was read.',
      params,
      body: jsonBody(saved),
      answers: { 200: { description: 'The draft as it is now.', schema: DraftView } },
      async handle({ params: { name }, body, request }) {
        const { text: given, revision: before, name: rename } = body
        const draft = await drafts.save(name, {
          text: given,
          revision: before,
          ...(rename === undefined ? {} : { rename })
        })
        return { status: 200, body: await viewOf(request, draft) }
      }
    }),
    route({
      method: 'DELETE',
      path: '/workflows/{name}/draft',
      summary: 'Drops what is not deployed',
      description: 'Of a workflow that was never deployed nothing stays, its address and test events included.',
      params,
      answers: { 204: { description: 'It is gone.' } },
      async handle({ params: { name } }) {
        await drafts.remove(name)
        return { status: 204 }
      }
    })
  ]
}

function exampleText({ examples }: Pick<ApiServices, 'examples'>, name: string): string {
  const example = examples().find((each) => each.name === name)
  if (example !== undefined) return example.text
  throw new HttpFault('example_missing', 404, 'there is no example of this name', 'List them with `GET /examples`.')
}

function bothGiven(): HttpFault {
  return new HttpFault('bad_draft', 400, '`text` and `example` exclude each other', 'Send one of them.')
}
