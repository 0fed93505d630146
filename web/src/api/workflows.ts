/** Workflows and their drafts, as the page asks for them. */
import { queryOptions } from '@tanstack/react-query'
import { queries } from '../app/queries.ts'
import { api, body, type Schemas } from './client.ts'

export type WorkflowSummary = Schemas['Workflow']

export type DraftSummary = Pick<Schemas['Draft'], 'name' | 'updated_at' | 'base_version'>

export const workflowsQuery = queryOptions({
  queryKey: ['workflows'],
  queryFn: async (): Promise<WorkflowSummary[]> => (await body(api.GET('/workflows'))).workflows
})

export const draftsQuery = queryOptions({
  queryKey: ['drafts'],
  queryFn: async () => (await body(api.GET('/drafts'))).drafts
})

export const examplesQuery = queryOptions({
  queryKey: ['examples'],
  queryFn: async () => (await body(api.GET('/examples'))).examples,
  staleTime: Infinity
})

/** Lists that show workflows are asked for again. */
export async function workflowsChanged(): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: workflowsQuery.queryKey }),
    queries.invalidateQueries({ queryKey: draftsQuery.queryKey })
  ])
}

/** Makes a draft, which has its endpoint from the first moment. Returns its name. */
export async function makeDraft(draft: { name?: string; text?: string; example?: string }): Promise<string> {
  const { name } = await body(api.POST('/drafts', { body: draft }))
  await workflowsChanged()
  return name
}

export async function setEnabled(name: string, enabled: boolean): Promise<void> {
  await api.PATCH('/workflows/{name}', { params: { path: { name } }, body: { enabled } })
  await workflowsChanged()
}

export async function removeWorkflow(name: string): Promise<void> {
  await api.DELETE('/workflows/{name}', { params: { path: { name } } })
  await workflowsChanged()
}

export async function removeDraft(name: string): Promise<void> {
  await api.DELETE('/workflows/{name}/draft', { params: { path: { name } } })
  await workflowsChanged()
}
