import { z } from 'zod'
import type { FastifyRequest } from 'fastify'
import { entriesOfDeploy } from '../../history/audit.ts'
import { DefinitionFault } from '../../workflow/definition-fault.ts'
import type { Deployment as DeploymentOf, Workflow } from '../../workflow/versions.ts'
import { ActivityView } from '../../history/views.ts'
import { notYet } from '../../workflow/warnings.ts'
import { HttpFault, ProblemMistake } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { definitionBody } from './definition-body.ts'
import { LINES, lineSchema, sendLines, wantsLines } from './deploying.ts'
import { inventoryOf } from './inventory.ts'
import { jsonBody, route, type Route } from './route.ts'
import { Trigger, triggersOf, type TriggerParts } from './triggers.ts'

const name = z.string().meta({ description: 'The workflow’s name.' })
const params = z.object({ name })
const time = z.iso.datetime()

const WorkflowView = z
  .object({
    name,
    version: z.int().meta({ description: 'Of the current version, from 1.' }),
    enabled: z.boolean().meta({ description: 'Whether triggers start runs.' }),
    deployment_id: z.uuid(),
    triggers: z.array(Trigger),
    created_at: time,
    deployed_at: time,
    description: z.string(),
    apps: z.array(z.string()).meta({ description: 'Slugs of the apps that its steps use.' }),
    steps: z.int().meta({ description: 'How many it has, those of an `each` included.' }),
    draft: z.object({ updated_at: time }).nullable().meta({ description: 'What is written and not deployed.' }),
    ...ActivityView.shape
  })
  .meta({ id: 'Workflow' })

const WorkflowDetails = WorkflowView.extend({
  definition: z.record(z.string(), z.json()).meta({ description: 'The current version, as it was written.' })
}).meta({ id: 'WorkflowDetails' })

const Deployment = z
  .object({
    name,
    version: z.int(),
    created: z.boolean().meta({ description: 'False when the same definition was there already.' }),
    triggers: z.array(Trigger),
    token: z.string().optional().meta({ description: 'The trigger’s new token, shown this once.' }),
    warnings: z.array(ProblemMistake)
  })
  .meta({ id: 'Deployment' })

export function workflowMissing(): HttpFault {
  return new HttpFault(
    'workflow_missing',
    404,
    'there is no workflow of this name',
    'List them with `bellhop workflows`.'
  )
}

export function workflowRoutes(
  services: Pick<
    ApiServices,
    'versions' | 'drafts' | 'history' | 'accounts' | 'stores' | 'scheduler' | 'environment' | 'audit'
  >,
  publicUrl: string | undefined
): Route[] {
  const { versions, drafts, history, scheduler, audit } = services
  const there = inventoryOf(services)
  const parts: TriggerParts = { versions, publicUrl }
  const viewOf = async (
    request: FastifyRequest,
    workflow: Workflow,
    among = 1
  ): Promise<z.infer<typeof WorkflowView>> => {
    const [triggers, outline, changedAt, activity] = await Promise.all([
      triggersOf(parts, request, workflow.id, workflow.endpoint),
      versions.outline(workflow.name),
      drafts.changedAt(workflow.id),
      history.activity(workflow.id, among)
    ])
    return {
      name: workflow.name,
      version: workflow.version,
      enabled: workflow.enabled,
      deployment_id: workflow.deploymentId,
      triggers,
      created_at: new Date(workflow.createdAt).toISOString(),
      deployed_at: new Date(workflow.deployedAt).toISOString(),
      ...outline,
      draft: draftView(changedAt),
      ...activity
    }
  }
  const answerOf = async (request: FastifyRequest, deployment: DeploymentOf, text: string) => {
    if ('mistakes' in deployment) throw new DefinitionFault(deployment.mistakes)
    const { deployed, created, token, warnings } = deployment
    if (created) await audit.add(entriesOfDeploy(deployed))
    await drafts.deployed(deployed.name, text)
    const body: z.infer<typeof Deployment> = {
      name: deployed.name,
      version: deployed.version,
      created,
      triggers: await triggersOf(parts, request, deployed.workflowId, deployed.endpoint),
      ...(token === undefined ? {} : { token }),
      warnings: [...warnings, ...(await notYet(deployed.plan, there))]
    }
    return { status: created ? 201 : 200, body }
  }
  const found = (workflowName: string): Workflow => {
    const workflow = versions.workflow(workflowName)
    if (workflow === undefined) throw workflowMissing()
    return workflow
  }

  return [
    route({
      method: 'GET',
      path: '/workflows',
      summary: 'All workflows, by name',
      answers: { 200: { description: 'The workflows.', schema: z.object({ workflows: z.array(WorkflowView) }) } },
      async handle({ request }) {
        const all = versions.list()
        const views = await Promise.all(all.map((workflow) => viewOf(request, workflow, all.length)))
        return { status: 200, body: { workflows: views } }
      }
    }),
    route({
      method: 'PUT',
      path: '/workflows/{name}',
      summary: 'Deploys a definition',
      description:
        'Makes a new version, unless the current one is the same. All mistakes of a definition are told at once. The code of its steps is installed and bundled first, which may take a minute; with `Accept: application/x-ndjson` the answer is lines that say what is being done, and a last one of type `deployed` or `problem`.',
      params,
      body: definitionBody,
      answers: {
        200: {
          description: 'This definition is the current version already; or lines, of which the last says how it ended.',
          schema: Deployment,
          also: { [LINES]: lineSchema(Deployment) }
        },
        201: { description: 'A new version.', schema: Deployment }
      },
      async handle({ params: { name: workflowName }, body, request, reply }) {
        const deploy = async (progress?: (text: string) => void) =>
          answerOf(request, await versions.deploy(body, workflowName, progress), body)
        if (!wantsLines(request.headers.accept)) return deploy()
        sendLines(reply, deploy)
        return undefined
      }
    }),
    route({
      method: 'GET',
      path: '/workflows/{name}',
      summary: 'One workflow with its definition',
      params,
      answers: { 200: { description: 'The workflow.', schema: WorkflowDetails } },
      async handle({ params: { name: workflowName }, request }) {
        const [view, definition] = await Promise.all([
          viewOf(request, found(workflowName)),
          versions.definition(workflowName)
        ])
        return { status: 200, body: { ...view, definition } }
      }
    }),
    route({
      method: 'PATCH',
      path: '/workflows/{name}',
      summary: 'Switches a workflow on or off',
      params,
      body: jsonBody(z.strictObject({ enabled: z.boolean() })),
      answers: { 200: { description: 'The workflow as it is now.', schema: WorkflowView } },
      async handle({ params: { name: workflowName }, body, request }) {
        found(workflowName)
        return { status: 200, body: await viewOf(request, await versions.setEnabled(workflowName, body.enabled)) }
      }
    }),
    route({
      method: 'DELETE',
      path: '/workflows/{name}',
      summary: 'Deletes a workflow and its versions',
      description: 'Its triggers stop at once; runs that are under way go on to their end.',
      params,
      answers: { 204: { description: 'It is gone.' } },
      async handle({ params: { name: workflowName } }) {
        found(workflowName)
        await versions.remove(workflowName)
        return { status: 204 }
      }
    }),
    route({
      method: 'POST',
      path: '/workflows/{name}/run',
      summary: 'Starts a run of a workflow that has a schedule, now',
      description: 'Besides those of the schedule, which goes on as it is.',
      params,
      answers: { 202: { description: 'The run has begun.', schema: z.object({ run: z.string() }) } },
      async handle({ params: { name: workflowName }, request }) {
        const deployed = await versions.byName(workflowName)
        if (deployed === undefined) throw workflowMissing()
        const run = await scheduler.fireNow(deployed)
        request.runId = run
        return { status: 202, body: { run } }
      }
    }),
    route({
      method: 'POST',
      path: '/workflows/{name}/rotate-token',
      summary: 'Makes a new token for the workflow’s trigger',
      description: 'The old one stops working at once.',
      params,
      answers: { 200: { description: 'The token, shown this once.', schema: z.object({ token: z.string() }) } },
      async handle({ params: { name: workflowName } }) {
        found(workflowName)
        if ((await versions.byName(workflowName))?.plan.http?.auth.type !== 'token') throw tokenUnused()
        return { status: 200, body: { token: await versions.rotateToken(workflowName) } }
      }
    })
  ]
}

function draftView(changedAt: number | undefined): { updated_at: string } | null {
  return changedAt === undefined ? null : { updated_at: new Date(changedAt).toISOString() }
}

function tokenUnused(): HttpFault {
  return new HttpFault(
    'token_unused',
    409,
    'the trigger of this workflow asks for no token',
    'Deploy it with `auth: { type: token }` first.'
  )
}
